#  servers.sh: a broker and workers of their own for a script: sourced by deploy/demo.sh and test/bench/run.sh.
#  start_servers BUILD FOLDER WORKERS SLOTS sets DMH_BROKER; everything stands in FOLDER, jobs too unless DMH_STORE says where. stop_servers leaves no process.
servers=
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

start_servers () {
    mkdir -p "$2/results"
    rm -rf "$2/endpoints" "$2"/jobs.db*
    sockets=$(mktemp -d /tmp/dmh-XXXXXX)
    "$1/dmh-broker" --front "ipc://$sockets/front" --store "${DMH_STORE:-sqlite:$2/jobs.db}" \
        --endpoints-file "$2/endpoints" >"$2/broker.log" 2>&1 &
    servers=$!
    left=100    #  tenths of a second
    until [ -s "$2/endpoints" ]; do
        left=$((left - 1))
        if [ "$left" -eq 0 ] || ! kill -0 "$servers" 2>/dev/null; then
            echo "the broker did not start; it said:" >&2
            cat "$2/broker.log" >&2
            return 1
        fi
        sleep 0.1
    done
    worker=0
    while [ "$worker" -lt "$3" ]; do
        worker=$((worker + 1))
        "$1/dmh-worker" --broker "$(endpoint back "$2")" --slots "$4" --results "$2/results" >"$2/worker-$worker.log" 2>&1 &
        servers="$servers $!"
    done
    DMH_BROKER=$(endpoint front "$2")
    export DMH_BROKER
}
