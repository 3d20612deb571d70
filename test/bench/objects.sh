#  objects.sh: an input in an object store beside the same file on the disk, for a script: sourced by test/bench/run.sh. objects
#  prints a row each; the store is npm's s3rver in Node, behind the proxy of the tests, so the difference is mostly theirs.
objects_pid=

stop_objects () {
    [ -z "$objects_pid" ] || { kill -9 "$objects_pid" 2>/dev/null && wait "$objects_pid" 2>/dev/null; } || true
    objects_pid=
    rm -rf "$work/objects"
}

objects () {
    [ -d build/validators/node_modules/s3rver ] || { echo 'no s3rver (deploy/validators.sh): an object store is not measured'; return 0; }
    here=$(pwd)
    mkdir -p "$work/objects/store/lab"
    "$work/generate" csv "$size" "$work/objects/store/lab/lab.csv._S3rver_object"
    ln "$work/objects/store/lab/lab.csv._S3rver_object" "$work/lab.csv"
    echo '{}' >"$work/objects/store/lab/lab.csv._S3rver_metadata.json"
    (cd "$work/objects" && exec node "$here/test/support/objects/s3_server.mjs" "$here/build/validators" '[]') >"$work/objects/log" 2>&1 &
    objects_pid=$!
    for _ in $(seq 300); do [ -s "$work/objects/port" ] && break; sleep 0.1; done
    port=$(cat "$work/objects/port")
    export AWS_ENDPOINT_URL="http://127.0.0.1:$port" AWS_ACCESS_KEY_ID=S3RVER AWS_SECRET_ACCESS_KEY=S3RVER no_proxy=127.0.0.1
    for turn in 1 2 3; do
        run_dmh on-disk "$work/lab.csv"
        run_dmh in-store s3://lab/lab.csv
    done
    bytes=$(wc -c <"$work/lab.csv")
    printf '\n%-34s %8s %8s %8s\n' "$((bytes / 1000000)) MB, medians of 3" 'wall s' 'MB/s' 'peak MB'
    row 'a file' "$(median on-disk 1)" "$(median on-disk 2)" "$bytes"
    row 'an object of s3rver' "$(median in-store 1)" "$(median in-store 2)" "$bytes"
    stop_objects
    rm -f "$work/lab.csv"
}
