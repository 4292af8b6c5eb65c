#!/bin/sh
# A receiver for andon's buttons in POSIX shell, behind `webhook` (Debian's package of that name, 2.8), with hooks.json
# beside this file.
#
#     export RECEIVER=$PWD/receiver.sh RECEIVER_STATE=/var/lib/receiver
#     export RECEIVER_PROGRAM=/opt/roll-back.sh
#     export RECEIVER_TOKEN=...  RECEIVER_SECRET=whsec_...
#     webhook -hooks hooks.json -template -ip 127.0.0.1 -port 9000
#
# The action that goes with it (the endpoint's /hooks/press and the job's /hooks/job are names of hooks.json):
#
#     endpoint = "http://127.0.0.1:9000/hooks/press"
#     [action.headers]
#     X-Token = "${secret:RECEIVER_TOKEN}"
#     X-Press = "{{ event_id }}"
#     [action.sign]
#     key = "${secret:RECEIVER_SECRET}"
#
# `webhook` lets in who knows the token; its own HMAC rule does not know Standard Webhooks, so the signature is checked
# here. A press is answered at once with 202, and its job is polled at Location until it has ended. `webhook` cannot make
# a Location for each press: the header X-Press, which andon sends with every poll too, says which job is meant.
#
# The program reads the JSON of the press on its standard input. The last line that it prints is the job's message; an
# exit code other than 0 makes the run fail.
#
# One press runs once: the folder of its id is made before the program starts, and only who makes it starts the program.
# A job that was interrupted by a crash stays "running" and is never run again: andon gives it up as unknown after the
# limit of its follow rule (30 minutes), and a person decides.
set -eu
umask 077
LC_ALL=C
export LC_ALL

# What is told to andon; an exit code other than 0 becomes HTTP 500.
answer() {
    printf '{"message":"%s"%s}\n' "$1" "${3-}"
    exit "$2"
}

# Hexadecimal digits as bytes.
bytes() {
    hex=$1
    while [ -n "$hex" ]; do
        printf "\\$(printf '%03o' "0x${hex%"${hex#??}"}")"
        hex=${hex#??}
    done
}

# The hexadecimal digits of standard input.
digits() { od -An -v -tx1 | tr -d ' \n'; }

sha256() { sha256sum | cut -c 1-64; }

# HMAC-SHA-256 of standard input, as bytes. The key, in hexadecimal digits, stands in no list of processes.
hmac() {
    key=$1
    [ ${#key} -le 128 ] || key=$(bytes "$key" | sha256)
    inner= outer= count=0
    while [ "$count" -lt 64 ]; do
        byte=${key%"${key#??}"}
        key=${key#??}
        inner="$inner\\$(printf '%03o' $((0x${byte:-0} ^ 0x36)))"
        outer="$outer\\$(printf '%03o' $((0x${byte:-0} ^ 0x5c)))"
        count=$((count + 1))
    done
    # Only backslashes and octal digits stand in the formats.
    digest=$({ printf "$inner"; cat; } | sha256)
    digest=$({ printf "$outer"; bytes "$digest"; } | sha256)
    bytes "$digest"
}

plain() {
    case $1 in
    '' | *[!A-Za-z0-9_-]*) return 1 ;;
    esac
    [ ${#1} -le 200 ]
}

# Whether the request is from who knows the secret, just now.
verify() {
    plain "${PRESS_ID-}" || answer 'webhook-id is missing or wrong' 1
    case ${PRESS_TIME-} in
    '' | *[!0-9]* | 0* | ????????????*) answer 'webhook-timestamp is missing or wrong' 1 ;;
    esac
    off=$(($(date +%s) - PRESS_TIME))
    [ "${off#-}" -le 300 ] || answer "webhook-timestamp is more than 5 minutes from the receiver's clock" 1
    secret=$(printf '%s' "${RECEIVER_SECRET#whsec_}" | base64 -d | digits)
    [ -n "$secret" ] || answer 'the receiver has no secret' 1
    wanted=$({ printf '%s.%s.' "$PRESS_ID" "$PRESS_TIME"; cat "$PRESS_BODY"; } | hmac "$secret" | base64)
    for given in ${PRESS_SIGNATURES-}; do
        [ "$given" != "v1,$wanted" ] || return 0
    done
    answer "no signature is by the receiver's secret" 1
}

# Text of a program as the inside of a JSON string.
json() { tr -d '\000-\037\177' | iconv -c -f UTF-8 -t UTF-8 | sed 's/[\\"]/\\&/g'; }

last_line() { grep -v '^[[:space:]]*$' "$1" | tail -n 1 | cut -c 1-500; }

# Runs the program, and writes down how it ended: the file appears whole or not at all.
work() {
    status=succeeded
    "$RECEIVER_PROGRAM" <"$1/press" >"$1/out" 2>"$1/err" || status=failed
    said=$1/out
    [ $status = succeeded ] || [ ! -s "$1/err" ] || said=$1/err
    message=$(last_line "$said" | json) || message=
    printf '{"status":"%s","message":"%s"}\n' $status "${message:-$status}" >"$1/end.new"
    mv "$1/end.new" "$1/end"
}

press() {
    verify
    [ "${PRESS_NAME-}" = "$PRESS_ID" ] || answer 'the header X-Press must be the event_id: X-Press = "{{ event_id }}"' 1
    job=$RECEIVER_STATE/$PRESS_ID
    mkdir -p "$RECEIVER_STATE"
    if ! mkdir "$job" 2>/dev/null; then
        [ -d "$job" ] || answer 'nothing was started: the state cannot be written' 1
        answer taken 0 ',"duplicate":true'
    fi
    cp "$PRESS_BODY" "$job/press"
    unset RECEIVER_SECRET RECEIVER_TOKEN
    # It goes on when this script has answered: `webhook` waits until nobody holds its output any more.
    (trap '' HUP; work "$job") </dev/null >/dev/null 2>&1 &
    answer taken 0
}

job() {
    plain "${PRESS_NAME-}" || answer 'the header X-Press is missing or wrong' 1
    job=$RECEIVER_STATE/$PRESS_NAME
    [ -d "$job" ] || answer 'there is no such job' 1
    if [ -f "$job/end" ]; then
        cat "$job/end"
    else
        printf '{"status":"running"}\n'
    fi
}

case ${1-} in
press) press ;;
job) job ;;
*) answer 'usage: receiver.sh press|job' 2 ;;
esac
