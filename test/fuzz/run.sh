#!/bin/sh
#  run.sh BUILD SECONDS [NAME]: what make fuzz does: every target (or those whose name contains NAME) for so many seconds, one a
#  CPU, from its corpus and with its dictionary. What it finds stands in build/fuzz/found; new inputs in build/fuzz/corpus.
set -u
build=$1
seconds=$2
only=${3:-}
found=$build/found
mkdir -p "$found"

if [ "${4:-}" = one ]; then
    name=$only
    mkdir -p "$build/corpus/$name"
    source=$(find test/fuzz -name "${name}_fuzz.c")
    dictionary=
    [ -e "${source%_fuzz.c}.dict" ] && dictionary="-dict=${source%_fuzz.c}.dict"
    seeds=
    [ -d "test/fuzz/corpus/$name" ] && seeds="test/fuzz/corpus/$name"
    if "$build/${source%.c}" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=10 -print_final_stats=1 \
        -artifact_prefix="$found/$name-" $dictionary "$build/corpus/$name" $seeds >"$found/$name.log" 2>&1; then
        echo "ok     $name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$found/$name.log") runs in $seconds s"
        exit 0
    fi
    tail -n 40 "$found/$name.log"
    echo "FAILED $name: $(ls "$found/$name-"* 2>/dev/null | tr '\n' ' ')"
    exit 1
fi

for source in $(find test/fuzz -name '*_fuzz.c' | LC_ALL=C sort); do
    name=$(basename "$source" _fuzz.c)
    case $name in *"$only"*) echo "$name" ;; esac
done | xargs -P "$(nproc)" -I NAME sh "$0" "$build" "$seconds" NAME one
