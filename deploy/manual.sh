#!/bin/sh
#  manual.sh BUILD VERSION OUT: the manual pages, made of deploy/man, of the programs' own tables of options, and of the
#  reference of mapping files.
set -eu
build=$1
version=$2
out=$3
here=$(dirname "$0")/man

rm -rf "$out"
mkdir -p "$out"
"$build/dmh" complete |
    LC_ALL=C.UTF-8 awk -v options="$here/dmh.1" -v descriptions="$here/descriptions.man" -v folder="$out" -v version="$version" \
        -v except="keys" -f "$here/command.awk"
cp "$here"/*.1 "$out"

page () {
    LC_ALL=C.UTF-8 awk -v name="$1" -v section=5 -v version="$version" -v title="$2" -f "$here/markdown.awk" >"$out/$1.5"
}
page dmh-report 'what became of an input: report.json' <"$here/dmh-report.5.md"
page dmh-json 'the lines of --json' <"$here/dmh-json.5.md"
sed -n '/^# Mapping files/,$p' worker/schemas/README.md | page dmh-mapping 'files that say which column feeds which field'
