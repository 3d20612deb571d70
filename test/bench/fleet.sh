#  fleet.sh: sourced by test/bench/run.sh: BENCH_JOBS jobs in a broker's queue and BENCH_WORKERS workers, all played by a few
#  processes: what a job takes of the broker's time and memory as the queue grows, what requests take then, how it comes back
#  after it was killed, and what subscribers cost it; and what it takes to remove some of many jobs.
#  BENCH_JOBS="10000 100000 1000000"  BENCH_WORKERS=1000  BENCH_RESULTS=20000  BENCH_ASKS=200  BENCH_FEED_JOBS=50000
#  BENCH_FEED_RESULTS=2000  BENCH_RATE=200 results a second  BENCH_SUBSCRIBERS="0 1 10 100 1000"
#  BENCH_KEPT="10000 100000 1000000" jobs of which 100 are removed

compile_fleet () {
    for peer in fleet_load fleet_ask fleet_feed; do
        cc -std=gnu11 -O2 -I. $(pkg-config --cflags libczmq) -o "$work/$peer" "test/bench/$peer.c" test/bench/fleet_broker.c \
            "$build/libmessages.a" $(pkg-config --libs $libraries)
    done
    make -s "$build/libbroker.a"
    cc -std=gnu11 -O2 -I. $(pkg-config --cflags libczmq) -o "$work/store_load" test/bench/store_load.c test/bench/fleet_broker.c \
        "$build/libbroker.a" "$build/libmessages.a" $(pkg-config --libs $libraries sqlite3 libpq libsystemd)
}

#  What stands in the broker's status, in MB.
broker_rss () {
    awk '/VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$servers/status"
}

#  The broker on the jobs that are there; it is ready when it has them.
start_fleet_broker () {
    rm -f "$work/servers/endpoints"
    ${by:-} "$build/dmh-broker" --front "ipc://$sockets/front" --store "sqlite:$work/servers/jobs.db" --queue 10000000 \
        --log-level warning --endpoints-file "$work/servers/endpoints" >"$work/servers/broker.log" 2>&1 &
    servers=$!
    left=6000    #  tenths of a second
    until [ -s "$work/servers/endpoints" ]; do
        left=$((left - 1))
        if [ "$left" -eq 0 ] || ! kill -0 "$servers" 2>/dev/null; then
            echo 'the broker did not start; it said:' >&2
            cat "$work/servers/broker.log" >&2
            return 1
        fi
        sleep 0.1
    done
    DMH_BROKER=$(endpoint front "$work/servers")
}

#  load_fleet WORKERS JOBS RESULTS [RATE] [SORTS]
load_fleet () {
    "$work/fleet_load" "$DMH_BROKER" "$(endpoint back "$work/servers")" "$servers" "$@"
}

#  The broker is killed, and one is started on what it has left; `cpu` is gateway.sh's.
restart_fleet () {
    kill -9 "$servers"
    wait "$servers" 2>/dev/null || true
    before=$(date +%s.%N)
    start_fleet_broker
    awk -v n="$1" -v from="$before" -v to="$(date +%s.%N)" -v cpu="$(cpu "$servers")" -v mb="$(broker_rss)" 'BEGIN {
        printf "after a kill: back after %.1f s, %.1f us and %.1f us of CPU a job, %d MB\n", to - from, (to - from) * 1e6 / n, cpu * 1e6 / n, mb }'
}

#  subscribers COUNT: what results take with so many who listen to everything.
subscribers () {
    if [ "$1" -gt 0 ]; then
        "$work/fleet_feed" "$(endpoint feed "$work/servers")" "$1" >"$work/servers/feed.log" &
        listener=$!
        await_server "$listener" "$work/servers/feed.log" "$work/servers/feed.log" subscribed
        sleep 3    #  until it was told of what is there
    fi
    printf '%4d subscribers: ' "$1"
    load_fleet "$workers" 0 "$results" "$rate"
    if [ "$1" -gt 0 ]; then
        kill "$listener"
        wait "$listener" || true
        sed -n 2p "$work/servers/feed.log"
    fi
}

fleet () {
    workers=${BENCH_WORKERS:-1000} rate=${BENCH_RATE:-200}
    ulimit -n "$(ulimit -H -n)"
    for jobs in ${BENCH_JOBS:-10000 100000 1000000}; do
        printf '\n%d jobs, %d workers; load of the machine %s\n' "$jobs" "$workers" "$(cut -d' ' -f1 /proc/loadavg)"
        results=${BENCH_RESULTS:-20000}
        [ "$results" -le $((jobs / 4)) ] || results=$((jobs / 4))
        rm -rf "$work/servers"
        mkdir -p "$work/servers"
        sockets=$(mktemp -d /tmp/dmh-XXXXXX)
        start_fleet_broker
        echo "empty: $(broker_rss) MB"
        load_fleet 0 "$jobs" 0
        "$work/fleet_ask" "$DMH_BROKER" "$servers" "${BENCH_ASKS:-200}"
        load_fleet "$workers" 0 "$results"
        printf 'at %s a second: ' "$rate"
        load_fleet "$workers" 0 $((results / 4)) "$rate"
        restart_fleet "$jobs"
        load_fleet "$workers" 0 "$results"
        "$work/fleet_ask" "$DMH_BROKER" "$servers" "${BENCH_ASKS:-200}"
        stop_servers
    done
    results=${BENCH_FEED_RESULTS:-2000}
    printf '\nwho listens to everything, %d jobs\n' "${BENCH_FEED_JOBS:-50000}"
    sockets=$(mktemp -d /tmp/dmh-XXXXXX)
    rm -rf "$work/servers"
    mkdir -p "$work/servers"
    start_fleet_broker
    load_fleet 0 "${BENCH_FEED_JOBS:-50000}" 0
    for count in ${BENCH_SUBSCRIBERS:-0 1 10 100 1000}; do subscribers "$count"; done
    stop_servers
    for jobs in ${BENCH_KEPT:-10000 100000 1000000}; do
        rm -rf "$work/servers"
        "$work/store_load" "sqlite:$work/servers/jobs.db" "$jobs" 8 100
    done
    rm -rf "$work/servers"
}
