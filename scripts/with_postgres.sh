#!/bin/sh
# Run a command beside a PostgreSQL server of its own, which is thrown away: with_postgres.sh COMMAND...
# The command finds it by DATABASE_URL. Needs Debian's postgresql package; as root, su to its user.
set -eu
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || {
    echo "There is no PostgreSQL server here: on Debian, apt install postgresql." >&2
    exit 3
}
folder=$(mktemp -d)
as_user() {
    if [ "$(id -u)" = 0 ]; then su postgres -s /bin/sh -c "$1"; else sh -c "$1"; fi
}
[ "$(id -u)" = 0 ] && chown postgres "$folder"
stop() {
    as_user "$bin/pg_ctl -D $folder/data -m immediate stop" >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT INT TERM
# nothing of it outlives the command, so that nothing need reach the disk
as_user "$bin/initdb -D $folder/data -A trust -U postgres -E UTF8 >/dev/null &&
    $bin/pg_ctl -D $folder/data -o \"-k $folder -h '' -c fsync=off -c full_page_writes=off\" -l $folder/log -w start >/dev/null"
socket=$(printf %s "$folder" | sed 's|/|%2F|g')
DATABASE_URL="postgresql://postgres@$socket/postgres" "$@"
