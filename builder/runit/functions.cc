#include "runit/functions.h"

// How services wait for each other without looking again and again: /run/sv/NAME/ready is a fifo that nobody writes to
// as long as NAME is not ready. Who needs NAME opens it for reading, and the kernel lets nobody through before there is
// a writer (fifo(7)). Becoming ready is to open it for both, which lets through whoever waits, and to put a plain file
// in its place before it is closed, which lets through whoever comes later. So there is no moment in between, no
// process that stays, and no clock.
//
// The text is for busybox's ash, and kept to what a POSIX shell knows. It forks where it must, not where it could:
// services start while the machine is busiest.

namespace kjx::runit {

std::string_view functions() {
  return R"sh(# What the scripts of all services share; each sets $name before it reads this. In /run/sv/NAME stand
#   ready    a fifo until the service is ready: opening it waits for just that. Then a file with the time.
#   state    what it is at, in words that come after its name
#   started  when its program was started, in seconds since the kernel's start
#   crashes  how often in a row it ended too soon
here=/run/sv/$name
cgroup=/sys/fs/cgroup/sv/$name

service_state() { echo "$*" >"$here/state"; }

# A line for the person at the console.
service_say() { printf '\nkjx: %s\n' "$*" 2>/dev/null >/dev/console || echo "$*"; }

service_now() {
    read -r now _ </proc/uptime
    now=${now%.*}
}

service_ready() {
    read -r now _ </proc/uptime
    echo "$now" >"$here/ready.new"
    service_state "is ready"
    mv -f "$here/ready.new" "$here/ready" 9<>"$here/ready"
}

service_unready() {
    [ ! -p "$here/ready" ] || return 0
    rm -f "$here/ready.new"
    mkfifo -m 600 "$here/ready.new" && mv -f "$here/ready.new" "$here/ready"
}

# service_needs SERVICE...: until they are ready.
service_needs() {
    for needed; do
        service_state "waits for '$needed'"
        : <"/run/sv/$needed/ready"
    done
}

# service_limit FILE VALUE
service_limit() {
    { echo "$2" >"$cgroup/$1"; } 2>/dev/null && return
    echo "$name: this kernel sets no limit '$1'"
    exit 1
}

# The shell that is here becomes a process of the service.
service_start() {
    service_now
    echo "$now" >"$here/started"
    service_state "is not ready yet"
    { echo 0 >"$cgroup/cgroup.procs"; } 2>/dev/null || :
}

# service_ready_when TEST...: looks until it agrees, from a process that is not the service's child: that one may wait
# for any child it has.
service_ready_when() {
    ( (
        looks=0
        until "$@"; do
            kill -0 "$$" || exit
            looks=$((looks + 1))
            if [ "$looks" -lt 100 ]; then sleep 0.1; else sleep 1; fi
        done
        ! kill -0 "$$" || service_ready
    ) </dev/null >/dev/null 2>&1 &)
}

# service_once COMMAND...: its success is this service's readiness. What stays is a process that `sv` can show.
service_once() {
    (service_start && exec "$@") &
    child=$!
    trap 'kill "$child" 2>/dev/null' TERM
    wait "$child"
    code=$?
    # TERM ends the waiting first, what was waited for a little later.
    while kill -0 "$child" 2>/dev/null; do
        wait "$child"
        code=$?
    done
    trap - TERM
    [ "$code" = 0 ] || exit "$code"
    service_ready
    exec sleep infinity
}

# service_ended CODE SIGNAL: how, in words. Leaves the script when the service is wanted down.
service_ended() {
    how="ended with $1"
    [ "$1" != -1 ] || how="was killed by signal $2"
    kills=0 known=0
    while read -r key value; do
        [ "$key" != oom_kill ] || kills=$value
    done 2>/dev/null <"$cgroup/memory.events"
    [ ! -e "$here/kills" ] || read -r known <"$here/kills"
    if [ "$kills" != "$known" ]; then
        echo "$kills" >"$here/kills"
        how="used more memory than its limit and was killed"
    fi
    service_wanted
}

# Leaves the script when the service is wanted down.
service_wanted() {
    read -r stat <supervise/stat || stat=
    case $stat in
        *want*)
            service_state "was stopped"
            rm -f "$here/crashes"
            exit 0
            ;;
    esac
}

# service_again PAUSE LONGEST GOOD: waits before runsv starts it again.
service_again() {
    service_now
    started=$now crashes=0
    [ ! -e "$here/started" ] || read -r started <"$here/started"
    ran=$((now - started))
    if [ "$ran" -ge "$3" ] || [ "$1" -eq 0 ]; then
        rm -f "$here/crashes"
        service_state "$how after ${ran}s"
        exit 0
    fi
    [ ! -e "$here/crashes" ] || read -r crashes <"$here/crashes"
    pause=$1 doubled=0
    while [ "$doubled" -lt "$crashes" ] && [ "$pause" -lt "$2" ]; do
        pause=$((pause * 2)) doubled=$((doubled + 1))
    done
    [ "$pause" -le "$2" ] || pause=$2
    crashes=$((crashes + 1))
    echo "$crashes" >"$here/crashes"
    how="$how after ${ran}s ($crashes in a row), next start in ${pause}s"
    service_state "$how"
    echo "$name: $how"
    # In short naps: who wants it down is not kept waiting.
    while [ "$pause" -gt 0 ]; do
        sleep 1
        pause=$((pause - 1))
        service_wanted
    done
}

# service_failed [SERVICE...]: one that runs once is not tried again, and those who need it wait.
service_failed() {
    waiting=
    for each; do
        waiting="$waiting${waiting:+, }'$each'"
    done
    log=
    [ ! -d log ] || log="; its log: /var/log/$name/current"
    service_state "failed, it $how"
    service_say "service '$name' failed, it $how${waiting:+; waiting for it: $waiting}$log"
    printf d >supervise/control
}
)sh";
}

std::string_view watchdog_function() {
  return R"sh(
# The device must be written to before its time is over. Closed after a V it is switched off, closed without it ticks on.
service_watchdog() {
    device=$1 timeout=$2 grace=$3
    shift 3
    if [ ! -c "$device" ]; then
        service_start
        service_ready
        service_state "guards nothing: there is no $device"
        service_say "service '$name' guards nothing: there is no $device"
        exec sleep infinity
    fi
    service_start
    # A shell cannot set the time, busybox's watchdog can: it is stopped as soon as it has (it writes its pid then).
    rm -f /run/watchdog.pid
    watchdog -F -T "$timeout" "$device" &
    setter=$!
    until [ -e /run/watchdog.pid ]; do
        kill -0 "$setter" || exit 1
        sleep 0.1
    done
    kill "$setter"
    wait "$setter"
    exec 3>"$device"
    trap 'printf V >&3; exit 0' TERM
    service_ready
    service_now
    grace=$((now + grace))
    hungry=
    while :; do
        down=
        for each; do
            [ -f "/run/sv/$each/ready" ] || down="$down '$each'"
        done
        service_now
        if [ -z "$down" ] || [ "$now" -lt "$grace" ]; then
            printf . >&3
        elif [ "$down" != "$hungry" ]; then
            service_say "the watchdog is not fed, as long as these are down:$down"
        fi
        [ "$now" -lt "$grace" ] || hungry=$down
        # In the background, so that TERM is obeyed at once; without the device, so that it is closed with this shell.
        sleep "$((timeout / 4))" 3>&- &
        wait "$!"
    done
}
)sh";
}

}  // namespace kjx::runit
