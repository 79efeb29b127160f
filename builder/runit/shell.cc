#include "runit/shell.h"

#include <algorithm>
#include <array>
#include <set>

// A lexer for the part of the POSIX shell grammar (IEEE 1003.1-2017, XCU 2.10) that tells where a command word stands.
// It errs on the side of silence: what it cannot follow (eval, computed words, case patterns) it leaves out, so that a
// missing program is sometimes found only at boot, but a script that works is never refused.

namespace kjx::runit {

namespace {

constexpr std::array builtins{"!",        ".",     ":",       "[",      "alias", "bg",     "break", "cd",   "command",
                              "continue", "echo",  "eval",    "exec",   "exit",  "export", "false", "fg",   "getopts",
                              "hash",     "jobs",  "kill",    "let",    "local", "printf", "pwd",   "read", "readonly",
                              "return",   "set",   "shift",   "source", "test",  "times",  "trap",  "true", "type",
                              "ulimit",   "umask", "unalias", "unset",  "wait"};
constexpr std::array keywords{"if",    "then",  "else", "elif", "fi", "do",  "done",
                              "while", "until", "{",    "}",    "!",  "time"};
// After these the next word is a command again.
constexpr std::array prefixes{"exec", "command", "env", "nice", "nohup"};

template <typename List>
bool among(const List& list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

struct Token {
  std::string text;
  int line = 0;
  bool separator = false;  // ; & | ( ) newline && ||
  bool computed = false;   // holds an expansion
  bool quoted = false;
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> tokens() {
    while (at_ < text_.size()) step();
    end_word();
    return std::move(tokens_);
  }

 private:
  void step() {
    const char c = text_[at_];
    if (c == '#' && word_.text.empty() && !in_word_) return skip_line();
    if (c == '\\') return escape();
    if (c == '\'') return single_quotes();
    if (c == '"') return double_quotes();
    if (c == '$' || c == '`') return expansion();
    if (c == '<' && text_.substr(at_, 2) == "<<") return here_document();
    if (c == '<' || c == '>') return redirection();
    if (c == ' ' || c == '\t') {
      end_word();
      ++at_;
      return;
    }
    if (c == '\n' || c == ';' || c == '&' || c == '|' || c == '(' || c == ')') return separator(c);
    put(c);
    ++at_;
  }

  void put(char c) {
    if (!in_word_) word_.line = line_;
    in_word_ = true;
    word_.text += c;
  }

  void end_word() {
    if (in_word_ && !drop_word_) tokens_.push_back(word_);
    if (in_word_) drop_word_ = false;
    word_ = {};
    in_word_ = false;
  }

  void separator(char c) {
    end_word();
    drop_word_ = false;
    tokens_.push_back({std::string(1, c), line_, true, false, false});
    if (c == '\n') {
      ++line_;
      ++at_;
      return skip_here_documents();
    }
    ++at_;
  }

  void skip_line() {
    while (at_ < text_.size() && text_[at_] != '\n') ++at_;
  }

  void escape() {
    if (at_ + 1 < text_.size() && text_[at_ + 1] == '\n') {
      ++line_;
    } else if (at_ + 1 < text_.size()) {
      put(text_[at_ + 1]);
    }
    at_ += 2;
  }

  void mark_quoted() {
    if (!in_word_) word_.line = line_;
    in_word_ = true;
    word_.quoted = true;
  }

  void single_quotes() {
    mark_quoted();
    for (++at_; at_ < text_.size() && text_[at_] != '\''; ++at_) {
      if (text_[at_] == '\n') ++line_;
      word_.text += text_[at_];
    }
    ++at_;
  }

  void double_quotes() {
    mark_quoted();
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] == '$' || text_[at_] == '`') word_.computed = true;
      if (text_[at_] == '\\') ++at_;
      if (at_ < text_.size()) word_.text += text_[at_];
    }
    ++at_;
  }

  // $name, ${...}, $((...)): computed. $(...) and `...` hold commands of their own.
  void expansion() {
    if (text_[at_] == '`') {  // opens and closes alike
      ++at_;
      return separator_inside();
    }
    mark_quoted();
    word_.quoted = false;
    word_.computed = true;
    ++at_;
    if (text_.substr(at_, 2) == "((") return skip_to("))");
    if (text_.substr(at_, 1) == "(") {
      ++at_;
      return separator_inside();
    }
    if (text_.substr(at_, 1) == "{") skip_to("}");
  }

  void separator_inside() {
    end_word();
    tokens_.push_back({"(", line_, true, false, false});
  }

  void skip_to(std::string_view end) {
    const auto found = text_.find(end, at_);
    const auto stop = found == std::string_view::npos ? text_.size() : found + end.size();
    line_ += static_cast<int>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                                         text_.begin() + static_cast<std::ptrdiff_t>(stop), '\n'));
    at_ = stop;
  }

  // The word before (a descriptor number) and the word after (a file) are no commands.
  void redirection() {
    word_ = {};
    in_word_ = false;
    while (at_ < text_.size() && std::string_view("<>&|").find(text_[at_]) != std::string_view::npos) ++at_;
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
    drop_word_ = true;
  }

  void here_document() {
    at_ += 2;
    if (at_ < text_.size() && text_[at_] == '-') ++at_;
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    std::string end;
    while (at_ < text_.size() && std::string_view(" \t\n;&|").find(text_[at_]) == std::string_view::npos) {
      if (text_[at_] != '\'' && text_[at_] != '"' && text_[at_] != '\\') end += text_[at_];
      ++at_;
    }
    here_.push_back(end);
  }

  void skip_here_documents() {
    for (const auto& end : here_) {
      while (at_ < text_.size()) {
        auto line = text_.substr(at_, text_.find('\n', at_) - at_);
        at_ += std::min(line.size() + 1, text_.size() - at_);
        ++line_;
        line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
        if (line == end) break;
      }
    }
    here_.clear();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  Token word_;
  bool in_word_ = false;
  bool drop_word_ = false;
  std::vector<std::string> here_;
  std::vector<Token> tokens_;
};

bool assignment(const Token& token) {
  const auto equals = token.text.find('=');
  return equals != std::string::npos && equals > 0 && std::ranges::all_of(token.text.substr(0, equals), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
         });
}

std::set<std::string> functions_of(const std::vector<Token>& tokens) {
  std::set<std::string> names;
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
    if (!tokens[i].separator && tokens[i + 1].text == "(" && tokens[i + 2].text == ")") names.insert(tokens[i].text);
  }
  return names;
}

class Finder {
 public:
  explicit Finder(std::vector<Token> tokens) : tokens_(std::move(tokens)), functions_(functions_of(tokens_)) {}

  std::vector<Mention> mentions() {
    for (at_ = 0; at_ < tokens_.size(); ++at_) step(tokens_[at_]);
    return std::move(mentions_);
  }

 private:
  void step(const Token& token) {
    if (mode_ == Mode::head) {  // case WORD in
      if (token.text == "in") mode_ = Mode::pattern;
    } else if (mode_ == Mode::pattern) {
      pattern(token);
    } else if (token.separator) {
      command_next_ = true;
      after_prefix_ = false;
      if (token.text == ";" && next_is(";") && cases_ > 0) mode_ = Mode::pattern;
    } else if (command_next_) {
      word(token);
    }
  }

  void pattern(const Token& token) {
    if (token.text == "esac") {
      --cases_;
      mode_ = Mode::commands;
      command_next_ = false;
    } else if (token.separator && token.text == ")") {
      mode_ = Mode::commands;
      command_next_ = true;
    }
  }

  void word(const Token& token) {
    if (token.text == "case") {
      ++cases_;
      mode_ = Mode::head;
    } else if (token.text == "esac") {
      --cases_;
      command_next_ = false;
    } else if (token.text == "for") {
      command_next_ = false;
    } else if (!(among(keywords, token.text) && !token.quoted) && !assignment(token) && !skip_option(token)) {
      command_next_ = false;
      command(token);
    }
  }

  bool next_is(std::string_view text) const { return at_ + 1 < tokens_.size() && tokens_[at_ + 1].text == text; }

  bool skip_option(const Token& token) const { return after_prefix_ && token.text.starts_with('-'); }

  void command(const Token& token) {
    const bool prefix = among(prefixes, token.text);
    if (prefix) command_next_ = true;
    after_prefix_ = prefix;
    if (token.computed || token.text.empty() || functions_.contains(token.text)) return;
    if (among(builtins, token.text)) return;
    if (token.text.front() != '/' && token.text.find('/') != std::string::npos)
      return;  // ./check: depends on where one stands
    if (seen_.insert(token.text).second) mentions_.push_back({token.text, token.line});
  }

  std::vector<Token> tokens_;
  std::set<std::string> functions_;
  std::set<std::string> seen_;
  std::vector<Mention> mentions_;
  std::size_t at_ = 0;
  bool command_next_ = true;
  bool after_prefix_ = false;
  enum class Mode { commands, head, pattern };
  Mode mode_ = Mode::commands;
  int cases_ = 0;
};

}  // namespace

std::vector<Mention> programs_of(std::string_view script) {
  std::vector<Mention> mentions;
  std::string interpreter;
  if (script.starts_with("#!")) {
    auto line = script.substr(2, script.find('\n') - 2);
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    interpreter = std::string(line.substr(0, line.find(' ')));
    mentions.push_back({interpreter, 1});
  }
  if (!interpreter.empty() && !interpreter.ends_with("sh")) return mentions;  // another language
  for (auto& mention : Finder(Lexer(script).tokens()).mentions()) {
    if (mention.program != interpreter) mentions.push_back(std::move(mention));
  }
  return mentions;
}

}  // namespace kjx::runit
