#!/bin/sh
#  lint.sh: what make lint does: form, warnings as errors, two analysers, the arrows of the design, the sizes of the style.
#  Goes on after a failure and names every one; LINT="format tidy" runs only those steps.
set -u
out=build/lint
mkdir -p "$out"
code=$(git ls-files -co --exclude-standard 'messages/*.[ch]' 'broker/*.[ch]' 'worker/*.[ch]' 'client/*.[ch]')
all=$(git ls-files -co --exclude-standard '*.[ch]')
failed=

step () {
    name=$1
    shift
    case " ${LINT:-$name} " in *" $name "*) ;; *) return ;; esac
    if "$@" >"$out/$name.log" 2>&1; then
        echo "ok      $name"
    else
        failed="$failed $name"
        cat "$out/$name.log"
        echo "FAILED  $name"
    fi
}

format () {
    printf '%s\n' $all | xargs -P2 -n16 clang-format --dry-run -Werror
}

strict () {
    make -s -j2 FLAVOUR=strict test-build
}

#  What the compilation database has: dmhr.c is R's to compile.
compiled () {
    printf '%s\n' $code | grep '\.c$' | grep -v '^worker/r/src/dmhr\.c$'
}

tidy () {
    sh test/compile_commands.sh >"$out/compile_commands.json"
    compiled |
        xargs -P2 -n4 clang-tidy --quiet -p "$out" 2>&1 | grep -vE '^[0-9]+ warnings? (generated|treated)|^$' >"$out/tidy.found"
    cat "$out/tidy.found"
    [ ! -s "$out/tidy.found" ]
}

check () {
    printf '%s\n' $code | grep '\.c$' |
        cppcheck --quiet -j2 --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
            --suppress=missingIncludeSystem --suppress=varFuncNullUB \
            --template='{file}:{line}: {severity}: {message} [{id}]' --file-list=-
}

#  Casts from 64 bits to fewer, unless narrow.h checks them.
casts () {
    sh test/compile_commands.sh >"$out/compile_commands.json"
    compiled |
        xargs -P2 -n8 clang-query -p "$out" -f test/casts.query >"$out/casts.found" 2>"$out/casts.wrong" || return 1
    ! grep 'binds here' "$out/casts.found"
}

#  Every #include "…" as "FROM TO", both from the top of the tree.
includes () {
    for file in $code; do
        sed -n "s|^ *# *include \"\(.*\)\".*|$file \1|p" "$file"
    done
}

#  Whether no two files reach each other by includes, nor two nouns (a.c and a.h are one): tsort names the loop. A store and
#  its drivers are one thing in two nouns.
circles () {
    includes | awk '$1 != $2' | sort -u | tsort 2>&1 >/dev/null | sed 's/^/  a circle of files: /' >"$out/circles"
    includes | sed 's/\.[ch]\b//g' | awk '$1 != $2 && $0 != "broker/store/store broker/store/driver"' | sort -u |
        tsort 2>&1 >/dev/null | sed 's/^/  a circle of nouns: /' >>"$out/circles"
    cat "$out/circles"
    [ ! -s "$out/circles" ]
}

#  Who speaks to a database: the job store, what writes and reads a result that is one, what loads results into one, and a data set.
databases='^(broker/store|worker/output/records|worker/dataset|client/load)/|^client/result/reading/database_file'

arrows () {
    ! grep -nE '#include "\.\./' $all || return 1
    includes | awk -f test/include_order.awk || return 1
    circles || return 1
    #  The dispatcher is pure: time is an argument, and it knows no disk.
    ! includes | grep -E '^broker/dispatch/.* .*(clock|random|store)' || return 1
    #  Formats know texts and their rules' names, no rule.
    ! includes | grep -E '^worker/formats/.* worker/rules/' || return 1
    only 'msgpack' '^messages/codec/shape\.c:' &&
        only 'sqlite3\.h|libpq' "$databases" &&
        only 'systemd/sd-' '^messages/base/systemd\.c:' &&
        only 'libsmartcols' '^client/terminal/table\.c:' &&
        only 'csv\.h' '^client/result/reading/csv_row\.c:' &&
        only 'hiredis' '^client/bridge/engines/redis' &&
        only 'amqp' '^client/bridge/engines/rabbitmq' &&
        only 'yajl' '^client/verification/input/json_object\.c:' &&
        sql
}

#  only HEADER FILES: no other file includes that system header.
only () {
    ! grep -nE "^ *# *include <[^>]*($1)" $code | grep -vE "$2"
}

sql () {
    ! grep -nE '"(SELECT|INSERT|UPDATE|DELETE|CREATE TABLE|BEGIN|COMMIT|PRAGMA) ' $code | grep -vE "$databases" |
        grep -v '^client/report/loader/'    #  prints it, and runs none
}

sizes () {
    awk '
        FNR == 1 { if (last > 400) print "  " file ": " last " lines; a file stays under 400"; file = FILENAME
                   if ($0 !~ /^\/\//) { print "  " FILENAME ": begins without its comment"; bad = 1 } }
        { last = FNR; if (FNR == 401) bad = 1 }
        /^{$/ { begin = FNR }
        /^}$/ { if (begin && FNR - begin > 61) { print "  " FILENAME ":" begin ": a function of " FNR - begin - 1 " lines; 60 at most"; bad = 1 } begin = 0 }
        END { if (last > 400) print "  " file ": " last " lines; a file stays under 400"; exit bad }' $code
}

#  What people see goes through one door (messages/text/terminal), or is laid out where all of it is escaped.
door () {
    ! grep -nE '\b(v?printf|puts|putchar|perror) \(|\bf(printf|puts|putc|write) \(.*\b(stdout|stderr)\b|\bfprintf \(to,' $code |
        grep -vE '^(messages/text/(terminal|escaped_format)|client/terminal/(page|table))\.c:'
}

#  The Python package, strictly.
types () {
    (cd client/python && /usr/bin/mypy --strict --cache-dir="../../$out/mypy" dmh)
}

words () {
    ! grep -nE '\b(TO[D]O|FIX[M]E|XX[X])\b' $all Makefile deploy/*.sh test/*.sh &&
        ! printf '%s\n' $code | grep -E '/(util|utils|helpers?|misc|common|manager)\.[ch]$'
}

step format format
step arrows arrows
step sizes sizes
step words words
step door door
step casts casts
step types types
step strict strict
step cppcheck check
step tidy tidy
if [ -n "$failed" ]; then
    echo "lint failed:$failed"
    exit 1
fi
