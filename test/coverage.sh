#!/bin/sh
#  coverage.sh: what make coverage does: builds with clang's source-based coverage, runs every test, prints lines by file.
#  The page to read is build/coverage/html/index.html.
set -u
build=build/coverage
make -s FLAVOUR=coverage test-build || exit 1
rm -rf "$build/profiles"
mkdir -p "$build/profiles"
LLVM_PROFILE_FILE="$PWD/$build/profiles/%p-%m.profraw" sh test/run.sh "$build"
status=$?
find "$build/profiles" -name '*.profraw' >"$build/profiles.list"
llvm-profdata merge -sparse -f "$build/profiles.list" -o "$build/all.profdata" || exit 1
objects=
for program in "$build"/dmh "$build"/dmh-broker "$build"/dmh-worker $(find "$build/test" -name "*_test" -o -name "*_fuzz"); do
    [ -x "$program" ] && objects="$objects -object $program"
done
llvm-cov show $objects -instr-profile="$build/all.profdata" -format=html -output-dir="$build/html" \
    -ignore-filename-regex='(^|/)test/' >/dev/null
llvm-cov report $objects -instr-profile="$build/all.profdata" -ignore-filename-regex='(^|/)test/' \
    -show-region-summary=false -show-branch-summary=false
rm -rf "$build/profiles" "$build/profiles.list"
exit $status
