// The only user of yaml-cpp. Its node tree is not used: it loses lines, lets duplicate keys pass and makes nodes when
// asked for absent ones. Its event interface has what we need; its marks are 0-based and know no file.
//
// Nothing here depends on the parser's own bounds: as events come before it goes deeper, Tree ends a file nested too
// deeply after 64 of its stack frames.
#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <streambuf>

#include "yaml/node.h"
#include "yaml/text_check.h"
#include "yaml/tree.h"

namespace kjx::yaml {

namespace {

// Reads a text where it lies.
class View : public std::streambuf {
 public:
  explicit View(std::string_view text) {
    char* const begin = const_cast<char*>(text.data());  // streambuf's interface; nothing writes
    setg(begin, begin, begin + text.size());
  }
};

// The bytes of the quoted text at the front of `source`, quotes included; nothing when it never ends.
std::optional<std::size_t> quoted_length(std::string_view source) {
  const char quote = source[0];
  for (std::size_t at = 1; at < source.size(); ++at) {
    const std::string_view rest = source.substr(at);
    const bool escape = quote == '"' ? rest.starts_with('\\') : rest.starts_with("''");
    if (!escape && rest.starts_with(quote)) return at + 1;
    if (escape) ++at;
  }
  return std::nullopt;
}

// The bytes that a scalar, at the front of `source`, takes on its first line. Looks no further than the scalar goes:
// a line may hold a hundred thousand of them.
std::size_t written_length(std::string_view source, const std::string& value) {
  if (value.empty() || source.empty() || source[0] == '|' || source[0] == '>') return 1;
  if (source[0] == '!' || source[0] == '&') return 1;
  if (source.starts_with(value)) return std::min(value.find('\n'), value.size());
  return std::min(source.find_first_of("\r\n"), source.size());
}

class Handler : public YAML::EventHandler {
 public:
  Handler(std::shared_ptr<const SourceText> source, Tree& tree) : source_(std::move(source)), tree_(tree) {
    text_ = source_->text;
    if (text_.starts_with(byte_order_mark)) text_.remove_prefix(byte_order_mark.size());
  }

  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] Location at(const YAML::Mark& mark) const { return {source_, mark.line + 1, mark.column + 1}; }

  [[nodiscard]] Location whole() const { return {source_}; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 1) return;
    const bool marked = text_.substr(offset(mark)).starts_with("---");
    throw Failure({.kind = Kind::yaml_syntax,
                   .where = at(mark),
                   .message = marked ? "more than one document in the file" : "not YAML: something after the end",
                   .help = marked ? "only one '---' may stand in a file, before everything else"
                                  : "is what stands before it quoted or indented as it should be?"});
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    tree_.leaf({.kind = Node::Kind::null, .where = where_null(mark)}, anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override { tree_.alias(at(mark), anchor); }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check_tag(mark, tag);
    Location where = at(mark);
    where.length = static_cast<int>(length_of(mark, value));
    // "!" is what the parser says of quoted and block text.
    const bool quoted = tag == "!" || tag == "tag:yaml.org,2002:str";
    tree_.leaf({.kind = Node::Kind::scalar, .where = std::move(where), .scalar = value, .quoted = quoted}, anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    check_tag(mark, tag);
    tree_.open({.kind = Node::Kind::sequence, .where = at(mark)}, anchor);
  }
  void OnSequenceEnd() override { tree_.close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    check_tag(mark, tag);
    tree_.open({.kind = Node::Kind::map, .where = at(mark)}, anchor);
  }
  void OnMapEnd() override { tree_.close(); }

 private:
  [[nodiscard]] std::size_t offset(const YAML::Mark& mark) const {
    return std::min(static_cast<std::size_t>(std::max(mark.pos, 0)), text_.size());
  }

  [[nodiscard]] std::size_t length_of(const YAML::Mark& mark, const std::string& value) const {
    const std::string_view rest = text_.substr(offset(mark));
    const bool quoted = rest.starts_with('"') || rest.starts_with('\'');
    if (!quoted) return written_length(rest, value);
    const std::optional<std::size_t> length = quoted_length(rest);
    // The parser lets a quote pass that is never closed when the file ends in a newline.
    if (!length) {
      throw Failure({.kind = Kind::yaml_syntax, .where = at(mark), .message = "not YAML: this quote is never closed"});
    }
    const std::string_view written = rest.substr(0, *length);
    return std::min(written.find_first_of("\r\n"), written.size());
  }

  // YAML 1.2 section 10: the core schema's tags. "?" and "!" stand for none.
  void check_tag(const YAML::Mark& mark, std::string_view tag) const {
    constexpr std::string_view prefix = "tag:yaml.org,2002:";
    constexpr std::string_view core[] = {"str", "int", "float", "bool", "null", "seq", "map"};
    if (tag.empty() || tag == "?" || tag == "!") return;
    const bool known = tag.starts_with(prefix) && std::ranges::count(core, tag.substr(prefix.size())) > 0;
    if (known) return;
    throw Failure({.kind = Kind::yaml_syntax,
                   .where = at(mark),
                   .message = fmt::format("the tag '{}' is not allowed", tag),
                   .help = "remove it"});
  }

  // A value left out is reported by the parser where the next thing begins, which may be lines below.
  [[nodiscard]] Location where_null(const YAML::Mark& mark) const {
    const std::size_t begin = offset(mark);
    const std::string_view rest = text_.substr(begin);
    for (const std::string_view written : {"~", "null", "Null", "NULL"}) {
      if (!rest.starts_with(written)) continue;
      Location where = at(mark);
      where.length = static_cast<int>(written.size());
      return where;
    }
    return tree_.in_sequence() ? dash_before(begin, mark.line + 1) : tree_.context();
  }

  // The "-" of an empty item: the last one before `end` that ends its line, comments aside.
  [[nodiscard]] Location dash_before(std::size_t end, int number) const {
    for (;; --number) {
      const std::size_t newline = end == 0 ? std::string_view::npos : text_.rfind('\n', end - 1);
      const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
      std::string_view line = text_.substr(begin, end - begin);
      line = line.substr(0, std::min(line.find(" #"), line.size()));
      const std::size_t last = line.find_last_not_of(" \t\r");
      if (last != std::string_view::npos && line[last] == '-') return {source_, number, static_cast<int>(last) + 1};
      if (newline == std::string_view::npos) return tree_.context();
      end = newline;
    }
  }

  std::shared_ptr<const SourceText> source_;
  std::string_view text_;
  Tree& tree_;
  int documents_ = 0;
};

// The parser's few messages that hit people most, in words that say what to do.
std::string remedy(std::string_view message) {
  if (message == YAML::ErrorMsg::MAP_VALUE) return "quote text that contains ': '";
  if (message == YAML::ErrorMsg::END_OF_MAP || message == YAML::ErrorMsg::END_OF_SEQ) {
    return "is this line indented like those above it?";
  }
  if (message == YAML::ErrorMsg::END_OF_MAP_FLOW) return "a '}' is missing";
  if (message == YAML::ErrorMsg::END_OF_SEQ_FLOW) return "a ']' is missing";
  if (message == YAML::ErrorMsg::EOF_IN_SCALAR) return "a closing quote is missing";
  if (message == YAML::ErrorMsg::BLOCK_ENTRY) return "a list starts on a line of its own";
  if (message.starts_with(YAML::ErrorMsg::UNKNOWN_ANCHOR)) return "an alias '*x' needs an anchor '&x' before it";
  if (message == YAML::ErrorMsg::UNKNOWN_TOKEN) return "quote text that starts with '%', '@' or '`'";
  return "";
}

void parse_document(Handler& handler) {
  View view(handler.text());
  std::istream stream(&view);
  try {
    YAML::Parser parser(stream);
    // The second call finds the end, or begins a second document, which the handler refuses.
    if (parser.HandleNextDocument(handler)) parser.HandleNextDocument(handler);
  } catch (const YAML::Exception& error) {
    const bool placed = !error.mark.is_null();
    throw Failure({.kind = Kind::yaml_syntax,
                   .where = placed ? handler.at(error.mark) : handler.whole(),
                   .message = "not YAML: " + error.msg,
                   .help = remedy(error.msg)});
  }
}

}  // namespace

std::optional<Node> parse(std::shared_ptr<const SourceText> source, Diagnostics& diagnostics, const Limits& limits) {
  if (!check_text(source, diagnostics, limits)) return std::nullopt;
  Diagnostics found;
  Tree tree(limits, found);
  Handler handler(source, tree);
  try {
    parse_document(handler);
  } catch (const Failure& failure) {
    for (const Diagnostic& diagnostic : failure.diagnostics) found.add(diagnostic);
  }
  for (const Diagnostic& diagnostic : found.list()) diagnostics.add(diagnostic);
  if (!found.empty()) return std::nullopt;
  Node root = tree.take();
  if (!root.where) root.where = {.file = std::move(source)};  // an empty file
  return root;
}

}  // namespace kjx::yaml
