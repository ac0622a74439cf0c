#!/usr/bin/env bash
# Server-Sent Events by curl. Usage: bash sse.sh http://HOST:PORT [TOPIC]
# Each notification is one line of JSON on standard output. It comes back by itself, from where it was.
set -u
base=$1 topic=${2:-default}
cursor='' id='' data=''

while true; do
    id=$cursor data=''
    while IFS= read -r line; do
        case "$line" in
            'id: '*) id=${line#id: } ;;
            'data: '*) data=${line#data: } ;; # ours is JSON, so it is one line
            '') # an event counts when the empty line behind it has come, not before
                if [[ -n "$data" ]]; then
                    cursor=$id
                    printf '%s\n' "$data"
                    data=''
                fi ;;
        esac
    done < <(curl --silent --show-error --fail --no-buffer --get --data-urlencode "topic=$topic" \
        ${cursor:+--header "Last-Event-ID: $cursor"} "$base/events")
    sleep "0.$((RANDOM % 5 + 5))" # not all clients at once
done
