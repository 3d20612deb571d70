#  postgres.sh: a PostgreSQL of its own for a script: sourced by test/bench/run.sh. start_postgres LOG FSYNC (on or off)
#  sets postgres_url, or returns 1 where none is installed. stop_postgres leaves no process and no folder.
postgres_pid=
postgres_folder=

#  A word list, no function: a process in the background is to be PostgreSQL itself.
as_postgres=
[ "$(id -u)" -ne 0 ] || as_postgres='setpriv --reuid postgres --regid postgres --clear-groups'

start_postgres () {
    programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
    [ -n "$programs" ] || programs=$(pg_config --bindir 2>/dev/null)
    [ -x "$programs/initdb" ] || return 1
    [ "$(id -u)" -ne 0 ] || id postgres >/dev/null 2>&1 || return 1
    postgres_folder=$(mktemp -d /tmp/dmh-pg-XXXXXX)
    [ "$(id -u)" -ne 0 ] || chown postgres "$postgres_folder"
    (cd "$postgres_folder" && $as_postgres "$programs/initdb" -D "$postgres_folder/data" -U dmh -A trust -E UTF8 --locale=C \
        --no-instructions >"$1" 2>&1) || return 1
    cd "$postgres_folder"
    $as_postgres "$programs/postgres" -D "$postgres_folder/data" -k "$postgres_folder" -c listen_addresses= \
        -c fsync="$2" >>"$1" 2>&1 &
    postgres_pid=$!
    cd - >/dev/null
    left=100    #  tenths of a second
    until "$programs/pg_isready" -q -h "$postgres_folder"; do
        left=$((left - 1))
        [ "$left" -gt 0 ] || return 1
        sleep 0.1
    done
    postgres_url="postgresql://dmh@/postgres?host=$postgres_folder"
}

stop_postgres () {
    [ -z "$postgres_pid" ] || { kill "$postgres_pid" 2>/dev/null && wait "$postgres_pid" 2>/dev/null; } || true
    [ -z "$postgres_folder" ] || rm -rf "$postgres_folder"
    postgres_pid=
    postgres_folder=
}
