# Talks to a guest's serial console. Sourced by boot tests and by ci/quickstart.
#
#   guest_start COMMAND...        starts QEMU by this command, its console on stdin and stdout
#   guest_wait TEXT SECONDS       until TEXT was printed
#   guest_run LINE [SECONDS]      runs LINE in the guest's shell, prints its output, returns its exit code
#   guest_save FILE LINE          the same into FILE, and a last line "exit: CODE" when it failed
#   guest_ended SECONDS           until QEMU has ended
#   guest_stop                    ends QEMU, whatever it does
# guest_log is the console's text so far.

guest_start() {
    guest_dir=$(mktemp -d)
    guest_log=$guest_dir/console
    mkfifo "$guest_dir/in"
    : >"$guest_log"  # there before the first look at it
    # Opened for both, so that neither side waits for the other.
    exec {guest_in}<>"$guest_dir/in"
    "$@" <"$guest_dir/in" >"$guest_log" 2>"$guest_dir/errors" &
    guest_pid=$!
}

guest_fail() {
    echo "guest: $1; the console's last lines:" >&2
    tail -n 30 "$guest_log" >&2
    echo "and what it said of errors:" >&2
    grep -aE 'kjx: |[Ee]rror|failed|panic' "$guest_log" | tail -n 10 >&2
    cat "$guest_dir/errors" >&2
    return 1
}

# How often TEXT is on the console, and then SECONDS for it to be there more often than BEFORE.
guest_seen() { grep -cF -e "$1" "$guest_log" || true; }

guest_wait() {
    local text=$1 end=$((SECONDS + $2)) before=${3:-0}
    while [ "$(guest_seen "$text")" -le "$before" ]; do
        kill -0 "$guest_pid" 2>/dev/null || { guest_fail "QEMU ended before it said '$text'" || return 1; }
        [ "$SECONDS" -lt "$end" ] || { guest_fail "no '$text' within $2 s" || return 1; }
        sleep 0.1
    done
}

# The marks are written so that the echo of the line typed does not look like them.
guest_run() {
    local line=$1 seconds=${2:-60} mark
    mark=mark-$(date +%s%N)
    printf 'echo "be""gin-%s"; %s; echo "en""d-%s $?"\n' "$mark" "$line" "$mark" >&"$guest_in"
    guest_wait "end-$mark " "$seconds" || return 1
    # A message of the kernel's or a service's may stand before or behind the mark.
    tr -d '\r' <"$guest_log" | sed -n "/begin-$mark/,/end-$mark /p" | sed "1d; s/end-$mark .*//" | sed '${/^$/d}'
    return "$(tr -d '\r' <"$guest_log" | sed -n "s/.*end-$mark \([0-9]*\).*/\1/p" | head -n 1)"
}

guest_save() { guest_run "$2" >"$1" || echo "exit: $?" >>"$1"; }

guest_ended() {
    local end=$((SECONDS + $1))
    while kill -0 "$guest_pid" 2>/dev/null; do
        [ "$SECONDS" -lt "$end" ] || { guest_fail "QEMU still runs after $1 s" || return 1; }
        sleep 0.1
    done
    wait "$guest_pid"
}

guest_stop() {
    kill "$guest_pid" 2>/dev/null || true
    wait "$guest_pid" 2>/dev/null || true
    exec {guest_in}>&-
    rm -rf "$guest_dir"
}
