#!/bin/sh
#  compile_commands.sh: the compilation database of every C file, from what make would run, as JSON on standard output.
#  For editors and clang-tidy; compiles nothing.
set -eu
make -k -B -n V=1 CC=clang CPPFLAGS= test-build 2>/dev/null |
    awk -v folder="$PWD" '
        function json (text) {
            gsub (/\\/, "\\\\", text)
            gsub (/"/, "\\\"", text)
            return text
        }
        / -c -o [^ ]+\.o [^ ]+\.c$/ && !seen [$NF]++ {
            printf "%s  {\"directory\": \"%s\", \"file\": \"%s\", \"command\": \"%s\"}", comma, json (folder), json ($NF), json ($0)
            comma = ",\n"
        }
        BEGIN { print "[" }
        END { print "\n]" }'
