#  split.sh: one big file over workers of one thread, for test/bench/run.sh, which sources it and says what it measures with.

#  split_run NAME WORKERS SPLIT_BYTES: the file by so many workers. NAME.taken has the seconds, NAME.steps those of each of its
#  jobs in the order in which they ended; the last is the one that writes.
split_run () {
    start_servers "$build" "$work/servers" "$2" 1 '--threads 1'
    measure "$1" "$build/dmh" submit --quiet --wait --split-bytes "$3" -o "$work/out" "$work/big.csv" 2>/dev/null
    stop_servers
    cat "$work"/servers/worker-*.log | sort | sed -n 's/.* job.done .* seconds=\([0-9.]*\).*/\1/p' >"$work/$1.steps"
    rm -rf "$work/out" "$work/servers"
}

split_row () {
    awk -v what="$1" -v s="$(median "$2" 1)" -v alone="$(median split-alone 1)" -v bytes="$bytes" -v last="$(tail -n 1 "$work/$2.steps")" \
        'BEGIN { printf "%-34s %8.2f %8.0f %8.2f %10.2f\n", what, s, bytes / 1e6 / s, alone / s, last / s }'
}

#  Whole and in parts of a quarter, by one worker, by two, by four: where there are fewer processors than threads at work, a
#  second worker gains little, and says so.
split () {
    rm -f "$work"/split-*.taken
    "$work/generate" csv "${BENCH_SPLIT_SIZE:-$largest}" "$work/big.csv"
    bytes=$(wc -c <"$work/big.csv")
    cat "$work/big.csv" >/dev/null
    printf '\n%-34s %8s %8s %8s %10s\n' "a file of $((bytes / 1000000)) MB, $(nproc) processors" 'wall s' 'MB/s' 'gain' 'write, of 1'
    for turn in 1 2 3; do
        split_run split-alone 1 0
        for workers in 1 2 4; do split_run "split-$workers" "$workers" $((bytes / 4)); done
    done
    split_row 'whole, 1 worker of 1 thread' split-alone
    for workers in 1 2 4; do split_row "in parts, $workers of 1 thread" "split-$workers"; done
    rm -f "$work/big.csv"
}
