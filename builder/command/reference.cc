#include "command/reference.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/file.h"
#include "command/command.h"
#include "command/layer_page.h"
#include "command/verb_help.h"
#include "image/format.h"
#include "plan/plan.h"
#include "source/source.h"
#include "style/style.h"

namespace kjx::command {

namespace {

constexpr std::pair<std::string_view, std::string_view> variables[] = {
    {"KJX_STORE", "The content store; absent: ~/.cache/kjx/store."},
    {"KJX_KEYS", "Where module signing keys are made and found; absent: ~/.local/share/kjx/keys."},
    {"KJX_BUILTIN", "The layer that others are laid over; absent: the one that came with this kjx."},
    {"KJX_TOOLROOT", "As --toolroot: host or pinned."},
    {"KJX_FORMAT", "As --format of check, gen and build: text, json or github."},
    {"KJX_FOLDER", "With KJX_FORMAT=github: the layer's folder in the repository, before the names of its files."},
    {"KJX_OFFLINE", "Not empty: use only sources that are in the store."},
    {"NO_COLOR", "Not empty: no colours. There are none without a terminal, or where TERM is `dumb`."}};

constexpr std::pair<std::string_view, std::string_view> codes[] = {{"0", "All is well."},
                                                                   {"1", "A build, a check or a boot failed."},
                                                                   {"2", "The command line or the recipes are wrong."}};

template <typename Pairs>
ReferenceSection section_of(std::string title, const Pairs& pairs) {
  ReferenceSection section{std::move(title), "", {}};
  for (const auto& [name, words] : pairs) section.rows.push_back({std::string(name), "", "", std::string(words)});
  return section;
}

ReferencePage overview_page(const std::vector<VerbHelp>& verbs) {
  ReferencePage page{"kjx", 1, "builds small Linux systems from recipes, the same bytes every time", {}};
  ReferenceSection list{
      "Commands", "`kjx COMMAND --help` lists what each takes; each has a page of its own, kjx-COMMAND.", {}};
  for (const auto& verb : verbs) list.rows.push_back({std::string(verb.name), "", "", std::string(verb.summary)});
  page.sections = {std::move(list), section_of("Environment", variables), section_of("Exit codes", codes)};
  return page;
}

ReferencePage verb_page(const VerbHelp& verb) {
  // Examples stand behind an empty line.
  const auto end = std::min(verb.text.find("\n\n"), verb.text.size());
  ReferencePage page{
      fmt::format("kjx-{}", verb.name), 1, std::string(verb.summary), {{"Description", verb.text.substr(0, end), {}}}};
  ReferenceSection places{"Arguments", "", {}};
  ReferenceSection options{"Options", "", {}};
  for (const auto& option : verb.options) {
    const auto type = option.choices.empty() ? option.value : fmt::format("{}", fmt::join(option.choices, " | "));
    (option.positional ? places : options)
        .rows.push_back(
            {fmt::format("{}", fmt::join(option.names, ", ")), type, option.required ? "required" : "", option.words});
  }
  if (!places.rows.empty()) page.sections.push_back(std::move(places));
  page.sections.push_back(std::move(options));
  if (end < verb.text.size()) page.sections.push_back({"Examples", "", {}, verb.text.substr(end + 2)});
  return page;
}

// Fields of nested tables stand behind theirs, by their path.
void add_fields(const schema::Table& table, const std::string& prefix, std::vector<ReferenceRow>& rows) {
  for (const auto& field : table.fields) {
    const auto name = prefix + std::string(field.name);
    auto words = std::string(field.doc);
    if (!field.choices.empty()) {
      std::vector<std::string_view> names;
      for (const auto& each : field.choices) names.push_back(each.name);
      words += fmt::format(" One of: {}.", fmt::join(names, ", "));
    }
    rows.push_back({name, field.choices.empty() ? schema::type_text(field) : "NAME or {NAME: {...}}",
                    schema::state_text(field), words});
    if (field.table != nullptr) add_fields(*field.table, name + ".", rows);
  }
}

ReferenceSection table_section(std::string title, std::string_view text, const schema::Table& table) {
  ReferenceSection section{std::move(title), std::string(text), {}};
  add_fields(table, "", section.rows);
  return section;
}

ReferencePage files_page() {
  ReferencePage page{"kjx-files", 5, "the YAML files of a layer, and every field of theirs", {}};
  for (const auto& kind : plan::tables().files())
    page.sections.push_back(table_section(fmt::format("{}: {}", kind.name, kind.path), kind.table->doc, *kind.table));
  return page;
}

template <typename Rows>
ReferencePage registry_page(std::string name, std::string summary, const Rows& rows) {
  ReferencePage page{std::move(name), 7, std::move(summary), {}};
  for (const auto* row : rows) page.sections.push_back(table_section(std::string(row->name), row->help, *row->table));
  return page;
}

}  // namespace

std::vector<ReferencePage> reference() {
  const auto verbs = help_of_all();
  std::vector<ReferencePage> pages{overview_page(verbs)};
  for (const auto& verb : verbs) pages.push_back(verb_page(verb));
  pages.push_back(layer_page());
  pages.push_back(files_page());
  pages.push_back(
      registry_page("kjx-sources", "ways to get a source: `from:` of a package's or kernel's source", source::kinds()));
  pages.push_back(registry_page("kjx-styles", "ways to build a package: its `style:`", style::styles()));
  pages.push_back(registry_page("kjx-formats", "what an image is put out as: its `outputs:`", image::formats()));
  return pages;
}

void write_markdown(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  std::string index = "# Reference\n\nWritten by `kjx help --markdown`, from the tables that kjx itself reads by.\n\n";
  for (const auto& page : reference()) {
    write_file_if_changed(folder / (page.name + ".md"), as_markdown(page));
    index += fmt::format("- [{0}]({0}.md): {1}\n", page.name, page.summary);
  }
  write_file_if_changed(folder / "README.md", index);
}

void write_man(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  for (const auto& page : reference())
    write_file_if_changed(folder / fmt::format("{}.{}", page.name, page.chapter), as_man(page));
}

}  // namespace kjx::command
