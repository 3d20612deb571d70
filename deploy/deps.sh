#!/bin/sh
#  deps.sh PURPOSE: installs the Debian packages of that purpose (deploy/packages) that are missing; silent when none is.
set -eu
here=$(dirname "$0")
packages=$(sed -n "s/^$1 *//p" "$here/packages")
missing=
for package in $packages; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -q '^installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
echo "Installing:$missing"
export DEBIAN_FRONTEND=noninteractive
if ! $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null 2>&1; then
    $as_root apt-get update -qq
    $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi
