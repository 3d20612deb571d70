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
get () {
    if ! $as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1; then
        $as_root apt-get update -qq
        $as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null
    fi
}

#  PostgreSQL is wanted for its programs; the server that its package would set up and start is not.
case "$missing " in
*" postgresql "*)
    get postgresql-common
    set_up=/etc/postgresql-common/createcluster.conf
    $as_root cp "$set_up" "$set_up.before-dmh"
    echo 'create_main_cluster = false' | $as_root tee -a "$set_up" >/dev/null
    trap '$as_root mv "$set_up.before-dmh" "$set_up"' EXIT
    ;;
esac
get $missing
