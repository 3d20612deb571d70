#!/bin/sh
#  r_package.sh PACKAGE LIBRARY: builds the R package in the folder PACKAGE and installs it into LIBRARY. DMH_ROOT: the sources of
#  dmh; DMH_ARCHIVES: its libraries, built with -fPIC; DMH_CFLAGS and DMH_LIBS: of the libraries below them.
set -eu
package=$1 library=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$library"
cp -R "$package" "$scratch/dmhr"
rm -f "$scratch"/dmhr/src/*.o "$scratch"/dmhr/src/*.so
export DMH_ROOT DMH_CFLAGS DMH_LIBS DMH_ARCHIVES
R CMD INSTALL --no-test-load --library="$library" "$scratch/dmhr" >"$scratch/log" 2>&1 || {
    cat "$scratch/log" >&2
    exit 1
}
#  make compares times, which R takes from the sources.
touch "$library/dmhr/DESCRIPTION"
