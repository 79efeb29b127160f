#include "recipe/service_tables.h"

#include "recipe/common_fields.h"

namespace kjx::recipe {

using schema::Table;
using schema::Type;

// The largest number that busybox's chpst reads.
constexpr std::int64_t most_of_chpst = 2147483647;

Table limits_table() {
  return {"limits",
          "What a service may use. `memory`, `pids` and `cpu` hold for all its processes together: they are set on its "
          "cgroup, /sys/fs/cgroup/sv/NAME. The others hold for each process.",
          {{"memory",
            Type::size,
            "Bytes of memory; when there is no more, the kernel ends the whole service, which is then "
            "started again.",
            false,
            {},
            {},
            nullptr,
            {},
            1 << 18},
           {"pids", Type::integer, "Processes and threads at a time.", false, {}, {}, nullptr, {}, 1, 4194304},
           {"cpu",
            Type::integer,
            "Percent of one processor: 50 is half of one, 200 is two.",
            false,
            {},
            {},
            nullptr,
            {},
            1,
            100000},
           {"open-files", Type::integer, "Open file descriptors.", false, {}, {}, nullptr, {}, 8, 1048576},
           {"file-size",
            Type::size,
            "Bytes of the largest file it may write.",
            false,
            {},
            {},
            nullptr,
            {},
            0,
            most_of_chpst},
           {"core", Type::size, "Bytes of a core dump.", false, {}, {}, nullptr, {}, 0, most_of_chpst}}};
}

Table restart_table() {
  constexpr std::int64_t day = 86400;
  return {
      "restarting",
      "How a service comes back that ended. One that ends too soon waits longer each time, so that it does not spin.",
      {{"pause",
        Type::integer,
        "Seconds before it is started again; doubled each time it ended too soon. 0: never.",
        false,
        "1",
        {},
        nullptr,
        {},
        0,
        day},
       {"longest-pause",
        Type::integer,
        "The pause grows no further than to so many seconds.",
        false,
        "60",
        {},
        nullptr,
        {},
        0,
        day},
       {"good-run",
        Type::integer,
        "Having run for so many seconds it did not end too soon: no pause, and the next "
        "one is short again.",
        false,
        "10",
        {},
        nullptr,
        {},
        0,
        day}}};
}

Table watchdog_table() {
  return {
      "a watchdog",
      "Feeds a hardware watchdog as long as the services named are ready. When one stays down, the feeding stops, and "
      "the hardware resets the machine.",
      {{"services", Type::names, "Services that must be ready; none: it is enough that programs run at all."},
       {"timeout",
        Type::integer,
        "Seconds without feeding until the hardware resets the machine.",
        false,
        "30",
        {},
        nullptr,
        {},
        4,
        2000},
       {"grace",
        Type::integer,
        "Seconds after its own start during which they need not be ready yet.",
        false,
        "60",
        {},
        nullptr,
        {},
        0,
        86400},
       {"device", Type::path, "The device.", false, "/dev/watchdog"}}};
}

Table log_table() {
  return {"a log",
          "Where a service's output goes: svlogd keeps rotated files in /var/log/NAME.",
          {{"size", Type::size, "A file is rotated at this size.", false, "100000"},
           {"keep", Type::integer, "Rotated files kept.", false, "4"}}};
}

Table ready_table() {
  return {"readiness",
          "When those who need this service may start.",
          {{"command", Type::list, "Ready when this command ends with 0."},
           {"file", Type::path, "Ready when this file exists."},
           {"started", Type::boolean, "Ready as soon as it runs."}}};
}

Table service_table(const Table& limits, const Table& log, const Table& ready, const Table& restart,
                    const Table& watchdog, const Table& user, const Table& group) {
  return {"a service",
          "runit/services/NAME/service.yaml: something supervised. Scripts may stand beside it: `run` instead of "
          "`command`, "
          "`check` (0 when it is ready) instead of `ready`, `finish` (runs each time it ended), `log/run` instead of "
          "`log`.",
          {extends,
           summary,
           {"command", Type::list, "The program and its arguments; runs in the foreground. Or write a script `run`."},
           {"once", Type::boolean,
            "Runs once. Success (0) makes it ready; a failure is said on the console, and who needs it does not start.",
            false, "false"},
           {"down", Type::boolean, "In the image, but not started: `sv start NAME` does.", false, "false"},
           {"user", Type::name,
            "Runs as this user; one that nothing else describes is made, with an id derived from the name."},
           {"group", Type::name, "Runs as this group, likewise; absent: the user's."},
           {"environment", Type::map, "Further environment variables."},
           {"directory", Type::path, "Working directory."},
           {"limits", Type::record, "What it may use.", false, {}, {}, &limits},
           {"log", Type::record, "Rotation of its log; absent: to the console.", false, {}, {}, &log},
           {"needs", Type::names, "Services that must be ready before it starts."},
           {"ready", Type::record, "When those who need it may start.", false, {}, {}, &ready},
           {"restart", Type::record, "How it comes back when it ended.", false, {}, {}, &restart},
           {"watchdog", Type::record, "Instead of a command: feeds a hardware watchdog.", false, {}, {}, &watchdog},
           {"users", Type::records, "Users that it brings.", false, {}, {}, &user},
           {"groups", Type::records, "Groups that it brings.", false, {}, {}, &group},
           {"console", Type::boolean, "Left out when an image says `console: none`.", false, "false"},
           {"programs", Type::list, "Further programs that its scripts run, checked against the image."}}};
}

}  // namespace kjx::recipe
