#  split.sh: one big file over workers of one thread, for test/bench/run.sh, which sources it and says what it measures with.

#  split_run NAME WORKERS PARTS: the file by so many workers, each on a processor of its own; 0 parts: whole. NAME.taken has the
#  seconds until the job is done. NAME.steps has those of its steps (all surveys together, each taken by itself), in MB the most
#  that a worker held, in bytes what its parts left for a while.
split_run () {
    pin=yes
    start_servers "$build" "$work/servers" "$2" 1 '--threads 1'
    pin=
    until [ "$("$build/dmh" workers list --json | grep -c .)" -ge "$2" ]; do sleep 0.1; done
    measure "$1" "$build/dmh" submit --quiet --wait --split-bytes "$(($3 ? (bytes + $3 - 1) / $3 : 0))" "$work/big.csv" 2>/dev/null
    for pid in $servers; do sed -n 's/^VmHWM: *//p' "/proc/$pid/status"; done | sort -n | tail -n 1 |
        awk '{ print "held", $1 / 1000 }' >"$work/$1.steps"
    stop_servers
    cat "$work"/servers/worker-*.log | sed -n 's/^\([^ ]*\) .* job.done .* seconds=\([0-9.]*\).*/\1 \2/p' | sort |
        awk -v parts="$3" '{ at [NR] = $2 }
            END { if (!parts) { print "write", at [1]; exit }
                  print "cut", at [1]
                  for (i = 2; i <= 1 + parts; i++) survey += at [i]
                  for (; i <= 1 + 2 * parts; i++) part += at [i]
                  print "survey", survey; print "part", part; print "write", at [i] }' >>"$work/$1.steps"
    rm -rf "$work/servers"
}

split_step () {
    sed -n "s/^$2 //p" "$work/$1.steps"
}

split_row () {
    awk -v what="$1" -v s="$(median "$2" 1)" -v one="$(median split-1 1)" -v bytes="$bytes" -v held="$(split_step "$2" held)" \
        -v cut="$(split_step "$2" cut)" -v survey="$(split_step "$2" survey)" -v part="$(split_step "$2" part)" \
        -v last="$(split_step "$2" write)" \
        'BEGIN { printf "%-34s %8.2f %8.0f %6.2f %7.2f %8.2f %7.2f %7.2f %6.1f %8.0f\n", what, s, bytes / 1e6 / s, one / s, cut,
            survey, part, last, 100 * last / s, held }'
}

#  A file of that size: whole by one worker, in 20 parts by one and by two, and by four where there are as many processors. Gain:
#  beside one worker. What a second one gains needs a processor for each, and disks that take what they write.
split_size () {
    rm -f "$work"/split-*.taken
    "$work/generate" csv "$1" "$work/big.csv"
    bytes=$(wc -c <"$work/big.csv")
    printf '\n%-34s %8s %8s %6s %7s %8s %7s %7s %6s %8s\n' "a file of $((bytes / 1000000)) MB" 'wall s' 'MB/s' 'gain' \
        'cut s' 'surveys' 'parts' 'write' '%' 'held MB'
    for turn in $(seq "${BENCH_SPLIT_RUNS:-3}"); do
        cat "$work/big.csv" >/dev/null
        split_run split-alone 1 0
        for workers in 1 2 4; do
            [ "$workers" -gt "$(nproc)" ] || split_run "split-$workers" "$workers" 20
        done
    done
    split_row 'whole, 1 worker' split-alone
    for workers in 1 2 4; do
        [ "$workers" -gt "$(nproc)" ] || split_row "in 20 parts, workers of 1 thread: $workers" "split-$workers"
    done
    rm -f "$work/big.csv"
}

split () {
    for split_bytes in ${BENCH_SPLIT_SIZE:-$largest}; do split_size "$split_bytes"; done
}
