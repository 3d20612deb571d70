#  servers.sh: a broker and workers of their own for a script: sourced by deploy/demo.sh and test/bench/run.sh.
#  start_servers BUILD FOLDER WORKERS SLOTS [OPTIONS of a worker] sets DMH_BROKER; everything stands in FOLDER, jobs too unless DMH_STORE says where.
#  start_gateway BUILD FOLDER puts a gateway before them and sets gateway, its address. stop_servers leaves no process; with
#  by=setsid they would go on when the script's terminal is closed.
servers=
by=
pin=
sockets=    #  their folder, in a place whose path is short

stop_servers () {
    for pid in $servers; do kill "$pid" 2>/dev/null || true; done
    for pid in $servers; do wait "$pid" 2>/dev/null || true; done
    servers=
    [ -z "$sockets" ] || rm -rf "$sockets"
    sockets=
}

#  The endpoint of that name in the broker's file.
endpoint () {
    sed -n "s/^$1=//p" "$2/endpoints"
}

#  await_server PID LOG FILE TEXT: until the file has the text, which the program writes when it is ready.
await_server () {
    left=100    #  tenths of a second
    until grep -q "$4" "$3" 2>/dev/null; do
        left=$((left - 1))
        if [ "$left" -eq 0 ] || ! kill -0 "$1" 2>/dev/null; then
            echo "a program did not start; in $2 it said:" >&2
            cat "$2" >&2
            return 1
        fi
        sleep 0.1
    done
}

#  What a worker is started by: with pin=yes it has one processor of its own, those that there are in turn.
processor () {
    [ -z "$pin" ] || echo "taskset -c $(($1 % $(nproc)))"
}

start_servers () {
    mkdir -p "$2/results"
    rm -rf "$2/endpoints" "$2"/jobs.db*
    sockets=$(mktemp -d /tmp/dmh-XXXXXX)
    $by "$1/dmh-broker" --front "ipc://$sockets/front" --store "${DMH_STORE:-sqlite:$2/jobs.db}" \
        --endpoints-file "$2/endpoints" >"$2/broker.log" 2>&1 &
    servers=$!
    await_server "$servers" "$2/broker.log" "$2/endpoints" . || return 1
    worker=0
    while [ "$worker" -lt "$3" ]; do
        worker=$((worker + 1))
        $by $(processor $((worker - 1))) "$1/dmh-worker" --broker "$(endpoint back "$2")" --slots "$4" ${5:-} --results "$2/results" >"$2/worker-$worker.log" 2>&1 &
        servers="$servers $!"
    done
    DMH_BROKER=$(endpoint front "$2")
    export DMH_BROKER
}

start_gateway () {
    rm -f "$2/gateway.log"
    $by "$1/dmh-gateway" --listen 127.0.0.1:0 --broker "$DMH_BROKER" --spool "$2/gateway" >"$2/gateway.log" 2>&1 &
    servers="$servers $!"
    await_server $! "$2/gateway.log" "$2/gateway.log" gateway.listening || return 1
    gateway=$(sed -n 's|.*\(http://[0-9.:]*\).*|\1|p' "$2/gateway.log" | head -n 1)
}
