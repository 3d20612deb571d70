#!/bin/sh
#  run.sh BUILD [NAME]: runs every test program and the fuzz corpora's replay; ends with "N passed, N failed".
set -u
build=$1
only=${2:-}
passed=0
failed=0
skipped=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
PATH="$PWD/$build:$PATH"
export PATH DMH_BUILD="$PWD/$build"
for program in "$build"/test/unit/*_test "$build"/test/integration/*_test "$build"/test/fault/*_test; do
    [ -x "$program" ] || continue
    case $program in *"$only"*) ;; *) continue ;; esac
    [ -e "${program#"$build"/}.c" ] || continue
    "$program" --jobs 2 >"$log" 2>&1
    status=$?
    line=$(sed 's/\x1b\[[0-9;]*m//g' "$log" | grep 'Synthesis:' | tail -1)
    ok=$(printf '%s' "$line" | sed -n 's/.*Passing: *\([0-9]*\).*/\1/p')
    bad=$(printf '%s' "$line" | sed -n 's/.*Failing: *\([0-9]*\).*/\1/p')
    crashed=$(printf '%s' "$line" | sed -n 's/.*Crashing: *\([0-9]*\).*/\1/p')
    bad=$((${bad:-0} + ${crashed:-0}))
    ok=${ok:-0}
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    skips=$(grep -c 'SKIP:' "$log")
    passed=$((passed + ok))
    failed=$((failed + bad))
    skipped=$((skipped + skips))
    if [ "$bad" -gt 0 ]; then
        cat "$log"
        echo "FAILED $program ($bad)"
    else
        echo "ok     ${program#"$build"/test/} ($ok)"
        grep 'SKIP:' "$log"
    fi
done
for program in "$build"/test/fuzz/*_fuzz; do
    [ -x "$program" ] || continue
    case $program in *"$only"*) ;; *) continue ;; esac
    name=$(basename "$program")
    if "$program" test/fuzz/corpus/"${name%_fuzz}" >"$log" 2>&1; then
        passed=$((passed + 1))
        echo "ok     fuzz/$name replays its corpus"
    else
        failed=$((failed + 1))
        cat "$log"
        echo "FAILED $program"
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
