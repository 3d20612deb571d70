#!/bin/sh
#  demo.sh BUILD: a broker and two workers at Unix sockets of their own, the six inputs of fixtures/demo grown to DEMO_MB=40 each and submitted
#  at once, then what was read, written and set aside, records before and after, and one upload by HTTP. Everything is under build/demo
#  (DEMO_FOLDER); no process is left, unless DEMO_KEEP=1 leaves them running, the gateway with its page among them. Works without a terminal.
set -eu
build=$1
megabytes=${DEMO_MB:-40}
keep=${DEMO_KEEP:-}
work=${DEMO_FOLDER:-build/demo}
uploaded=fixtures/demo/lab-south-results.ndjson
names="clinic-a-patients.csv hospital-b-patients.json registry-c-patients.csv
    lab-north-results.csv lab-south-results.ndjson radiology-studies.csv"
. deploy/servers.sh
[ -z "$keep" ] || by=setsid
trap stop_servers EXIT
trap 'exit 130' INT TERM

#  grow FROM TO: the same records again and again under new identifiers, as long as TO is too small.
grow () {
    LC_ALL=C awk -v bytes=$((megabytes * 1000000)) -v json="${1##*.}" '
        BEGIN { RS = "\003" }
        {
            body = $0
            head = foot = between = ""
            if (json == "json") {
                head = "[\n"; foot = "\n]\n"; between = ",\n"
                sub (/^\[\n/, "", body)
                sub (/\n\]\n$/, "", body)
            } else if (json == "csv") {
                head = substr (body, 1, index (body, "\n"))
                body = substr (body, length (head) + 1)
            }
            gsub (/(CA|HB|RC|LN|LS|RS)-|1\.2\.840\.99999999\./, "&\002", body)
            gsub (/82702944-/, "\002&", body)
            pieces = split (body, piece, "\002")
            printf "%s", head
            copy = ""
            for (done = length (head) + length (foot); done < bytes; copy = copy + 1) {
                printf "%s%s", (copy == "" ? "" : between), piece [1]
                for (i = 2; i <= pieces; i++)
                    printf "%s%s", copy, piece [i]
                done += length (body) + (pieces - 1) * length (copy)
            }
            printf "%s", foot
        }' "$1" >"$2.part"
    mv "$2.part" "$2"
}

stem () {
    echo "${1%%.*}"
}

#  compare NAME RECORD: one record of a CSV input before and after, side by side. It was written, and none before it repeats another.
compare () {
    result=$work/out/$(stem "$1")
    delimiter=$(sed -n 's/.*"delimiter": "\(.*\)".*/\1/p' "$result/report.json")
    printf '\n%s, record %s\n' "$1" "$2"
    LC_ALL=C awk -v wanted="$2" -v delimiter="$delimiter" '
        #  One CSV record of the file into field [1 …]; returns how many.
        function record (file, mark, field,     line, n, quoted, c, i, more) {
            if ((getline line <file) <= 0) return 0
            sub (/^\357\273\277/, "", line)
            n = 1
            field [1] = ""
            for (i = 1; ; i++) {
                if (i > length (line)) {
                    if (!quoted || (getline more <file) <= 0) break
                    line = line "\n" more
                }
                c = substr (line, i, 1)
                if (c == "\"") {
                    if (quoted && substr (line, i + 1, 1) == "\"") { field [n] = field [n] c; i++ }
                    else quoted = !quoted
                } else if (c == mark && !quoted) field [++n] = ""
                else if (c != "\r") field [n] = field [n] (c == "\n" ? " / " : c)
            }
            return n
        }
        function quoted_after (line, key) {
            sub (".*\"" key "\": *\"", "", line)
            sub (/",?$/, "", line)
            return line
        }
        function row (name, before, sign, field, after) {
            printf "  %-16s %-30s %s  %-17s %s\n", name, substr (before, 1, 30), sign, field, after
        }
        BEGIN {
            report = ARGV [1] "/report.json"
            while ((getline line <report) > 0) {
                if (line ~ /"source": "/) source = quoted_after(line, "source")
                if (line ~ /"written_as": "/) from [quoted_after(line, "written_as")] = source
            }
            columns = record(ARGV [2], delimiter, column)
            fields = record(ARGV [1] "/records.csv", ",", name)
            while (record(ARGV [1] "/rejects.csv", ",", set)) aside [set [1]]
            for (r = 1; r <= wanted; r++) {
                record(ARGV [2], delimiter, value)
                if (!(r in aside)) record(ARGV [1] "/records.csv", ",", after)
            }
            for (i = 1; i <= columns; i++) before [column [i]] = value [i]
            for (i = 1; i <= fields; i++) {
                was = name [i] in from ? before [from [name [i]]] : ""
                if (was != "" || after [i] != "")
                    row(from [name [i]], was, was == after [i] ? " " : ">", name [i], after [i])
            }
        }' "$result" "fixtures/demo/$1"
}

#  ask TARGET [FILE]: what the gateway answers to GET, or to POST of the file, as curl would say it: bash is on every Debian.
ask () {
    bash -c '
        exec 3<>"/dev/tcp/${1%:*}/${1#*:}"
        if [ -n "${3:-}" ]; then
            printf "POST %s HTTP/1.0\r\nHost: %s\r\nContent-Length: %s\r\n\r\n" "$2" "$1" "$(wc -c <"$3")"
            cat "$3"
        else
            printf "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n" "$2" "$1"
        fi >&3
        sed "1,/^\r*$/d" <&3' ask "${gateway#http://}" "$@"
}

#  value NAME: of the first member of that name in a line of JSON.
value () {
    sed -n 's/.*"'"$1"'": *"\{0,1\}\([^",}]*\).*/\1/p'
}

#  One file by HTTP, and what happens to it until it has ended.
upload () {
    printf '\nOne more by HTTP, which is what a browser at %s/ does, or\n  curl -F file=@%s %s/api/v1/jobs\n' "$gateway" "$uploaded" "$gateway"
    answer=$(ask "/api/v1/jobs?name=$(basename "$uploaded")" "$uploaded")
    job=$(echo "$answer" | value id)
    ended=$([ -z "$job" ] || ask "/api/v1/jobs/$job/events" | sed -n 's/^data: //p' | tail -n 1)
    if [ "$(echo "$ended" | value state)" != done ]; then
        echo "the gateway says: $answer $ended" >&2
        return 1
    fi
    echo "  job $job: done, $(echo "$ended" | value read) read, $(echo "$ended" | value written) written, $(echo "$ended" | value rejected) rejected"
}

#  Those of a demo before that still run in this folder.
kept () {
    for pid in $(cat "$work/kept" 2>/dev/null); do
        case $(cat "/proc/$pid/comm" 2>/dev/null) in dmh-*) printf ' %s' "$pid" ;; esac
    done
}

if [ -n "$(kept)" ]; then
    echo "A demo that was kept still runs in $work. Stop it first: kill$(kept)" >&2
    exit 1
fi
mkdir -p "$work/in"
if [ "$(cat "$work/in/megabytes" 2>/dev/null)" != "$megabytes" ]; then
    echo "Growing six inputs of fixtures/demo to $megabytes MB each, under $work/in"
    for name in $names; do grow "fixtures/demo/$name" "$work/in/$name"; done
    echo "$megabytes" >"$work/in/megabytes"
fi

rm -rf "$work/out" "$work/servers"
start_servers "$build" "$work/servers" 2 3
echo "A broker at $DMH_BROKER, two workers of three slots each; six inputs at once:"
inputs=
for name in $names; do inputs="$inputs $work/in/$name"; done
"$build/dmh" submit $inputs --wait -o "$work/out"
start_gateway "$build" "$work/servers"
upload
if [ -z "$keep" ]; then
    stop_servers
    rm -rf "$work/servers/results"    #  they are in $work/out now
fi

compare clinic-a-patients.csv 3
compare lab-north-results.csv 4
compare radiology-studies.csv 2

cat <<END

Where to look next
  $work/out/clinic-a-patients/       records.csv, rejects.csv, audit.ndjson, report.json, datapackage.json
  $build/dmh verify $work/out/clinic-a-patients
  $build/dmh inspect fixtures/demo/registry-c-patients.csv
  $build/dmh run fixtures/demo/*.* -o $work/small
  $build/dmh schema show lab_result
END
[ -n "$keep" ] || exit 0
echo "$servers" >"$work/kept"
trap - EXIT
cat <<END

Left running, with a page to look at
  $gateway/
  DMH_BROKER=$DMH_BROKER $build/dmh status
To stop them
  kill $servers && rm -r $sockets
END
