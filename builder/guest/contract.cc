#include "guest/contract.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "guest/pattern.h"

namespace kjx::guest {

namespace {

// Those that start by themselves.
std::vector<std::string> started(const ImageFacts& image) {
  auto services = image.services;
  std::erase_if(services,
                [&](const std::string& name) { return std::ranges::find(image.down, name) != image.down.end(); });
  return services;
}

class Reader {
 public:
  Reader(const schema::Record& boot, const ImageFacts& image, Diagnostics& diagnostics)
      : boot_(boot), image_(image), diagnostics_(diagnostics) {}

  Contract read() {
    if (!image_.kernel) refuse_without_kernel();
    contract_.ready = static_cast<int>(boot_.number("ready"));
    contract_.power_off = static_cast<int>(boot_.number("power-off"));
    if (boot_.has("reboot")) contract_.reboot = static_cast<int>(boot_.number("reboot"));
    if (boot_.has("memory")) contract_.memory = static_cast<std::uint64_t>(boot_.number("memory"));
    add_services();
    for (const auto& command : boot_.records("commands")) add_command(command);
    for (const auto& file : boot_.records("files")) add_file(file);
    for (const auto& port : boot_.list("ports")) add_port(port);
    contract_.ssh = *boot_.text("ssh");
    add_sizes();
    return std::move(contract_);
  }

 private:
  void refuse_without_kernel() {
    diagnostics_.add({Kind::bad_value, boot_.where,
                      fmt::format("image '{}' has no kernel, so it cannot boot", image_.name),
                      "name a kernel, or leave `boot:` out"});
  }

  void add_services() {
    contract_.services = boot_.has("services") ? std::vector<std::string>{} : started(image_);
    for (const auto& service : boot_.list("services")) {
      contract_.services.push_back(*service);
      if (std::ranges::find(image_.services, *service) != image_.services.end()) continue;
      diagnostics_.add(
          {Kind::unknown_name, service.where,
           fmt::format("the contract of image '{}' names the service '{}', which is not in the image", image_.name,
                       *service),
           did_you_mean(*service, image_.services, fmt::format("add '{}' to the image's services", *service))});
    }
  }

  void add_command(const schema::Record& record) {
    CommandCheck check{.run = record.text("run"),
                       .exit = static_cast<int>(record.number("exit")),
                       .within = static_cast<int>(record.number("within"))};
    if (record.has("output")) check.output = *record.text("output");
    if (record.has("contains")) check.contains = *record.text("contains");
    if (record.has("matches")) {
      check.matches = *record.text("matches");
      if (const auto wrong = Pattern::error(*check.matches)) {
        diagnostics_.add({Kind::bad_value, record.text("matches").where,
                          fmt::format("'{}' is no regular expression: {}", *check.matches, *wrong),
                          "POSIX extended syntax, as of grep -E; `contains:` takes plain text"});
      }
    }
    contract_.commands.push_back(std::move(check));
  }

  void add_file(const schema::Record& record) {
    FileCheck check{.path = *record.text("path")};
    if (record.has("mode")) check.mode = static_cast<std::uint32_t>(record.number("mode"));
    if (record.has("owner")) check.owner = *record.text("owner");
    contract_.files.push_back(std::move(check));
  }

  void add_port(const Located<std::string>& text) {
    if (const auto port = parse_port(*text)) return contract_.ports.push_back(*port);
    diagnostics_.add({Kind::bad_value, text.where, fmt::format("'{}' is no port", *text),
                      "write a number from 1 to 65535, or udp/123"});
  }

  void add_sizes() {
    const auto* sizes = boot_.record("sizes");
    if (sizes == nullptr) return;
    for (const auto& field : sizes->table->fields) {
      const std::string name(field.name);
      if (!sizes->has(name)) continue;
      contract_.sizes[name] = static_cast<std::uint64_t>(sizes->number(name));
      if (name == "root" || name == "initramfs" || name == "kernel") continue;
      if (std::ranges::find(image_.outputs, name) != image_.outputs.end() || inherited(sizes->where_of(name))) continue;
      diagnostics_.add(
          {Kind::unknown_name, sizes->where_of(name),
           fmt::format("the contract limits the {0} of image '{1}', which has no output '{0}'", name, image_.name),
           image_.outputs.empty() ? "" : fmt::format("its outputs: {}", fmt::join(image_.outputs, ", "))});
    }
  }

  // An image that extends another one may put out less.
  [[nodiscard]] bool inherited(const Location& where) const {
    return image_.where && where && image_.where.file->name != where.file->name;
  }

  const schema::Record& boot_;
  const ImageFacts& image_;
  Diagnostics& diagnostics_;
  Contract contract_;
};

}  // namespace

std::optional<Port> parse_port(std::string_view text) {
  Port port{"tcp", 0};
  if (const auto slash = text.find('/'); slash != std::string_view::npos) {
    port.protocol = text.substr(0, slash);
    text.remove_prefix(slash + 1);
  }
  const auto* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, port.number);
  const bool number = error == std::errc() && rest == end && port.number > 0 && port.number < 65536;
  if (!number || (port.protocol != "tcp" && port.protocol != "udp")) return std::nullopt;
  return port;
}

Contract read_contract(const schema::Record* boot, const ImageFacts& image, Diagnostics& diagnostics) {
  if (boot != nullptr) return Reader(*boot, image, diagnostics).read();
  Contract usual;
  usual.services = started(image);
  return usual;
}

}  // namespace kjx::guest
