#!/bin/sh
#  runtime_packages.sh BUILD: the Debian packages of the libraries that the programs in BUILD are linked to, a name a line.
set -eu
for program in "$1/dmh" "$1/dmh-broker" "$1/dmh-worker" "$1/dmh-gateway"; do
    ldd "$program"
done | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p' | sort -u | while read -r library; do
    #  dpkg knows files where they were unpacked, which may be below /lib or below /usr/lib.
    dpkg-query --search "$library" 2>/dev/null || dpkg-query --search "$(readlink -f "$library")" 2>/dev/null ||
        dpkg-query --search "${library#/usr}"
done | cut -d: -f1 | sort -u
