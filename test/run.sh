#!/bin/sh
#  run.sh BUILD [NAME]: runs every test program (those whose name contains NAME) and the replay of the fuzz corpora, two at a
#  time (PROGRAMS says otherwise); prints a failed one's output, and last "N passed, N failed, N skipped". A test that says
#  SKIP: and why, and passes, is skipped. PROGRAM_SECONDS ends one that hangs.
set -u
build=$1
only=${2:-}
limit=${PROGRAM_SECONDS:-900}
PATH="$PWD/$build:$PATH:$PWD/build/validators"
DMH_BUILD="$PWD/$build"
export PATH DMH_BUILD
case $build in
*asan*)
    LSAN_OPTIONS="suppressions=$PWD/test/lsan.supp:print_suppressions=0 ${LSAN_OPTIONS:-}"
    export LSAN_OPTIONS
    ;;
*tsan*)
    #  Each suppression has its reason beside it.
    TSAN_OPTIONS="suppressions=$PWD/test/tsan.supp ${TSAN_OPTIONS:-}"
    export TSAN_OPTIONS
    ;;
esac

plain () {
    sed 's/\x1b\[[0-9;]*m//g' "$log"
}

#  number WORD LINE: the count after the word in Criterion's last line.
number () {
    printf '%s' "$2" | sed -n "s/.*$1: *\([0-9]*\).*/\1/p"
}

sources () {
    find "$1" -name "$2" | LC_ALL=C sort
}

#  Runs the program NAME; leaves what it has to say in $dir/NAME.said and "PASSED FAILED SKIPPED" in $dir/NAME.count.
run_tests () {
    jobs=2
    case $name in fault/fail_nth*) jobs=12 ;; esac    #  lives of other programs, which wait more than they work
    begin=$(date +%s)
    timeout -k 10 "$limit" "$build/test/$name" --jobs $jobs >"$log" 2>&1
    status=$?
    seconds=$(($(date +%s) - begin))
    [ "$status" -ne 124 ] || echo "$name was ended after $limit s" >>"$log"
    line=$(plain | grep 'Synthesis:' | tail -1)
    ok=$(number Passing "$line")
    bad=$(number Failing "$line")
    crashed=$(number Crashing "$line")
    ok=${ok:-0}
    bad=$((${bad:-0} + ${crashed:-0}))
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    skips=$(grep -ac 'SKIP:' "$log")
    [ "$skips" -le "$ok" ] || skips=$ok
    if [ "$bad" -gt 0 ]; then
        cat "$log"
        echo "FAILED $name ($bad)"
    elif [ "$skips" -gt 0 ]; then
        echo "ok     $name ($((ok - skips)), and $skips skipped, $seconds s)"
        plain | grep -ao 'SKIP:.*' | sort -u
    else
        echo "ok     $name ($ok, $seconds s)"
    fi >"$said"
    echo "$((ok - skips)) $bad $skips $name" >"$count"
}

run_fuzz () {
    program=$(basename "$name")
    if timeout -k 10 "$limit" "$build/test/$name" test/fuzz/corpus/"${program%_fuzz}" >"$log" 2>&1; then
        echo "ok     fuzz/$program replays its corpus" >"$said"
        echo "1 0 0 $name" >"$count"
    else
        { cat "$log" && echo "FAILED fuzz/$program (1)"; } >"$said"
        echo "0 1 0 $name" >"$count"
    fi
}

#  What one of the processes below does.
if [ -n "${RUN_DIR:-}" ]; then
    name=$3
    plain_name=$(echo "$name" | tr / .)
    log=$RUN_DIR/$plain_name.log
    said=$RUN_DIR/$plain_name.said
    count=$RUN_DIR/$plain_name.count
    case $name in fuzz/*) run_fuzz ;; *) run_tests ;; esac
    flock "$RUN_DIR" cat "$said"
    rm -f "$log"
    exit 0
fi

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
#  Those that start servers first: they take longest, and wait more than they work.
for source in $(sources test/integration '*_test.c') $(sources test/fault '*_test.c') $(sources test/unit '*_test.c') \
    $(sources test/fuzz '*_fuzz.c'); do
    name=${source#test/}
    name=${name%.c}
    [ -x "$build/test/$name" ] || continue
    case $name in
    fuzz/*) case fuzz/$(basename "$name") in *"$only"*) ;; *) continue ;; esac ;;
    *"$only"*) ;;
    *) continue ;;
    esac
    echo "$name"
done >"$dir/programs"
RUN_DIR=$dir xargs -r -P "${PROGRAMS:-2}" -n 1 sh "$0" "$build" "" <"$dir/programs"
cat "$dir"/*.count 2>/dev/null >"$dir/counts"
awk -v only="$only" -v programs="$(wc -l <"$dir/programs")" '
    { passed += $1; failed += $2; skipped += $3; n++ }
    $2 { broken = broken " " $4 }
    END {
        if (broken) print "failed:" broken
        if (n < programs) { print programs - n " programs did not tell how they ended"; failed++ }
        if (!programs) print "no test program\047s name contains “" only "”"
        printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
        exit failed || !(passed + skipped)
    }' "$dir/counts"
