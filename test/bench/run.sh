#!/bin/sh
#  run.sh BUILD: what make bench does: the laboratory workload through dmh and through DuckDB in turn, growth with size, and
#  submissions while ten large jobs run, what their durability costs, files that travel, batches of many files, FASTA (sequences.sh), VCF (variants.sh), an object store (objects.sh), the gateway (gateway.sh), message queues, and a million jobs (fleet.sh). Prints tables, asserts nothing, leaves nothing large behind.
#  RUNS=5  BENCH="csv ndjson growth shapes load durability files batch large_files split sequences variants objects gateway queues fleet" picks parts  BENCH_SIZE=100M  BENCH_LARGEST=1000M
#  BENCH_SHAPE=10000000  BENCH_FILES="1000 10000" of 1 KB each
#  BENCH_MESSAGES=1000 through each message queue
#  BENCH_SPLIT_SIZE="1000M" sizes of the file that several workers share  BENCH_SPLIT_RUNS=3 of each
#  BENCH_LARGE_FILES="30 300" of BENCH_LARGE_SIZE=10M each
set -eu
build=$1
work=build/bench
runs=${RUNS:-5}
parts=${BENCH:-csv ndjson growth shapes load durability files batch large_files split sequences variants objects gateway queues fleet}
size=${BENCH_SIZE:-100M}
largest=${BENCH_LARGEST:-1000M}
shape=${BENCH_SHAPE:-10000000}
. deploy/servers.sh
. test/bench/postgres.sh
. test/bench/gateway.sh
. test/bench/queues.sh
. test/bench/sequences.sh
. test/bench/variants.sh
. test/bench/objects.sh
. test/bench/split.sh
. test/bench/fleet.sh
mkdir -p "$work"

clean () {
    stop_servers
    stop_postgres
    stop_queues
    stop_objects
    rm -rf "$work"/*.csv "$work"/*.ndjson "$work/out" "$work/batch" "$work/servers" "$work"/*.taken
}
trap clean EXIT
trap 'exit 130' INT TERM

wants () {
    case " $parts " in *" $1 "*) ;; *) return 1 ;; esac
}

compile () {
    cc -std=gnu11 -O2 -o "$work/generate" test/bench/generate.c
    cc -std=gnu11 -O2 -o "$work/measure" test/bench/measure.c
    cc -std=gnu11 -O2 -o "$work/shapes" test/bench/shapes.c
    make -s "$build/libmessages.a"
    libraries="libczmq libzmq libcrypto $(pkg-config --exists msgpack && echo msgpack || echo msgpack-c)"    #  Debian 12, 13
    cc -std=gnu11 -O2 -I. $(pkg-config --cflags libczmq) -o "$work/submit_latency" test/bench/submit_latency.c \
        "$build/libmessages.a" $(pkg-config --libs $libraries)
    cc -std=gnu11 -O2 -I. $(pkg-config --cflags libczmq) -o "$work/status_latency" test/bench/status_latency.c \
        "$build/libmessages.a" $(pkg-config --libs $libraries)
    cc -std=gnu11 -O2 -I. $(pkg-config --cflags libczmq) -o "$work/submit_rate" test/bench/submit_rate.c \
        "$build/libmessages.a" $(pkg-config --libs $libraries)
    compile_gateway_peers
    compile_fleet
}

install_duckdb () {
    [ -d "$work/node_modules/@duckdb/node-api" ] && return 0
    command -v npm >/dev/null || return 1
    echo '{"private": true}' >"$work/package.json"
    (cd "$work" && timeout 300 npm install --silent --no-audit --no-fund @duckdb/node-api) >"$work/npm.log" 2>&1
}

#  The command's wall time and peak memory, one line more in NAME.taken.
measure () {
    name=$1
    shift
    "$work/measure" "$work/$name.taken" "$@" >/dev/null || echo "$name ended with $?" >&2
}

run_dmh () {
    rm -rf "$work/out"
    measure "$1" "$build/dmh" run --quiet --threads 2 -o "$work/out" "$2"
}

#  median NAME COLUMN
median () {
    cut -d' ' -f"$2" "$work/$1.taken" | sort -n | awk '{ at [NR] = $1 } END { print NR % 2 ? at [(NR + 1) / 2] : (at [NR / 2] + at [NR / 2 + 1]) / 2 }'
}

row () {
    awk -v what="$1" -v s="$2" -v mb="$3" -v bytes="$4" 'BEGIN { printf "%-34s %8.2f %8.0f %8.1f\n", what, s, bytes / 1e6 / s, mb }'
}

#  beside FORMAT: dmh and DuckDB in turn on the same file, medians.
beside () {
    input=$work/lab.$1
    "$work/generate" "$1" "$size" "$input"
    bytes=$(wc -c <"$input")
    cat "$input" >/dev/null    #  into the page cache
    i=0
    while [ $i -lt "$runs" ]; do
        i=$((i + 1))
        run_dmh "dmh-$1" "$input"
        [ -z "$duckdb" ] || measure "duckdb-$1" node test/bench/duckdb.mjs "$input" "$work/duckdb.csv" 2
    done
    printf '\n%-34s %8s %8s %8s\n' "$1, $((bytes / 1000000)) MB, medians of $runs" 'wall s' 'MB/s' 'peak MB'
    row 'dmh run, 2 threads' "$(median "dmh-$1" 1)" "$(median "dmh-$1" 2)" "$bytes"
    if [ -n "$duckdb" ]; then
        row 'DuckDB, 2 threads' "$(median "duckdb-$1" 1)" "$(median "duckdb-$1" 2)" "$bytes"
        awk -v ours="$(median "dmh-$1" 1)" -v theirs="$(median "duckdb-$1" 1)" 'BEGIN { printf "dmh is %.2f times as fast\n", theirs / ours }'
    fi
    rm -f "$input" "$work/duckdb.csv"
}

growth () {
    printf '\n%-34s %8s %8s %8s\n' 'growth, csv' 'wall s' 'MB/s' 'peak MB'
    for much in 10M "$size" "$largest"; do
        input=$work/lab-$much.csv
        "$work/generate" csv "$much" "$input"
        cat "$input" >/dev/null
        for turn in 1 2 3; do run_dmh "growth-$much" "$input"; done
        row "$much" "$(median "growth-$much" 1)" "$(median "growth-$much" 2)" "$(wc -c <"$input")"
        rm -rf "$input" "$work/out"
    done
}

#  shape NAME FILE RECORDS LONGEST: its row; the first one is what the others are compared with. Slower: time a byte of the
#  input, and of input and output together. The bound of the memory: what blocks, threads and their scratch need, 64
#  bytes a record, and what goes through the longest record.
shape () {
    rm -f "$work/shape.taken"
    for turn in 1 2 3; do run_dmh shape "$2" 2>/dev/null; done
    made=$(cat "$work"/out/*/records.* "$work"/out/*/rejects.csv "$work"/out/*/audit.ndjson 2>/dev/null | wc -c)
    awk -v what="$1" -v s="$(median shape 1)" -v mb="$(median shape 2)" -v bytes="$(wc -c <"$2")" -v made="$made" -v records="$3" \
        -v longest="$4" -v lab="${lab:-}" -v labs="${labs:-}" 'BEGIN {
            a = s / bytes; b = s / (bytes + made); if (lab == "") { lab = a; labs = b }
            printf "%-20s %7.1f %7.1f %7.2f %8.1f %8.1f %8.1f %8.1f\n", what, bytes / 1e6, made / 1e6, s, a / lab, b / labs, mb,
                64 + records * 64 / 1e6 + 12 * longest / 1e6 }'
    if [ -z "${lab:-}" ]; then
        lab=$(awk -v s="$(median shape 1)" -v n="$(wc -c <"$2")" 'BEGIN { print s / n }')
        labs=$(awk -v s="$(median shape 1)" -v n="$(wc -c <"$2")" -v m="$made" 'BEGIN { print s / (n + m) }')
    fi
    rm -rf "$2" "$work/out"
}

shapes () {
    printf '\n%-20s %7s %7s %7s %17s %17s\n' '' 'MB in' 'MB out' 'wall s' 'times slower' 'peak MB'
    printf '%-20s %7s %7s %7s %8s %8s %8s %8s\n' 'shapes' '' '' '' 'in' 'in + out' '' 'bound'
    "$work/generate" csv "$((shape / 1000))k" "$work/shape.csv"
    shape laboratory "$work/shape.csv" "$(wc -l <"$work/shape.csv")" 200
    for name in one_column 20000_columns 20000_empty one_record record_keys all_rejects all_warnings all_duplicates; do
        is=$("$work/shapes" "$name" "$shape" "$work/shape.csv")
        shape "$name" "$work/shape.csv" $is
    done
    for name in sparse_keys 300000_keys; do
        is=$("$work/shapes" "$name" "$shape" "$work/shape.ndjson")
        shape "$name" "$work/shape.ndjson" $is
    done
}

load () {
    "$work/generate" csv "$size" "$work/large.csv"
    "$work/generate" csv 10 "$work/small.csv"
    start_servers "$build" "$work/servers" 2 3
    printf '\nten jobs of %s on two workers of three slots each\n' "$size"
    "$work/submit_latency" "$DMH_BROKER" "$PWD/$work/large.csv" 10 "$PWD/$work/small.csv"
    stop_servers
}

#  rate WHAT STORE COUNT: a broker without workers on that store, asked by 1 client and by 8.
rate () {
    DMH_STORE=$2 start_servers "$build" "$work/servers" 0 0
    for clients in 1 8; do
        printf '%-34s %8s' "$1" "$clients"
        "$work/submit_rate" "$DMH_BROKER" "$clients" "$3"
    done
    stop_servers
}

durability () {
    printf '\n%-34s %8s %8s %10s %10s\n' 'submissions' 'clients' 'a second' 'median ms' 'longest ms'
    rate 'in memory, none kept' sqlite::memory: 10000
    rate 'SQLite, each commit on the disk' "sqlite:$work/servers/jobs.db" 3000
    for fsync in on off; do
        start_postgres "$PWD/$work/postgres.log" "$fsync" || { echo 'no PostgreSQL is installed here'; return 0; }
        [ "$fsync" = on ] && what='PostgreSQL, each commit on the disk' || what='PostgreSQL, fsync off'
        rate "$what" "$postgres_url" 3000
        stop_postgres
    done
}

#  The most memory that a process has had, in MB.
peak () {
    awk '/VmHWM/ { printf "%.0f", $2 / 1024 }' "/proc/$1/status"
}

#  BENCH_LARGEST zero bytes go to the broker and on to the worker, which refuses them: what is measured is their way,
#  beside a copy on the same disk with its checksum. STATUS is asked meanwhile, and before.
files () {
    truncate -s "$largest" "$work/zero.csv"
    start_servers "$build" "$work/servers" 1 1
    set -- $servers
    printf '\nfile of %s through the broker\n' "$largest"
    printf '%-34s %8s %10s %10s %10s\n' 'STATUS meanwhile' 'answers' 'median ms' '99 % ms' 'longest ms'
    printf '%-34s ' 'nothing else going on'
    "$work/status_latency" "$DMH_BROKER" 0
    "$work/measure" "$work/files.taken" "$build/dmh" submit --quiet --wait --transfer always "$work/zero.csv" >/dev/null 2>&1 &
    printf '%-34s ' 'while the file travels'
    "$work/status_latency" "$DMH_BROKER" $!
    wait $! || true
    "$work/measure" "$work/copied.taken" sh -c "cp '$work/zero.csv' '$work/copy.csv' && sha256sum '$work/copy.csv' && sync '$work/copy.csv'" >/dev/null
    printf 'there and back: %s s, cp, sha256sum and sync of it: %s s\n' "$(median files 1)" "$(median copied 1)"
    printf 'peak memory, MB: client %s, broker %s, worker %s\n' "$(median files 2)" "$(peak "$1")" "$(peak "$2")"
    stop_servers
}

#  Folders of small files, 18 records each, run here and by a broker with one worker: what a file costs beside its records.
#  The same records in one file come first; beside it what cp and sync take for the files of the results, which are five for
#  each input. Nothing is removed before the end, as file systems look for what was removed just now.
small_files () {
    count=$1 folder=$work/batch/$1
    mkdir -p "$folder/in"
    awk -v n="$count" -v to="$folder/in" 'BEGIN {
        for (i = 0; i < n; i++) {
            file = sprintf ("%s/%06d.csv", to, i)
            print "patient_id,first_name,last_name,birth_date,sex,zip" >file
            for (k = 0; k < 18; k++)
                printf "%d,Ann,Lee %d,%d-0%d-1%d,%s,%d\n", i * 18 + k, i, 1950 + k, 1 + k % 9, k % 9, k % 2 ? "F" : "M", 10000 + k >file
            close (file)
        } }'
    (cat "$folder/in/000000.csv" && find "$folder/in" -name '*.csv' ! -name 000000.csv -exec tail -q -n +2 {} +) >"$folder/one.csv"
    rm -f "$work/single.taken" "$work/batch.taken" "$work/served.taken" "$work/copied.taken"
    measure single "$build/dmh" run --quiet --threads 2 -o "$folder/single" "$folder/one.csv" 2>/dev/null
    measure batch "$build/dmh" run --quiet --threads 2 -o "$folder/here" "$folder/in"
    measure copied sh -c "cp -r '$folder/here' '$folder/copy' && sync -f '$folder/copy'"
    DMH_STORE=sqlite:$PWD/$folder/jobs.db start_servers "$build" "$work/servers" 1 8
    measure served "$build/dmh" submit --quiet --wait -o "$folder/served" "$folder/in" 2>/dev/null
    stop_servers
}

#  batch_row WHAT NAME FILES
batch_row () {
    awk -v what="$1" -v s="$(median "$2" 1)" -v mb="$(median "$2" 2)" -v beside="$(median copied 1)" -v n="$3" \
        'BEGIN { printf "%-34s %8.2f %10.2f %10.2f %8.1f\n", what, s, s * 1000 / n, s / beside, mb }'
}

#  grown WHAT FIRST LAST: seconds of the first and the last size, and how many files these are.
grown () {
    awk -v what="$1" -v first="$2" -v last="$3" -v few="$few" -v many="$count" \
        'BEGIN { if (many > few) printf "%s: %d times the files took %.1f times as long\n", what, many / few, last / first }'
}

batch () {
    few=
    printf '\n%-34s %8s %10s %10s %8s\n' 'small files' 'wall s' 'ms a file' 'times cp' 'peak MB'
    for count in ${BENCH_FILES:-1000 10000}; do
        small_files "$count"
        batch_row "$((count * 18)) records in one file" single 1
        batch_row "$count files of 1 KB, here" batch "$count"
        batch_row "$count files of 1 KB, by a broker" served "$count"
        batch_row 'cp and sync of the results' copied "$count"
        [ -n "$few" ] || { few=$count here=$(median batch 1) served=$(median served 1); }
    done
    grown here "$here" "$(median batch 1)"
    grown 'by a broker' "$served" "$(median served 1)"
    rm -rf "$work/batch"
}

#  Folders of files of 10 MB: beside one of them alone, whose seconds and memory theirs are compared with.
large_files () {
    few=
    mkdir -p "$work/batch"
    "$work/generate" csv "${BENCH_LARGE_SIZE:-10M}" "$work/batch/one.csv"
    rm -f "$work/single.taken"
    for turn in 1 2 3; do measure single "$build/dmh" run --quiet --threads 2 -o "$work/batch/single-$turn" "$work/batch/one.csv"; done
    printf '\n%-34s %8s %8s %12s %8s\n' 'large files' 'wall s' 'MB/s' 'times alone' 'peak MB'
    large_row "one of ${BENCH_LARGE_SIZE:-10M}" single 1
    for count in ${BENCH_LARGE_FILES:-30 300}; do
        mkdir -p "$work/batch/$count"
        i=0
        while [ $i -lt "$count" ]; do
            i=$((i + 1))
            cp "$work/batch/one.csv" "$work/batch/$count/$i.csv"
        done
        rm -f "$work/batch.taken"
        measure batch "$build/dmh" run --quiet --threads 2 -o "$work/batch/$count-out" "$work/batch/$count"
        large_row "$count files" batch "$count"
        rm -rf "$work/batch/$count" "$work/batch/$count-out"
        [ -n "$few" ] || { few=$count here=$(median batch 1); }
    done
    grown here "$here" "$(median batch 1)"
    rm -rf "$work/batch"
}

large_row () {
    awk -v what="$1" -v s="$(median "$2" 1)" -v mb="$(median "$2" 2)" -v alone="$(median single 1)" -v n="$3" \
        -v bytes="$(wc -c <"$work/batch/one.csv")" \
        'BEGIN { printf "%-34s %8.2f %8.1f %12.2f %8.1f\n", what, s, n * bytes / 1e6 / s, s / n / alone, mb }'
}

compile
clean
duckdb=
if wants csv || wants ndjson; then
    if install_duckdb; then duckdb=yes; else echo "DuckDB cannot be installed by npm here (see $work/npm.log): dmh alone"; fi
fi
echo "$(nproc) CPUs, $(uname -sr)"
for format in csv ndjson; do wants $format && beside $format; done
wants growth && growth
wants shapes && shapes
wants load && load
wants durability && durability
wants files && files
wants batch && batch
wants large_files && large_files
wants sequences && sequences "${BENCH_SEQUENCES:-150}"
wants variants && variants "${BENCH_VARIANTS:-100}"
wants objects && objects
wants split && split
wants gateway && gateway_bench
wants queues && queues "${BENCH_MESSAGES:-1000}"
wants fleet && fleet
true
