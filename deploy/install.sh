#!/bin/sh
#  install.sh BUILD PREFIX: copies programs, manual pages, completion, schemas and documents under PREFIX (with DESTDIR in it).
set -eu
build=$1
prefix=$2

install -d "$prefix/bin" "$prefix/share/doc/dmh/schemas"
install -m 755 "$build/dmh" "$build/dmh-broker" "$build/dmh-worker" "$build/dmh-gateway" "$prefix/bin"
#  Where it could be built.
[ ! -x "$build/dmh-bridge" ] || install -m 755 "$build/dmh-bridge" "$prefix/bin"
install -m 644 README.md LICENSE CHANGELOG.md SECURITY.md messages/PROTOCOL.md client/gateway/openapi.json "$prefix/share/doc/dmh"
install -m 644 worker/schemas/*.json worker/schemas/README.md "$prefix/share/doc/dmh/schemas"

for section in 1 5; do
    install -d "$prefix/share/man/man$section"
    install -m 644 "$build"/man/*.$section "$prefix/share/man/man$section"
done

#  The units name the programs where they are installed, without DESTDIR.
install -d "$prefix/lib/systemd/system"
for unit in deploy/systemd/*.service; do
    [ "${unit##*/}" != dmh-bridge.service ] || [ -x "$build/dmh-bridge" ] || continue
    sed "s|/usr/local/bin|${PREFIX:-/usr/local}/bin|" "$unit" >"$prefix/lib/systemd/system/${unit##*/}"
    chmod 644 "$prefix/lib/systemd/system/${unit##*/}"
done

#  Each shell looks for a command's completion by the command's name.
bash=$prefix/share/bash-completion/completions
zsh=$prefix/share/zsh/site-functions
fish=$prefix/share/fish/vendor_completions.d
install -d "$bash" "$zsh" "$fish"
for program in dmh dmh-broker dmh-worker dmh-gateway dmh-bridge; do
    install -m 644 deploy/completion/dmh.bash "$bash/$program"
    install -m 644 deploy/completion/dmh.fish "$fish/$program.fish"
done
install -m 644 deploy/completion/_dmh "$zsh/_dmh"
echo "installed under $prefix: dmh, dmh-broker, dmh-worker, dmh-gateway$([ ! -x "$build/dmh-bridge" ] || echo ", dmh-bridge")"
