#include "step/step.h"

#include <fmt/format.h>

#include <CLI/App.hpp>

#include "command/command.h"
#include "command/settings.h"
#include "command/terminal.h"

namespace kjx::command {

namespace fs = std::filesystem;

// Called by Ninja, with the out/ folder as the current one:
//   kjx step NAME DIGEST                  runs an action
//   kjx step --export NAME OUTPUT PATH    puts out one of its outputs
int step(const Arguments& arguments) {
  bool exporting = false;
  std::vector<std::string> words;
  CLI::App app("Runs one action of the graph in the current folder; called by Ninja.", "kjx step");
  app.add_flag("--export", exporting, "copy an output: NAME OUTPUT PATH");
  app.add_option("words", words, "NAME DIGEST")->required()->expected(2, 3);
  parse(app, arguments);

  auto options = read_settings(fs::current_path());
  options.action = words[0];
  options.style = render_style();
  if (exporting && words.size() == 3) return step::export_output(options, words[1], words[2]);
  const auto digest = Digest::parse(words[1]);
  if (exporting || words.size() != 2 || !digest) {
    throw Failure(Diagnostic{Kind::usage, {}, "`kjx step` wants NAME DIGEST, or --export NAME OUTPUT PATH"});
  }
  options.digest = digest;
  return step::run_step(options);
}

}  // namespace kjx::command
