#!/bin/sh
#  secrets.sh DIR [HOST]: makes what an overlay's Secrets are made of, in the new folder DIR: keys of the broker, of workers, of the
#  gateway and of an administrator, a password for PostgreSQL, a token that may do all at the gateway, and a certificate for HOST that
#  nobody has signed (replace it). Needs dmh and openssl.
set -eu
umask 077
[ $# -ge 1 ] || { sed -n '2,4s/^#  //p' "$0" >&2; exit 2; }
host=${2:-dmh.example}
mkdir "$1"
cd "$1"
dmh keys --keys . new server >/dev/null
dmh keys --keys . new worker --rights worker >/dev/null
dmh keys --keys . new gateway --rights gateway >/dev/null
dmh keys --keys . new admin --rights admin >/dev/null
openssl rand -hex 24 | tr -d '\n' >password
openssl rand -hex 32 | tr -d '\n' >admin.token
printf 'admin admin %s\n' "$(openssl dgst -sha256 -r <admin.token | cut -d' ' -f1)" >tokens
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 90 -subj "/CN=$host" \
    -addext "subjectAltName=DNS:$host" -keyout tls.key -out tls.crt 2>/dev/null
echo "made in $1; admin.token and admin.key are yours"
