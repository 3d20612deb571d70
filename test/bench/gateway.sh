#  gateway.sh: sourced by test/bench/run.sh: what a gateway answers a second beside its broker, how soon it acknowledges while large
#  jobs run, many streams of events with one reader asleep, and one large upload's memory.
#  BENCH_STREAMS=1000  BENCH_UPLOAD=2000M  BENCH_HTTP=3000 requests

compile_gateway_peers () {
    for peer in http_rate http_latency event_streams http_upload; do
        cc -std=gnu11 -O2 -I. -o "$work/$peer" "test/bench/$peer.c" test/bench/http_connection.c
    done
}

#  After start_servers; sets gateway (its pid) and port.
start_gateway () {
    "$build/dmh-gateway" --listen 127.0.0.1:0 --spool "$work/servers/spool" >"$work/servers/gateway.log" 2>&1 &
    gateway=$!
    servers="$servers $gateway"
    left=100    #  tenths of a second
    until grep -q broker.found "$work/servers/gateway.log" && grep -q gateway.listening "$work/servers/gateway.log"; do
        left=$((left - 1))
        if [ "$left" -eq 0 ] || ! kill -0 "$gateway" 2>/dev/null; then
            echo 'the gateway did not start; it said:' >&2
            cat "$work/servers/gateway.log" >&2
            return 1
        fi
        sleep 0.1
    done
    port=$(sed -n 's|.*gateway.listening.*http://127.0.0.1:\([0-9]*\).*|\1|p' "$work/servers/gateway.log" | head -1)
}

#  What a process has used of the CPUs so far, in seconds.
cpu () {
    awk -v ticks="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); printf "%.2f", ($12 + $13) / ticks }' "/proc/$1/stat"
}

#  http_row WHAT CLIENTS COMMAND…: its figures, and what an answer cost broker and gateway in ms of CPU.
http_row () {
    what=$1 clients=$2
    shift 2
    before_broker=$(cpu "${servers%% *}") before_gateway=$(cpu "$gateway")
    printf '%-34s %8s %s' "$what" "$clients" "$("$@")"
    awk -v n="${BENCH_HTTP:-3000}" -v b="$before_broker" -v B="$(cpu "${servers%% *}")" -v g="$before_gateway" -v G="$(cpu "$gateway")" \
        'BEGIN { printf " %10.2f %10.2f\n", (B - b) * 1000 / n, (G - g) * 1000 / n }'
}

http_rates () {
    count=${BENCH_HTTP:-3000}
    printf '\n%-34s %8s %8s %10s %10s %10s %10s\n' 'requests' 'clients' 'a second' 'median ms' 'longest ms' 'broker ms' 'gateway ms'
    start_servers "$build" "$work/servers" 0 0
    start_gateway
    for clients in 1 8 32; do
        http_row 'status, ZeroMQ' $clients "$work/submit_rate" "$DMH_BROKER" $clients "$count" status
        http_row 'status, HTTP' $clients "$work/http_rate" "$port" $clients "$count" status
    done
    for clients in 1 8 32; do
        http_row 'submission of a path, ZeroMQ' $clients "$work/submit_rate" "$DMH_BROKER" $clients "$count"
        http_row 'submission with 1 KB, HTTP' $clients "$work/http_rate" "$port" $clients "$count" submit
        stop_servers    #  jobs of before are not to be in the way
        start_servers "$build" "$work/servers" 0 0
        start_gateway
    done
    stop_servers
}

http_latencies () {
    "$work/generate" csv "$size" "$work/large.csv"
    start_servers "$build" "$work/servers" 2 3
    start_gateway
    printf '\nfive jobs of %s through the gateway, on two workers of three slots each\n' "$size"
    "$work/http_latency" "$port" "$work/large.csv" 5
    printf 'peak memory, MB                   gateway %s\n' "$(peak "$gateway")"
    stop_servers
}

event_streams () {
    start_servers "$build" "$work/servers" 0 0
    start_gateway
    printf '\nstreams of events\n'
    "$work/event_streams" "$port" "${BENCH_STREAMS:-1000}" 200 "$gateway"
    stop_servers
}

http_upload () {
    truncate -s "${BENCH_UPLOAD:-2000M}" "$work/zero.csv"
    start_servers "$build" "$work/servers" 0 0
    start_gateway
    before=$(peak "$gateway")
    printf '\nupload of %s\n' "${BENCH_UPLOAD:-2000M}"
    "$work/http_upload" "$port" "$work/zero.csv"
    printf 'peak memory, MB                   gateway %s (%s before), broker %s\n' "$(peak "$gateway")" "$before" "$(peak "${servers%% *}")"
    stop_servers
}

gateway_bench () {
    http_rates
    http_latencies
    event_streams
    http_upload
}
