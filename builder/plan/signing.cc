#include <fmt/format.h>

#include "kernel/kernel.h"
#include "kernel/published.h"
#include "kernel/signing_key.h"
#include "plan/context.h"

namespace kjx::plan {

namespace {

constexpr auto certificate_name = "kernel.certificate";

// Where key, certificate and signatures are, from the recipe or from the command line.
struct Signing {
  kernel::KeyRequest key;
  std::filesystem::path signatures;  // empty: the key signs
  Location where_signatures;
};

std::filesystem::path path_in(const Context& context, const schema::Record& key, std::string_view field,
                              std::string_view remedy) {
  const auto path = key.text(field);
  if (path->empty()) {
    throw Failure(Diagnostic{Kind::missing_key, key.where,
                             fmt::format("a key of mode `{}` needs its `{}`", *key.text("mode"), field),
                             std::string(remedy)});
  }
  return (context.recipes.workspace / *path).lexically_normal();
}

Signing detached(const Context& context, Signing signing, const schema::Record& key) {
  signing.key.certificate =
      path_in(context, key, "certificate", "write `certificate: FILE.pem`: the one of a release's folder");
  signing.key.where_certificate = key.text("certificate").where;
  signing.signatures = path_in(context, key, "signatures", "write `signatures: FOLDER`: the one of a release's folder");
  signing.where_signatures = key.text("signatures").where;
  return signing;
}

Signing own_key(const Context& context, Signing signing, const schema::Record& key) {
  signing.key.path = path_in(context, key, "path", "write `path: FILE.pem`, relative to the layer");
  signing.key.where = key.text("path").where;
  if (!key.has("certificate")) return signing;
  signing.key.certificate = path_in(context, key, "certificate", "");
  signing.key.where_certificate = key.text("certificate").where;
  return signing;
}

Signing signing_of(const Context& context) {
  const auto& distro = context.recipes.distro;
  Signing signing{{distro.name, context.epoch, {}, {}, distro.where}, {}, {}};
  if (const auto& release = context.options.release; !release.empty()) {
    signing.key.where = {};
    signing.key.certificate = release / "certificate.pem";
    signing.signatures = release / "signatures";
    return signing;
  }
  const auto* key = distro.record.record("key");
  if (key == nullptr || *key->text("mode") == "generate") return signing;
  signing.key.where = key->where;
  return *key->text("mode") == "detached" ? detached(context, std::move(signing), *key)
                                          : own_key(context, std::move(signing), *key);
}

// `kjx check` makes no key: planning goes on without one.
bool would_generate(const kernel::KeyRequest& request) {
  return !request.path && !request.certificate &&
         !std::filesystem::exists(kernel::keys_root() / request.distro / "module-signing.pem");
}

// Every published signature is a file of the signing action's.
void add_signatures(const Context& context, const std::filesystem::path& folder, const std::string& prefix,
                    graph::Action& action) {
  const auto entries = context.disk.list(folder).value_or(std::vector<DirectoryEntry>());
  for (const auto& entry : entries) {
    const auto path = folder / entry.name;
    if (entry.directory) {
      add_signatures(context, path, prefix + entry.name + "/", action);
    } else if (entry.name.ends_with(kernel::published_ending)) {
      const auto bytes = context.disk.read(path);
      if (bytes) action.files.push_back({"signature/" + prefix + entry.name, path, digest_of(*bytes), false});
    }
  }
}

void plan_published(const Context& context, const Signing& signing, graph::Action& action) {
  action.description["detached"] = true;
  if (!context.disk.list(signing.signatures)) {
    throw Failure(Diagnostic{Kind::bad_key, signing.where_signatures,
                             fmt::format("there is no folder of signatures {}", signing.signatures.string()),
                             "`kjx release` writes one: name the `signatures` of the folder that it made"});
  }
  add_signatures(context, signing.signatures, "", action);
  action.locations["key"] = signing.where_signatures;
}

}  // namespace

void plan_certificate(Context& context) {
  const auto wanted = signing_of(context).key;
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
  const auto signing = signing_of(context);
  if (signing.signatures.empty()) {
    action.secrets["key"] = context.private_key;
    action.locations["key"] = signing.key.where;
  } else {
    plan_published(context, signing, action);
  }
  action.outputs = {"modules", "signatures"};
  action.summary = fmt::format("{}: sign the modules", actions.prefix);
}

graph::Input certificate_input() { return {"certificate", certificate_name, "certificate"}; }

}  // namespace kjx::plan
