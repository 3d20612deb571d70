#!/usr/bin/env bash
#  fresh.sh: what make fresh does: make demo and make test in a clean clone of the last commit here, on a Debian on which nothing
#  is installed but git, make, sudo and certificates, as a user who may sudo. ALL=1: the other ways too (root, with npm,
#  second runs, installation, no rights, an interruption). The bare system is a folder of debootstrap's that is entered by
#  chroot, as root; else a container of podman or docker. Where there is neither, or no package is reached: SKIP, 0.
#  FRESH=DIR keeps the bare system (${XDG_CACHE_HOME:-/var/tmp}/dmh-fresh)  SUITE=bookworm  ALL=1  WAYS="as_root installed"
set -eu -o pipefail
top=$(git rev-parse --show-toplevel)
suite=${SUITE:-bookworm}
fresh=${FRESH:-${XDG_CACHE_HOME:-/var/tmp}/dmh-fresh}
run=$fresh/run.$$
root=$run/root log=$run/log
mine=$BASHPID name=dmh-fresh-$$
ways=${WAYS:-as_a_user${ALL:+ as_root with_npm as_root_with_npm installed without_rights interrupted}}
engine='' inside=''
failures=0
readonly UNREACHED=75    #  a way's status: no package was reached

skip () {
    echo "SKIP: make fresh: $1"
    exit 0
}

#  What is mounted in a machine is mounted in a namespace of its own, which is gone with the last process in it.
clean () {
    [ "$BASHPID" = "$mine" ] || return 0
    [ -z "$inside" ] || { kill -KILL "$inside" && wait "$inside"; } 2>/dev/null || true
    [ -z "$engine" ] || "$engine" rm -f "$name" >/dev/null 2>&1 || true
    rm -rf --one-file-system "$run"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

#  In the background, so that a signal ends it at once.
apart () {
    local code=0
    unshare --mount --pid --fork --kill-child "$@" </dev/null &
    inside=$!
    wait $inside || code=$?
    inside=
    return $code
}

#  --- the bare system

can_chroot () {
    [ "$(id -u)" -eq 0 ] && apart true 2>/dev/null || return 1
    command -v debootstrap >/dev/null || sh "$top/deploy/deps.sh" fresh >"$log" 2>&1 || return 1
}

#  Where this machine gets that suite from; nothing: debootstrap knows.
mirror () {
    apt-get indextargets --format '$(SITE) $(CODENAME)' 2>/dev/null | awk -v suite="$suite" '$2 == suite { print $1; exit }'
}

make_base () {
    [ ! -e "$fresh/$suite/.whole" ] || return 0
    echo "Making a bare Debian ($suite) in $fresh, once"
    for _ in 1 2; do
        rm -rf --one-file-system "${fresh:?}/$suite"
        #  shellcheck disable=SC2046
        if apart debootstrap --variant=minbase --include=git,make,sudo,ca-certificates "$suite" "$run/base" $(mirror) >"$log" 2>&1; then
            rm -rf "$run"/base/var/cache/apt/archives/*.deb
            touch "$run/base/.whole"
            mv "$run/base" "$fresh/$suite"
            return 0
        fi
        rm -rf --one-file-system "$run/base"
    done
    return 1
}

#  into COMMAND…: in the machine, as root, with this standard input.
into () {
    if [ -n "$engine" ]; then "$engine" exec -i "$name" "$@"; else chroot "$root" "$@"; fi
}

#  The way to packages that this machine has: sources, proxies, certificates, npm's settings; and the clone, with the
#  data beside it that test/integration/worker/data_test.c reads where it is there.
carry () {
    local file stage=$run/stage
    rm -rf "$stage"
    mkdir -p "$stage"/etc/apt/{sources.list.d,apt.conf.d} "$stage"/usr/local/share "$stage"/root "$stage"/src/shared
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources; do
        if grep -qs "^[^#].*\b$suite\b" "$file"; then
            : >"$stage/etc/apt/sources.list"
            cp "$file" "$stage$file"
        fi
    done
    for file in /etc/apt/apt.conf /etc/apt/apt.conf.d/*; do
        if grep -qs 'Acquire::' "$file"; then cp "$file" "$stage$file"; fi
    done
    if [ -n "${http_proxy:-}" ]; then echo "Acquire::http::Proxy \"$http_proxy\";" >"$stage/etc/apt/apt.conf.d/99proxy"; fi    #  for sudo
    for file in /etc/apt/auth.conf /etc/apt/auth.conf.d /usr/local/share/ca-certificates; do
        if [ -e "$file" ]; then cp -a "$file" "$stage$file"; fi
    done
    if [ -e "${HOME:-/root}/.npmrc" ]; then cp "${HOME:-/root}/.npmrc" "$stage/root/"; fi
    if [ -d "$top/../shared/data" ]; then cp -aL "$top/../shared/data" "$stage/src/shared/"; fi
    git clone -q "$top" "$stage/src/dmh"
    tar -C "$stage" -c . | into tar -x -C / --no-overwrite-dir --no-same-owner
    rm -rf "$stage"
}

#  --- a machine

#  as USER COMMAND: in the clone; fails, too, when the command leaves a process.
as () {
    local home=/root inner
    [ "$1" = root ] || home=/home/$1
    local environment=(env -i --default-signal=INT HOME="$home" LANG=C.UTF-8 TERM=dumb NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin ${http_proxy:+http_proxy="$http_proxy"}
        ${https_proxy:+https_proxy="$https_proxy"} ${no_proxy:+no_proxy="$no_proxy"} su "$1" -c "cd /src/dmh && $2")
    if [ -n "$engine" ]; then
        "$engine" exec "$name" "${environment[@]}" </dev/null
        return
    fi
    inner='root=$1; shift
        mount -t proc proc "$root/proc"
        for folder in sys dev; do mount --rbind "/$folder" "$root/$folder"; done
        code=0
        chroot "$root" "$@" || code=$?
        for _ in {1..30}; do    #  tenths of a second: what was told to end may still be at it
            left=
            for status in "$root"/proc/[0-9]*/status; do
                state=Z
                while read -r key value; do
                    case $key in Name:) comm=$value ;; State:) state=$value ;; esac
                done 2>/dev/null <"$status"
                case $state in Z*) ;; *) [ "${status%/proc/1/status}" != "$status" ] || left="$left $comm" ;; esac
            done
            [ -n "$left" ] || exit $code
            sleep 0.1
        done
        echo "these processes were left:$left"
        exit 1'
    apart bash -c "$inner" - "$root" "${environment[@]}"
}

reached () {
    as root 'apt-get update -qq -o APT::Update::Error-Mode=any || { sleep 2; apt-get update -qq -o APT::Update::Error-Mode=any; }' \
        >"$log" 2>&1
}

#  machine OWNER [npm]: a new one, the clone being of OWNER: `dev` who may sudo, `guest` who may not, or root.
machine () {
    rm -rf --one-file-system "$root"
    if [ -n "$engine" ]; then
        "$engine" rm -f "$name" >/dev/null 2>&1 || true
        "$engine" run -d --name "$name" "debian:$suite" sleep infinity >"$log" 2>&1 || return $UNREACHED
    else
        cp -a --reflink=auto "$fresh/$suite" "$root"
        cp /etc/resolv.conf /etc/hosts "$root/etc/" 2>/dev/null || true
    fi
    #  The disk need not be waited for; and nothing forbids services to start, as it may in an image.
    into sh -c 'echo force-unsafe-io >/etc/dpkg/dpkg.cfg.d/unsafe; rm -f /usr/sbin/policy-rc.d; mkdir -p /src'
    if [ -n "$engine" ]; then
        into sh -c 'apt-get update -qq && apt-get install -y -qq --no-install-recommends git make sudo ca-certificates' \
            >"$log" 2>&1 || return $UNREACHED
    fi
    carry
    step root 'set -e; ls /usr/local/share/ca-certificates | grep -q . && update-ca-certificates; useradd -m -s /bin/bash dev; useradd -m -s /bin/bash guest
        echo "dev ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/dev
        if [ -e /root/.npmrc ]; then install -o dev -m 600 /root/.npmrc /home/dev/; fi
        chown -R '"$1"': /src/dmh' 'a bare machine' || return
    reached || return $UNREACHED
    [ "${2:-}" != npm ] || as root 'apt-get install -y -qq --no-install-recommends npm' >"$log" 2>&1 || return $UNREACHED
    into sh -c 'rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb'
}

megabytes () {
    du -smx "$1" 2>/dev/null | cut -f1
}

#  step USER COMMAND [WHAT IT SHOWS]: prints one line, and the end of what was said when it failed.
step () {
    local begin=$SECONDS code=0 what=${3:-$2} count
    as "$1" "$2" >"$log" 2>&1 || code=$?
    if [ $code -eq 0 ]; then
        count=$(grep -aE '^[0-9]+ passed, ' "$log" | tail -1) || true
        echo "  ok      $what, in $((SECONDS - begin)) s${count:+ ($count)}"
        return 0
    fi
    if grep -qaE '^E: (Failed to fetch|Unable to fetch|Some index files failed)|Temporary failure resolving' "$log"; then
        return $UNREACHED
    fi
    tail -n 60 "$log"
    echo "  FAILED  $what ($code), in $((SECONDS - begin)) s"
    return 1
}

#  --- the ways; each ends with the first step that fails

#  What was installed has started nothing, set up nothing and left nothing of its own behind.
readonly UNTOUCHED='! pg_lsclusters -h | grep . && ! ls -d /usr/sbin/policy-rc.d* /etc/postgresql-common/createcluster.d 2>/dev/null | grep .'

both () {
    step "$1" 'make demo' && step "$1" 'make test' && step root "$UNTOUCHED" 'no service was set up'
}

as_a_user () {
    echo "As a user who may sudo, without npm"
    machine dev || return
    local before after
    before=$(megabytes "$root")
    both dev || return
    if [ -z "$engine" ]; then
        after=$(megabytes "$root")
        echo "  disk    $((after - before)) MB, $(megabytes "$root/src/dmh/build") of them under build/"
    fi
    [ -z "${ALL:-}" ] || again dev
}

again () {
    step "$1" 'make demo' 'make demo again' && step "$1" 'make test' 'make test again'
}

as_root () {
    echo "As root, without npm"
    machine root || return
    both root
}

with_npm () {
    echo "As a user who may sudo, with npm"
    machine dev npm || return
    both dev
}

as_root_with_npm () {
    echo "As root, with npm"
    machine root npm || return
    both root && again root
}

installed () {
    echo "Installation, as a user who may sudo"
    machine dev || return
    step dev 'make && sudo make install && make install PREFIX=$HOME/dmh && make install PREFIX=/usr DESTDIR=/tmp/stage' \
        'make install, with PREFIX, with DESTDIR' &&
        step dev 'for program in dmh dmh-broker dmh-worker dmh-gateway; do
                for folder in /usr/local ~/dmh /tmp/stage/usr; do $folder/bin/$program --version || exit 1; done
            done
            cd /tmp && dmh run /src/dmh/fixtures/demo/clinic-a-patients.csv -o out && dmh verify out/clinic-a-patients &&
            grep -q "^ExecStart=/usr/bin/dmh-broker" /tmp/stage/usr/lib/systemd/system/dmh-broker.service' 'programs from there' &&
        step dev 'sudo apt-get install -y -qq --no-install-recommends man-db bash-completion >/dev/null 2>&1 || exit 1
            for page in dmh dmh-broker dmh-worker dmh-gateway; do man $page | grep -q "^SYNOPSIS" || exit 1; done
            bash -c ". /usr/share/bash-completion/bash_completion; . /usr/local/share/bash-completion/completions/dmh
                complete -p dmh && COMP_WORDS=(dmh sub) COMP_CWORD=1 && \$(complete -p dmh | sed \"s/.*-F \\([^ ]*\\).*/\\1/\") dmh sub dmh
                echo \"\${COMPREPLY[@]}\" | grep -q submit"' 'manual pages, completion'
}

without_rights () {
    echo "Without rights"
    machine guest || return
    local refused='before=$(dpkg-query -W | cksum); for command in "make demo" "make test"; do
            $command >/tmp/said 2>&1 && exit 1
            cat /tmp/said; grep -q "^These Debian packages are missing: .*gcc.*libczmq-dev" /tmp/said || exit 1
        done; rm /tmp/said; [ ! -e build ] && [ "$before" = "$(dpkg-query -W | cksum)" ]'
    step guest "$refused" 'sudo refuses: what is missing is named' &&
        step guest 'make help && make clean' 'make help, make clean ask for nothing' &&
        into mv /usr/bin/sudo /usr/bin/sudo.away && step guest "$refused" 'no sudo: what is missing is named'
}

#  SIGTERM to everything once policy-rc.d is held: the machine's own is there again.
interrupted () {
    echo "Interrupted, with a policy-rc.d of its own"
    machine root || return
    step root 'policy=/usr/sbin/policy-rc.d; printf "#!/bin/sh\nexit 0\n" >$policy; chmod 755 $policy; cp -a $policy /tmp/before
        setsid make test >/tmp/said 2>&1 & pid=$!
        until grep -qs dmh $policy; do sleep 0.1; done
        sleep 5; kill -TERM -- -$pid; wait $pid
        until [ ! -e $policy.kept-by-dmh ]; do sleep 0.1; done
        cat /tmp/said; cmp $policy /tmp/before && [ -x $policy ] && [ ! -e /etc/postgresql-common/createcluster.d ]' \
        'policy-rc.d is there again' &&
        step root 'dpkg --configure -a >/dev/null 2>&1; make && cmp /usr/sbin/policy-rc.d /tmp/before' 'make goes on'
}

#  way NAME: at most twice, as long as no package is reached.
way () {
    local code
    for _ in 1 2; do
        code=0
        "$@" || code=$?
        if [ $code -ne $UNREACHED ]; then
            [ $code -eq 0 ] || failures=$((failures + 1))
            return 0
        fi
    done
    cp "$log" "$fresh/log"
    skip "packages are not reached ($fresh/log)"
}

main () {
    mkdir -p "$run"
    if can_chroot; then
        make_base || { cp "$log" "$fresh/log"; skip "debootstrap reaches no packages, in two tries ($fresh/log)"; }
    else
        for engine in podman docker ''; do
            if [ -n "$engine" ] && timeout 30 "$engine" info >/dev/null 2>&1; then break; fi
        done
        [ -n "$engine" ] || skip "it takes root with debootstrap and the right to mount, or podman, or docker"
    fi
    [ -z "$(git status --porcelain)" ] || echo "What is not committed here is left out"
    for it in $ways; do way "$it"; done
    [ $failures -eq 0 ] || { echo "make fresh: $failures failed"; exit 1; }
    echo "make fresh: all is well"
}

main
exit
