#!/bin/sh
#  deps.sh PURPOSE…: installs the Debian packages of those purposes (deploy/packages) that are missing, as root or by sudo. Where
#  none is missing it is silent and asks nobody; where it may not install, it names what is missing and fails. What is
#  installed starts no service and sets up no database here.
set -eu
here=$(dirname "$0")
export DEBIAN_FRONTEND=noninteractive

#  Each entry of those purposes of which no alternative is installed, once.
missing () {
    entries=$(for purpose in "$@"; do sed -n "s/^$purpose  *//p" "$here/packages"; done)
    installed=" $(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $(echo "$entries" | tr '|' ' ') 2>/dev/null |
        sed -n 's/^installed //p' | tr '\n' ' ') "
    found=' '
    for entry in $entries; do
        case $found in *" $entry "*) continue ;; esac
        rest=$entry'|'
        while [ -n "$rest" ]; do
            case $installed in *" ${rest%%|*} "*) continue 2 ;; esac
            rest=${rest#*|}
        done
        found="$found$entry "
    done
    echo $found
}

refuse () {
    echo "These Debian packages are missing: $(echo "$missing" | sed 's/|[^ ]*//g')" >&2
    echo "$1; or have them installed: apt-get install --no-install-recommends and their names." >&2
    exit 1
}

#  Of each entry the first name that apt knows; fails, naming it, when it knows none.
names () {
    for entry in "$@"; do
        known=
        for name in $(echo "$entry" | tr '|' ' '); do
            if [ -z "$known" ] && apt-cache show --quiet=2 "$name" >/dev/null 2>&1; then known=$name; fi
        done
        [ -n "$known" ] || { echo "$entry: apt knows no such package" >&2; return 1; }
        echo "$known"
    done
}

#  While this runs, policy-rc.d forbids every service to start and PostgreSQL's package to set up a database. An own
#  policy-rc.d of the machine is kept aside.
policy=/usr/sbin/policy-rc.d
kept=$policy.kept-by-dmh
clusters=/etc/postgresql-common/createcluster.d
mark='written by deploy/deps.sh of dmh for the time of an installation'

release_services () {
    trap '' INT TERM HUP
    ! grep -qs "$mark" "$policy" || rm -f "$policy"
    [ ! -e "$kept" ] || [ -e "$policy" ] || mv "$kept" "$policy"
    rm -f "$clusters/dmh.conf"
    rmdir "$clusters" /etc/postgresql-common 2>/dev/null || true
}

hold_services () {
    release_services    #  what a run left behind that was killed
    trap release_services EXIT
    #  make passes on what the terminal has sent already: a second signal shall not end the release.
    trap 'trap "" INT TERM HUP; exit 130' INT
    trap 'trap "" INT TERM HUP; exit 143' TERM HUP
    [ ! -e "$policy" ] || mv "$policy" "$kept"
    printf '#!/bin/sh\n#  %s\nexit 101\n' "$mark" >"$policy"
    chmod 755 "$policy"
    mkdir -p "$clusters"
    echo 'create_main_cluster = false' >"$clusters/dmh.conf"
}

get () {
    apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" 9>&-
}

missing=$(missing "$@")
[ -n "$missing" ] || exit 0
command -v apt-get >/dev/null || refuse "apt-get is missing too: on another system than Debian install what corresponds to them"
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || refuse "There is no sudo to install them with: run this as root"
    sudo true || refuse "sudo does not let $(id -un) install them: run this as somebody who may"
    exec sudo sh "$0" "$@"
fi
exec 9>/run/dmh-deps.lock
flock 9
missing=$(missing "$@")
[ -n "$missing" ] || exit 0
echo "Installing: $missing"
hold_services
if ! { wanted=$(names $missing) && get $wanted; } >/dev/null 2>&1; then
    apt-get update -qq 9>&-
    wanted=$(names $missing)
    get $wanted >/dev/null
fi
