#include "runit/accounts.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "base/digest.h"

// Three sources, in this order: the files of initramfs/files, which a distro's author writes as everybody knows them;
// `users:` and `groups:` of the image and its services; `user:` and `group:` of services, where nothing described them.

namespace kjx::runit {

namespace {

constexpr std::string_view passwd_file = "etc/passwd";
constexpr std::string_view group_file = "etc/group";
constexpr std::string_view shadow_file = "etc/shadow";

// Derived ids lie above those that tools give out by themselves (adduser: up to 999 for the system's, then from 1000
// up), and below the 60000 that tools take for the end of ordinary users.
constexpr std::int64_t first_derived = 20000;
constexpr std::int64_t derived_count = 40000;

// What stands in a line of passwd or group that others may collide with.
struct Account {
  std::int64_t id = 0;
  Location where;
  bool derived = false;
  bool own = false;                // a group that comes with the user of its name
  std::string line;                // "" for those that stand in the files
  std::vector<std::string> words;  // of `line`, without the id: what two descriptions must agree in
};

// Users, or groups: names and ids, each once.
class Names {
 public:
  Names(std::string_view kind, Diagnostics& diagnostics) : kind_(kind), diagnostics_(diagnostics) {}

  [[nodiscard]] const Account* find(const std::string& name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : &found->second;
  }

  void add(const std::string& name, Account account) {
    const auto same = by_name_.find(name);
    if (same != by_name_.end()) return agree(name, same->second, account);
    const auto [holder, fresh] = by_id_.emplace(account.id, name);
    // What a file says twice (toor beside root) is its author's wish; of two users the own groups are no further news.
    const auto& other = fresh ? account : by_name_.at(holder->second);
    const bool silent = (account.line.empty() && other.line.empty()) || (account.own && other.own);
    if (!fresh && !silent) collide(name, account, holder->second, other);
    by_name_.emplace(name, std::move(account));
  }

  [[nodiscard]] std::map<std::string, std::int64_t, std::less<>> ids() const {
    std::map<std::string, std::int64_t, std::less<>> all;
    for (const auto& [name, account] : by_name_) all.emplace(name, account.id);
    return all;
  }

  // The lines of those that stand in no file, in the order of their names: nothing depends on who asked first.
  [[nodiscard]] std::vector<const Account*> added() const {
    std::vector<const Account*> list;
    for (const auto& [name, account] : by_name_) {
      if (!account.line.empty()) list.push_back(&account);
    }
    return list;
  }

 private:
  // Two services may bring the same user, described alike.
  void agree(const std::string& name, const Account& first, const Account& second) {
    if (first.id == second.id && first.words == second.words) return;
    diagnostics_.add({Kind::duplicate_name,
                      second.where,
                      fmt::format("{} '{}' is described twice, and not alike", kind_, name),
                      "leave one out, or write the same in both",
                      {{first.where, "first described here"}}});
  }

  void collide(const std::string& name, const Account& account, const std::string& other_name, const Account& other) {
    const bool derived = account.derived || other.derived;
    diagnostics_.add(
        {Kind::duplicate_name,
         account.where,
         fmt::format("{}s '{}' and '{}' have the same id {}", kind_, other_name, name, account.id),
         derived ? fmt::format("one was derived from the name: describe that {0} in `{0}s:`, with an `id:`", kind_)
                 : std::string("give one of them another id"),
         {{other.where, fmt::format("{} '{}'", kind_, other_name)}}});
  }

  std::string_view kind_;
  Diagnostics& diagnostics_;
  std::map<std::string, Account> by_name_;
  std::map<std::int64_t, std::string> by_id_;
};

std::vector<std::string> split(const std::string& line, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : line) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::optional<std::int64_t> number_of(const std::string& text) {
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  return read.ec == std::errc() && read.ptr == end && !text.empty() ? std::optional(number) : std::nullopt;
}

// What useradd(8) recommends; the kernel would take anything, tools and people do not.
bool usual_name(const std::string& name) {
  constexpr std::size_t longest = 31;
  const auto lower = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  return name.size() <= longest && lower(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return lower(c) || (c >= '0' && c <= '9') || c == '-'; });
}

class Merge {
 public:
  Merge(const recipe::Recipes& recipes, const recipe::Recipe& image, const std::vector<std::string>& services,
        Disk& disk, Diagnostics& diagnostics)
      : recipes_(recipes), image_(image), services_(services), disk_(disk), diagnostics_(diagnostics) {}

  Accounts run() {
    read_file(passwd_file, users_);
    read_file(group_file, groups_);
    describe(image_.record);
    for (const auto& name : services_) describe(recipes_.services.at(name).record);
    for (const auto& name : services_) add_named(recipes_.services.at(name).record);
    return {texts(), users_.ids(), groups_.ids()};
  }

 private:
  std::string text_of(std::string_view path, std::string* shown = nullptr) {
    const auto file = std::ranges::find(recipes_.initramfs.files, path, &recipe::DataFile::name);
    if (file == recipes_.initramfs.files.end()) return {};
    if (shown != nullptr) *shown = file->shown;
    auto text = disk_.read(file->path).value_or("");
    if (!text.empty() && !text.ends_with('\n')) text += '\n';
    return text;
  }

  // NAME:PASSWORD:ID:... (passwd(5), group(5)).
  void read_file(std::string_view path, Names& into) {
    auto source = std::make_shared<SourceText>();
    source->text = text_of(path, &source->name);
    int number = 0;
    for (const auto& line : split(source->text, '\n')) {
      ++number;
      if (line.empty()) continue;
      const auto fields = split(line, ':');
      const Location where{source, number, 1, static_cast<int>(fields[0].size())};
      const auto id = fields.size() > 2 ? number_of(fields[2]) : std::nullopt;
      if (id) {
        into.add(fields[0], {*id, where, false, false, "", {}});
      } else {
        diagnostics_.add({Kind::bad_value, where, fmt::format("line {} of /{} has no id", number, path),
                          "NAME:x:ID:... as in passwd(5) and group(5)"});
      }
    }
  }

  bool check_name(const Located<std::string>& name, std::string_view kind) {
    if (usual_name(*name)) return true;
    diagnostics_.add({Kind::bad_value, name.where, fmt::format("'{}' is no name for a {}", *name, kind),
                      "lower-case letters, digits, _ and -, a letter first, at most 31"});
    return false;
  }

  void describe(const schema::Record& record) {
    for (const auto& group : record.records("groups")) describe_group(group);
    for (const auto& user : record.records("users")) describe_user(user);
  }

  void describe_group(const schema::Record& group) {
    const auto name = group.text("name");
    if (!check_name(name, "group")) return;
    add_group(*name, id_of(group), group.has("id") ? group.where_of("id") : name.where, !group.has("id"));
  }

  void describe_user(const schema::Record& user) {
    const auto name = user.text("name");
    if (!check_name(name, "user")) return;
    const auto id = id_of(user);
    const auto where = user.has("id") ? user.where_of("id") : name.where;
    std::int64_t gid = id;
    if (user.has("group")) {
      gid = group_id(user.text("group"));
    } else {
      gid = own_group(*name, id, where, !user.has("id"));
    }
    for (const auto& group : user.list("groups")) {
      (void)group_id(group);
      members_[*group].push_back(*name);
    }
    add_user(*name, id, gid, where, !user.has("id"), *user.text("home"), *user.text("shell"));
  }

  // `user:` and `group:` of a service that nothing described.
  void add_named(const schema::Record& service) {
    if (service.has("group")) (void)group_id(service.text("group"));
    if (!service.has("user")) return;
    const auto user = service.text("user");
    if (users_.find(*user) != nullptr || !check_name(user, "user")) return;
    const auto id = derived_id(*user);
    add_user(*user, id, own_group(*user, id, user.where, true), user.where, true, "/", "/bin/false");
  }

  static std::int64_t id_of(const schema::Record& record) {
    return record.has("id") ? record.number("id") : derived_id(*record.text("name"));
  }

  // The id of a group that is known, or now becomes so.
  std::int64_t group_id(const Located<std::string>& name) {
    if (const auto* known = groups_.find(*name)) return known->id;
    const auto id = derived_id(*name);
    if (check_name(name, "group")) add_group(*name, id, name.where, true);
    return id;
  }

  // The group of a user that names none: one of its own name.
  std::int64_t own_group(const std::string& name, std::int64_t id, const Location& where, bool derived) {
    if (const auto* known = groups_.find(name)) return known->id;
    add_group(name, id, where, derived, true);
    return id;
  }

  void add_group(const std::string& name, std::int64_t id, const Location& where, bool derived, bool own = false) {
    groups_.add(name, {id, where, derived, own, fmt::format("{}:x:{}:", name, id), {"group"}});
  }

  void add_user(const std::string& name, std::int64_t id, std::int64_t gid, const Location& where, bool derived,
                const std::string& home, const std::string& shell) {
    users_.add(name, {id,
                      where,
                      derived,
                      false,
                      fmt::format("{0}:x:{1}:{2}:{0}:{3}:{4}", name, id, gid, home, shell),
                      {std::to_string(gid), home, shell}});
    shadow_[name] = fmt::format("{}:*:::::::", name);
  }

  // A file's line of a group with further members.
  std::string group_text() {
    std::string text;
    for (const auto& line : split(text_of(group_file), '\n')) {
      if (!line.empty()) text += with_members(line) + "\n";
    }
    for (const auto* group : groups_.added()) text += with_members(group->line) + "\n";
    return text;
  }

  std::string with_members(const std::string& line) {
    auto fields = split(line, ':');
    fields.resize(4);
    auto members = split(fields[3], ',');
    if (fields[3].empty()) members.clear();
    for (const auto& name : members_[fields[0]]) {
      if (std::ranges::find(members, name) == members.end()) members.push_back(name);
    }
    return fmt::format("{}:{}:{}:{}", fields[0], fields[1], fields[2], fmt::join(members, ","));
  }

  std::vector<Text> texts() {
    if (users_.added().empty() && groups_.added().empty() && members_.empty()) return {};
    auto passwd = text_of(passwd_file);
    for (const auto* user : users_.added()) passwd += user->line + "\n";
    auto shadow = text_of(shadow_file);
    for (const auto& [name, line] : shadow_) shadow += line + "\n";
    return {{std::string(passwd_file), std::move(passwd)},
            {std::string(group_file), group_text()},
            {std::string(shadow_file), std::move(shadow), 0600}};
  }

  const recipe::Recipes& recipes_;
  const recipe::Recipe& image_;
  const std::vector<std::string>& services_;
  Disk& disk_;
  Diagnostics& diagnostics_;
  Names users_{"user", diagnostics_};
  Names groups_{"group", diagnostics_};
  std::map<std::string, std::vector<std::string>> members_;  // by group
  std::map<std::string, std::string> shadow_;                // lines by user
};

}  // namespace

Accounts accounts(const recipe::Recipes& recipes, const recipe::Recipe& image, const std::vector<std::string>& services,
                  Disk& disk, Diagnostics& diagnostics) {
  return Merge(recipes, image, services, disk, diagnostics).run();
}

std::optional<std::string> owner_ids(const Accounts& accounts, std::string_view owner) {
  const auto colon = owner.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto id_of = [](const auto& names, std::string_view name) {
    const auto found = names.find(name);
    return found == names.end() ? number_of(std::string(name)) : std::optional(found->second);
  };
  const auto uid = id_of(accounts.users, owner.substr(0, colon));
  const auto gid = id_of(accounts.groups, owner.substr(colon + 1));
  if (!uid || !gid) return std::nullopt;
  return fmt::format("{}:{}", *uid, *gid);
}

std::int64_t derived_id(const std::string& name) {
  // The first eight digits: more than enough for so few ids.
  std::uint32_t number = 0;
  const auto hex = digest_of(name).hex().substr(0, 8);
  std::from_chars(hex.data(), hex.data() + hex.size(), number, 16);
  return first_derived + number % derived_count;
}

}  // namespace kjx::runit
