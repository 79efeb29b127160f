// A container image as the OCI image format specification 1.0 lays it out:
//
//   oci-layout                 {"imageLayoutVersion": "1.0.0"}
//   index.json                 which manifests there are: one, with a tag
//   blobs/sha256/DIGEST        the manifest: digests and sizes of the configuration and of the layers
//                              the configuration: architecture, what to run, digests of the layers unpacked
//                              the one layer: the root as a tar archive
//
// Everything names everything by SHA-256, so the manifest's digest is the image's, and it is stable because the layer
// is: the archive comes from the manifest of the root, all times are the epoch. JSON is written with sorted keys and
// without spaces. The layout is a tar archive ("oci-archive"); unpacked it is the folder.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "archive/cpio.h"
#include "image/compress.h"
#include "image/format.h"

namespace kjx::image {
namespace of_oci {

using nlohmann::json;
using schema::Type;

const schema::Table& table() {
  static const schema::Table table{
      "an oci output",
      "The root file system as a container image of one layer.",
      {{"compression",
        Type::word,
        "Of the layer; not every program reads zstd.",
        false,
        "gzip",
        {"gzip", "zstd", "none"}},
       {"tag", Type::name, "The name that the image has within the archive.", false, "latest"},
       {"command", Type::list, "What a container runs when it is not told otherwise.", false},
       {"environment", Type::map, "Environment variables of what it runs; PATH is always there."},
       {"labels", Type::map, "Labels of the image: org.opencontainers.image.source and the like."}}};
  return table;
}

// The layout as it grows.
struct Layout {
  work::Work& work;
  store::Manifest files;

  void add(const std::string& path, const Digest& blob) {
    files.add(
        {.path = path, .mode = 0644, .digest = blob, .size = std::filesystem::file_size(work.store().path_of(blob))});
  }
  void add(const std::string& path, const json& text) { add(path, work.store().put(text.dump())); }

  // A blob, and how others refer to it.
  json add_blob(const Digest& blob, std::string_view media_type) {
    add("blobs/sha256/" + blob.hex(), blob);
    return {{"mediaType", fmt::format("application/vnd.oci.image.{}", media_type)},
            {"digest", "sha256:" + blob.hex()},
            {"size", files.entries().back().size}};
  }
  json add_blob(const json& text, std::string_view media_type) {
    return add_blob(work.store().put(text.dump()), media_type);
  }
};

std::string layer_type(std::string_view compression) {
  return compression == "none" ? "layer.v1.tar" : fmt::format("layer.v1.tar+{}", compression);
}

std::string architecture_of(const work::Work& work) {
  const auto& target = work.description().at("target");
  if (target.contains("oci")) return target.at("oci").get<std::string>();
  throw Failure(Diagnostic{Kind::bad_value, work.where(), "the target does not say what containers call it",
                           "oci: amd64 (or arm64, riscv64, ...) in recipes/targets/"});
}

json settings_of(const json& options) {
  json environment = json::array({"PATH=/usr/sbin:/usr/bin:/sbin:/bin"});
  const auto more = options.value("environment", json::object());
  for (const auto& [name, value] : more.items()) {
    environment.push_back(fmt::format("{}={}", name, value.get<std::string>()));
  }
  json settings{{"Env", environment}};
  if (options.contains("command")) settings["Cmd"] = options.at("command");
  if (options.contains("labels")) settings["Labels"] = options.at("labels");
  return settings;
}

json configuration(const work::Work& work, const std::string& architecture, const Digest& layer) {
  const auto created = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(work.epoch())));
  return {{"created", created},
          {"architecture", architecture},
          {"os", "linux"},
          {"config", settings_of(work.description().at("options"))},
          {"rootfs", {{"type", "layers"}, {"diff_ids", json::array({"sha256:" + layer.hex()})}}},
          {"history", json::array({{{"created", created}, {"created_by", "kjx"}}})}};
}

Digest root_archive(work::Work& work, const store::Manifest& tree, std::string_view name) {
  const auto path = work.folder("oci") / name;
  archive::write_tar(tree, work.store(), work.epoch(), path);
  return work.store().put_file(path);
}

void run(work::Work& work) {
  const auto& options = work.description().at("options");
  const auto compression = options.at("compression").get<std::string>();
  const auto architecture = architecture_of(work);
  const auto plain = root_archive(work, work.store().manifest(work.input("root")), "layer.tar");
  Layout layout{work, {}};
  const auto config = layout.add_blob(configuration(work, architecture, plain), "config.v1+json");
  const auto layer = layout.add_blob(compress(work, plain, compression), layer_type(compression));
  auto manifest = layout.add_blob(json{{"schemaVersion", 2},
                                       {"mediaType", "application/vnd.oci.image.manifest.v1+json"},
                                       {"config", config},
                                       {"layers", json::array({layer})}},
                                  "manifest.v1+json");
  manifest["annotations"] = {{"org.opencontainers.image.ref.name", options.at("tag")}};
  layout.add("index.json", json{{"schemaVersion", 2},
                                {"mediaType", "application/vnd.oci.image.index.v1+json"},
                                {"manifests", json::array({manifest})}});
  layout.add("oci-layout", json{{"imageLayoutVersion", "1.0.0"}});
  layout.files.complete_parents();
  work.output("image", root_archive(work, layout.files, "image.tar"));
}

}  // namespace of_oci

const Format& oci_format() {
  using namespace of_oci;
  static const Format format{
      .name = "oci",
      .extension = "oci.tar",
      .help =
          "The root file system as an OCI container image, an archive of the layout: for skopeo, podman, umoci (which "
          "takes it unpacked) and registries. Its digest is the same in every build.",
      .table = &table(),
      .needs_kernel = false,
      .action = {"image.oci", 1, {std::begin(compression_tools), std::end(compression_tools)}, run}};
  return format;
}

}  // namespace kjx::image
