#  queues.sh: jobs through message queues, for a script: sourced by test/bench/run.sh. queues COUNT pushes so many messages, each
#  of a file of three lines, through a Redis and a RabbitMQ of its own and prints a row each; says what is missing. stop_queues
#  leaves no process and no folder.
queue_pids=
queue_folder=

stop_queues () {
    for pid in $queue_pids; do kill -9 "$pid" 2>/dev/null || true; done
    for pid in $queue_pids; do wait "$pid" 2>/dev/null || true; done
    [ -z "$queue_folder" ] || rm -rf "$queue_folder"
    queue_pids=
    queue_folder=
}

free_port () {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

message () {
    echo "{\"id\":\"bench-$1\",\"inputs\":[\"$queue_folder/labs.csv\"]}"
}

#  Broker, worker and bridge to the queue at that URL.
start_bridge () {
    printf 'Patient ID,Test Code,Result Value,Units,Collected Date\nP1,2345-7,90,mg/dL,2021-04-01\nP2,2345-7,91,mg/dL,2021-04-02\n' \
        >"$queue_folder/labs.csv"
    start_servers "$build" "$queue_folder/servers" 1 4
    "$build/dmh-bridge" --queue "$1" --data-root "$queue_folder" >"$queue_folder/bridge.log" 2>&1 &
    queue_pids="$queue_pids $!"
    until grep -qs queue.found "$queue_folder/bridge.log"; do sleep 0.1; done
}

queue_row () {
    awk -v what="$1" -v n="$2" -v s="$3" 'BEGIN { printf "%-34s %8d %8.2f %12.1f\n", what, n, s, n / s }'
}

redis_rate () {
    queue_folder=$(mktemp -d /tmp/dmh-queue-XXXXXX)
    port=$(free_port)
    redis-server --bind 127.0.0.1 --port "$port" --appendonly yes --save '' --dir "$queue_folder" >"$queue_folder/redis.log" 2>&1 &
    queue_pids=$!
    until redis-cli -p "$port" PING >/dev/null 2>&1; do sleep 0.1; done
    start_bridge "redis://127.0.0.1:$port"
    i=0
    while [ $i -lt "$1" ]; do
        i=$((i + 1))
        echo "XADD dmh:jobs * job '$(message $i)'"
    done >"$queue_folder/commands"
    began=$(date +%s%N)
    redis-cli -p "$port" <"$queue_folder/commands" >/dev/null
    #  A key for each message that has ended, and the streams of jobs and events.
    until [ "$(redis-cli -p "$port" DBSIZE)" -ge $(($1 + 2)) ]; do sleep 0.05; done
    queue_row Redis "$1" "$(echo "$(date +%s%N) $began" | awk '{ print ($1 - $2) / 1e9 }')"
    stop_queues
    stop_servers
}

rabbitmq_rate () {
    queue_folder=$(mktemp -d /tmp/dmh-queue-XXXXXX)
    port=$(free_port)
    epmd_port=$(free_port)
    mkdir "$queue_folder/rabbitmq"
    echo '[].' >"$queue_folder/rabbitmq/plugins"
    /usr/bin/epmd -port "$epmd_port" -address 127.0.0.1 >/dev/null 2>&1 &
    queue_pids=$!
    env HOME="$queue_folder/rabbitmq" RABBITMQ_NODENAME="bench$port@localhost" RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 \
        RABBITMQ_NODE_PORT="$port" RABBITMQ_DIST_PORT="$(free_port)" ERL_EPMD_PORT="$epmd_port" ERL_EPMD_ADDRESS=127.0.0.1 \
        RABBITMQ_MNESIA_BASE="$queue_folder/rabbitmq/mnesia" RABBITMQ_LOG_BASE="$queue_folder/rabbitmq/log" RABBITMQ_LOGS=- \
        RABBITMQ_ENABLED_PLUGINS_FILE="$queue_folder/rabbitmq/plugins" RABBITMQ_CONFIG_FILE="$queue_folder/rabbitmq/none" \
        RABBITMQ_ADVANCED_CONFIG_FILE="$queue_folder/rabbitmq/none" RABBITMQ_CONF_ENV_FILE="$queue_folder/rabbitmq/none" \
        RABBITMQ_PID_FILE="$queue_folder/rabbitmq/pid" RABBITMQ_ALLOW_INPUT=true \
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-noinput /usr/lib/rabbitmq/bin/rabbitmq-server >"$queue_folder/rabbitmq.log" 2>&1 &
    queue_pids="$queue_pids $!"
    until grep -qs 'Server startup complete' "$queue_folder/rabbitmq.log"; do sleep 0.2; done
    start_bridge "amqp://127.0.0.1:$port"
    i=0
    while [ $i -lt "$1" ]; do
        i=$((i + 1))
        message $i
    done >"$queue_folder/messages"
    queue_row RabbitMQ "$1" "$(/usr/bin/python3 -B test/bench/rabbitmq_rate.py "$port" <"$queue_folder/messages")"
    stop_queues
    stop_servers
}

queues () {
    printf '\n%-34s %8s %8s %12s\n' 'jobs through queues' messages 'wall s' 'messages/s'
    [ -x "$build/dmh-bridge" ] || { echo 'dmh-bridge is not built (make deps-queues)'; return 0; }
    if command -v redis-server >/dev/null; then redis_rate "$1"; else echo 'no redis-server is installed here'; fi
    if [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] && /usr/bin/python3 -c 'import pika' 2>/dev/null; then
        rabbitmq_rate "$1"
    else
        echo 'no rabbitmq-server or python3-pika is installed here'
    fi
}
