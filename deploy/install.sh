#!/bin/sh
#  install.sh BUILD PREFIX: copies programs, manual pages, completion, schemas and documents under PREFIX (with DESTDIR in it).
set -eu
build=$1
prefix=$2

install -d "$prefix/bin" "$prefix/share/doc/dmh/schemas"
install -m 755 "$build/dmh" "$build/dmh-broker" "$build/dmh-worker" "$prefix/bin"
install -m 644 README.md LICENSE CHANGELOG.md messages/PROTOCOL.md "$prefix/share/doc/dmh"
install -m 644 worker/schemas/*.json "$prefix/share/doc/dmh/schemas"

for page in deploy/man/*.[1-8]; do
    [ -e "$page" ] || continue
    section=${page##*.}
    install -d "$prefix/share/man/man$section"
    install -m 644 "$page" "$prefix/share/man/man$section"
done

#  deploy/completion/{dmh.bash, _dmh, dmh.fish}: each to where its shell looks.
copy_completion () {
    [ -e "deploy/completion/$1" ] || return 0
    install -d "$prefix/share/$2"
    install -m 644 "deploy/completion/$1" "$prefix/share/$2/$3"
}
copy_completion dmh.bash bash-completion/completions dmh
copy_completion _dmh zsh/site-functions _dmh
copy_completion dmh.fish fish/vendor_completions.d dmh.fish
echo "installed under $prefix: dmh, dmh-broker, dmh-worker"
