#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <map>

#include "base/shell_word.h"
#include "command/command.h"
#include "command/verb_help.h"
#include "command/workspace.h"

namespace kjx::command {

namespace {

// What `kjx list` names, by what a verb calls it. Anything else is a file.
constexpr std::pair<std::string_view, std::string_view> listed[] = {
    {"targets", "targets"}, {"target", "targets"}, {"image", "images"}, {"names", "packages"}, {"package", "packages"}};
// `kjx show` takes names of each kind.
constexpr std::string_view of_show = "packages services images targets options";

std::string_view listed_by(const VerbHelp& verb, const OptionHelp& option) {
  if (verb.name == "show") return of_show;
  for (const auto& [name, what] : listed) {
    if (option.names.front() == name) return what;
  }
  return "";
}

// What may stand where an option is to be given by its place.
std::string places_of(const VerbHelp& verb, bool lists) {
  std::string all;
  for (const auto& option : verb.options) {
    if (!option.positional) continue;
    const auto words = lists ? std::string(listed_by(verb, option)) : fmt::format("{}", fmt::join(option.choices, " "));
    if (!words.empty()) all += (all.empty() ? "" : " ") + words;
  }
  return all;
}

std::vector<std::string> flags_of(const VerbHelp& verb) {
  std::vector<std::string> flags;
  for (const auto& option : verb.options) {
    if (!option.positional) flags.insert(flags.end(), option.names.begin(), option.names.end());
  }
  return flags;
}

// --- bash ---

void bash(const std::vector<VerbHelp>& verbs) {
  std::cout << R"~(# bash completion of kjx, made by `kjx completions bash`.
# The layer that a -C on the line names is asked, else the one around the current folder.
_kjx_names() {
    local what in=.
    for ((what = 1; what < COMP_CWORD; what++)); do
        if [[ ${COMP_WORDS[what]} == -C ]]; then in=${COMP_WORDS[what + 1]}; fi
    done
    for what in "$@"; do kjx list "$what" -C "$in" 2>/dev/null; done | cut -d ' ' -f 1 | sort -u
}

_kjx() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]} flags='' lists='' words=''
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
)~";
  std::vector<std::string_view> names;
  for (const auto& verb : verbs) names.push_back(verb.name);
  std::cout << fmt::format("        mapfile -t COMPREPLY < <(compgen -W \"{}\" -- \"$word\")\n", fmt::join(names, " "))
            << "        return\n    fi\n    case $verb:$before in\n";
  for (const auto& verb : verbs) {
    for (const auto& option : verb.options) {
      if (option.positional || option.choices.empty()) continue;
      std::vector<std::string> patterns;
      for (const auto& name : option.names) patterns.push_back(fmt::format("{}:{}", verb.name, name));
      std::cout << fmt::format("        {}) words=\"{}\" ;;\n", fmt::join(patterns, "|"),
                               fmt::join(option.choices, " "));
    }
    std::vector<std::string> patterns;
    for (const auto& option : verb.options) {
      if (option.positional || option.value.empty() || !option.choices.empty()) continue;
      for (const auto& name : option.names) patterns.push_back(fmt::format("{}:{}", verb.name, name));
    }
    // bash completes files itself when there is no reply.
    if (!patterns.empty()) std::cout << fmt::format("        {}) return ;;\n", fmt::join(patterns, "|"));
  }
  std::cout << "    esac\n    if [ -z \"$words\" ]; then\n        case $verb in\n";
  for (const auto& verb : verbs) {
    std::cout << fmt::format("            {}) flags=\"{}\" lists=\"{}\" words=\"{}\" ;;\n", verb.name,
                             fmt::join(flags_of(verb), " "), places_of(verb, true), places_of(verb, false));
  }
  std::cout << R"~(        esac
        if [[ $word == -* ]]; then
            words=$flags
        elif [ -n "$lists" ]; then
            # shellcheck disable=SC2086  # one or more words
            words="$words $(_kjx_names $lists)"
        fi
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -o default -F _kjx kjx
)~";
}

// --- zsh ---

// `name:words` as _describe takes it.
std::string described(std::string_view name, std::string_view words) {
  std::string text(words);
  for (auto at = text.find(':'); at != std::string::npos; at = text.find(':', at + 2)) text.insert(at, "\\");
  return shell_word(fmt::format("{}:{}", name, text));
}

void zsh(const std::vector<VerbHelp>& verbs) {
  std::cout << R"~(#compdef kjx
# zsh completion of kjx, made by `kjx completions zsh`.
_kjx_names() {
    local what in=.
    local -i at=${words[(I)-C]}
    (( at )) && in=${words[at + 1]}
    for what in "$@"; do kjx list "$what" -C "$in" 2>/dev/null; done | cut -d ' ' -f 1 | sort -u
}

_kjx() {
    local -a flags lists choices
    if (( CURRENT == 2 )); then
        choices=(
)~";
  for (const auto& verb : verbs) std::cout << fmt::format("            {}\n", described(verb.name, verb.summary));
  std::cout << "        )\n        _describe -t commands command choices\n        return\n    fi\n"
               "    case ${words[2]}:${words[CURRENT - 1]} in\n";
  for (const auto& verb : verbs) {
    for (const auto& option : verb.options) {
      if (option.positional || option.value.empty()) continue;
      std::vector<std::string> patterns;
      for (const auto& name : option.names) patterns.push_back(fmt::format("{}:{}", verb.name, name));
      const auto act =
          option.choices.empty() ? std::string("_files") : fmt::format("compadd -- {}", fmt::join(option.choices, " "));
      std::cout << fmt::format("        ({})) {}; return ;;\n", fmt::join(patterns, "|"), act);
    }
  }
  std::cout << "    esac\n    case ${words[2]} in\n";
  for (const auto& verb : verbs) {
    std::cout << fmt::format("        {})\n            lists=({}) choices=({}) flags=(\n", verb.name,
                             places_of(verb, true), places_of(verb, false));
    for (const auto& option : verb.options) {
      if (option.positional) continue;
      for (const auto& name : option.names)
        std::cout << fmt::format("                {}\n", described(name, option.words));
    }
    std::cout << "            ) ;;\n";
  }
  std::cout << R"~(    esac
    if [[ ${words[CURRENT]} == -* ]]; then
        _describe -t options option flags
        return
    fi
    (( ${#lists} )) && choices+=(${(f)"$(_kjx_names $lists)"})
    if (( ${#choices} )); then compadd -- $choices; else _files; fi
}

if [ "${funcstack[1]}" = _kjx ]; then _kjx "$@"; elif (( ${+functions[compdef]} )); then compdef _kjx kjx; fi
)~";
}

// --- fish ---

void fish(const std::vector<VerbHelp>& verbs) {
  std::cout << R"~(# fish completion of kjx, made by `kjx completions fish`.
function __kjx_names
    set -l in .
    set -l line (commandline -opc)
    for at in (seq (count $line))
        test $line[$at] = -C; and set in $line[(math $at + 1)]
    end
    for what in $argv
        kjx list $what -C $in 2>/dev/null
    end | string replace -r '\s.*' '' | sort -u
end

)~";
  for (const auto& verb : verbs) {
    std::cout << fmt::format("complete -c kjx -n __fish_use_subcommand -f -a {} -d {}\n", verb.name,
                             shell_word(verb.summary));
  }
  for (const auto& verb : verbs) {
    const auto begin = fmt::format("complete -c kjx -n '__fish_seen_subcommand_from {}'", verb.name);
    for (const auto& option : verb.options) {
      if (option.positional) continue;
      std::string line = begin;
      for (const auto& name : option.names)
        line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      if (!option.value.empty()) line += " -r";
      if (!option.choices.empty()) line += fmt::format(" -f -a '{}'", fmt::join(option.choices, " "));
      std::cout << line << " -d " << shell_word(option.words) << '\n';
    }
    if (const auto words = places_of(verb, false); !words.empty())
      std::cout << fmt::format("{} -f -a '{}'\n", begin, words);
    if (const auto lists = places_of(verb, true); !lists.empty())
      std::cout << fmt::format("{} -f -a '(__kjx_names {})'\n", begin, lists);
  }
}

const std::map<std::string, void (*)(const std::vector<VerbHelp>&)>& shells() {
  static const std::map<std::string, void (*)(const std::vector<VerbHelp>&)> all{
      {"bash", bash}, {"fish", fish}, {"zsh", zsh}};
  return all;
}

}  // namespace

int completions(const Arguments& arguments) {
  std::string shell;
  std::vector<std::string> names;
  for (const auto& [name, print] : shells()) names.push_back(name);
  CLI::App app(
      "Prints what a shell needs to complete commands, options and the names of packages, images and targets. For "
      "bash: "
      "source <(kjx completions bash)",
      "kjx completions");
  app.add_option("shell", shell, "bash, zsh or fish")->required()->check(CLI::IsMember(names));
  parse(app, arguments);

  shells().at(shell)(help_of_all());
  return exit_ok;
}

}  // namespace kjx::command
