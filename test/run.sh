#!/bin/sh
#  run.sh BUILD [NAME]: runs every test program (those whose name contains NAME) and the replay of the fuzz corpora, one after
#  the other; prints a failed one's output, and last "N passed, N failed, N skipped". A test that says SKIP: and why, and
#  passes, is skipped. PROGRAM_SECONDS ends one that hangs.
set -u
build=$1
only=${2:-}
limit=${PROGRAM_SECONDS:-900}
passed=0
failed=0
skipped=0
broken=
log=$(mktemp)
trap 'rm -f "$log"' EXIT
PATH="$PWD/$build:$PATH"
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

fail () {
    cat "$log"
    echo "FAILED $1 ($2)"
    failed=$((failed + $2))
    broken="$broken $1"
}

sources () {
    find "$1" -name "$2" | LC_ALL=C sort
}

for source in $(sources test/unit '*_test.c') $(sources test/integration '*_test.c') $(sources test/fault '*_test.c'); do
    program=$build/${source%.c}
    [ -x "$program" ] || continue
    name=${program#"$build"/test/}
    case $name in *"$only"*) ;; *) continue ;; esac
    jobs=2
    case $name in fault/fail_nth*) jobs=12 ;; esac    #  lives of other programs, which wait more than they work
    begin=$(date +%s)
    timeout -k 10 "$limit" "$program" --jobs $jobs >"$log" 2>&1
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
    passed=$((passed + ok - skips))
    skipped=$((skipped + skips))
    if [ "$bad" -gt 0 ]; then
        fail "$name" "$bad"
    elif [ "$skips" -gt 0 ]; then
        echo "ok     $name ($((ok - skips)), and $skips skipped, $seconds s)"
        plain | grep -ao 'SKIP:.*' | sort -u
    else
        echo "ok     $name ($ok, $seconds s)"
    fi
done
for source in $(sources test/fuzz '*_fuzz.c'); do
    program=$build/${source%.c}
    [ -x "$program" ] || continue
    name=$(basename "$program")
    case fuzz/$name in *"$only"*) ;; *) continue ;; esac
    if timeout -k 10 "$limit" "$program" test/fuzz/corpus/"${name%_fuzz}" >"$log" 2>&1; then
        passed=$((passed + 1))
        echo "ok     fuzz/$name replays its corpus"
    else
        fail "fuzz/$name" 1
    fi
done
[ -z "$broken" ] || echo "failed:$broken"
[ $((passed + failed + skipped)) -gt 0 ] || echo "no test program's name contains “$only”"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ $((passed + skipped)) -gt 0 ]
