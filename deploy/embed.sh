#!/bin/sh
#  embed.sh FILE…: assembler that holds each file's bytes, and the table TABLE (`embedded_schemas`) of {name, start, end},
#  ended by a NULL name (struct embedded in worker/rules/schema/catalog.c, struct gateway_page in client/gateway/calls/pages.h).
#  A name is the file's own, or its path below the folder ROOT.
set -eu
table=${TABLE:-embedded_schemas}
echo '.section .rodata'
i=0
for file in "$@"; do
    name=${ROOT:+${file#"$ROOT"/}}
    printf 'name%d: .asciz "%s"\nstart%d: .incbin "%s"\nend%d: .byte 0\n' $i "${name:-${file##*/}}" $i "$file" $i
    i=$((i + 1))
done
echo '.section .data.rel.ro, "aw"'
echo '.balign 8'
echo ".globl $table"
echo "$table:"
n=0
while [ $n -lt $i ]; do
    printf '.quad name%d, start%d, end%d\n' $n $n $n
    n=$((n + 1))
done
echo '.quad 0, 0, 0'
echo '.section .note.GNU-stack, "", %progbits'
