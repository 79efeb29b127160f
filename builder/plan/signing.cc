#include <fmt/format.h>

#include "kernel/kernel.h"
#include "kernel/signing_key.h"
#include "plan/context.h"

namespace kjx::plan {

namespace {

constexpr auto certificate_name = "kernel.certificate";

kernel::KeyRequest request(const Context& context) {
  const auto& distro = context.recipes.distro;
  kernel::KeyRequest request{distro.name, context.epoch, {}, {}, distro.where};
  const auto* key = distro.record.record("key");
  if (key == nullptr || *key->text("mode") == "generate") return request;
  request.where = key->where;
  const auto path = key->text("path");
  if (path->empty()) {
    throw Failure(Diagnostic{Kind::missing_key, key->where, "a key of mode `path` needs its `path`",
                             "write `path: FILE.pem`, relative to the layer"});
  }
  request.path = (context.recipes.workspace / *path).lexically_normal();
  request.where = path.where;
  if (key->has("certificate"))
    request.certificate = (context.recipes.workspace / *key->text("certificate")).lexically_normal();
  return request;
}

// `kjx check` makes no key: planning goes on without one.
bool would_generate(const kernel::KeyRequest& request) {
  return !request.path && !std::filesystem::exists(kernel::keys_root() / request.distro / "module-signing.pem");
}

}  // namespace

void plan_certificate(Context& context) {
  const auto wanted = request(context);
  kernel::SigningKey key;
  if (context.options.make_key || !would_generate(wanted)) key = kernel::signing_key(wanted);
  context.private_key = key.path;
  auto& action = context.add(kernel::certificate_action(), certificate_name,
                             {{"pem", key.certificate_pem}, {"fingerprint", key.fingerprint}}, wanted.where);
  action.outputs = {"certificate"};
  action.summary = "the certificate of the signing key";
}

void plan_signing(Context& context, const recipe::Recipe& kernel, const KernelActions& actions) {
  auto& action = context.add(kernel::sign_action(), actions.modules, nlohmann::json::object(), kernel.where);
  action.inputs = {{"modules", actions.stage1, "modules"}, {"certificate", certificate_name, "certificate"}};
  action.secrets["key"] = context.private_key;
  action.outputs = {"modules"};
  action.summary = fmt::format("{}: sign the modules", actions.prefix);
}

graph::Input certificate_input() { return {"certificate", certificate_name, "certificate"}; }

}  // namespace kjx::plan
