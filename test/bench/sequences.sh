#  sequences.sh: FASTA beside samtools faidx and md5sum, which read it once each, for a script: sourced by test/bench/run.sh.
#  sequences MEGABYTES prints a row each, and how many times as much CPU dmh takes; it makes two digests, a table and letters besides.
sequences () {
    command -v samtools >/dev/null || { echo 'no samtools (make deps-test): FASTA is not measured'; return 0; }
    input=$work/lab.fa
    openssl rand -base64 $(($1 * 750000)) | LC_ALL=C tr 'A-Za-z0-9+/' 'ACGTACGTACGTACGTACGTACGTACGTACGTACGTacgtacgtacgtacgtacgtACGTNN' |
        awk 'NR % 100000 == 1 { print ">chr" ++n " a sequence of the bench" } { print }' >"$input"
    cat "$input" >/dev/null
    for turn in $(seq "$runs"); do
        run_dmh dmh-fasta "$input"
        measure samtools sh -c "samtools faidx '$input' && md5sum '$input'"
    done
    printf '\n%-34s %8s %8s %8s %8s\n' "FASTA, $(($(wc -c <"$input") / 1000000)) MB, medians of $runs" 'wall s' 'MB/s' 'peak MB' 'CPU s'
    for name in dmh-fasta samtools; do
        awk -v what="$name" -v s="$(median "$name" 1)" -v mb="$(median "$name" 2)" -v cpu="$(median "$name" 4)" -v bytes="$(wc -c <"$input")" \
            'BEGIN { printf "%-34s %8.2f %8.0f %8.1f %8.2f\n", what == "samtools" ? "samtools faidx and md5sum" : "dmh run, 2 threads", s, bytes / 1e6 / s, mb, cpu }'
    done
    awk -v ours="$(median dmh-fasta 4)" -v theirs="$(median samtools 4)" 'BEGIN { printf "dmh takes %.2f times their CPU\n", ours / theirs }'
    rm -f "$input" "$input.fai"
}
