#  variants.sh: VCF beside bcftools norm, for a script: sourced by test/bench/run.sh. Both split the alleles, compare REF with the
#  reference, align indels to the left and write VCF packed by BGZF, on two threads; dmh sorts, indexes, checks and hashes besides.
#  variants MEGABYTES prints a row each, and how many times as long dmh takes.
variants () {
    command -v bcftools >/dev/null || { echo 'no bcftools (make deps-test): VCF is not measured'; return 0; }
    input=$work/lab.vcf reference=$work/genome.fa
    awk -v bytes="$(($1 * 1000000))" -v fasta="$reference" 'BEGIN {
        srand (7); split ("A C G T", base, " "); length_of = int (bytes / 17)
        print ">chr1" >fasta
        for (i = 1; i <= length_of; i++) {
            at[i] = i % 9 && i > 4 && rand () < 0.3 ? at[i - 2] : base[1 + int (rand () * 4)]
            row = row at[i]
            if (i % 60 == 0 || i == length_of) { print row >fasta; row = "" }
        }
        print "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=" length_of ">\n##FILTER=<ID=PASS,Description=\"All filters passed\">"
        print "##INFO=<ID=AC,Number=A,Type=Integer,Description=\"Count\">\n##INFO=<ID=DP,Number=1,Type=Integer,Description=\"Depth\">"
        print "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"Depths\">"
        print "##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"Likelihoods\">"
        printf "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT"
        for (s = 1; s <= 12; s++) printf "\tS%d", s
        print ""
        for (i = 10; i + 8 < length_of && written < bytes; i += 12 + int (rand () * 10)) {
            n = rand () < 0.3 ? 1 + int (rand () * 5) : 1
            ref = ""
            for (k = 0; k < n; k++) ref = ref at[i + k]
            alt = n > 1 ? at[i] : rand () < 0.3 ? ref at[i] at[i + 1] : at[i] == "A" ? "C" : "A"
            two = rand () < 0.1
            line = "chr1\t" i "\trs" i "\t" ref "\t" alt (two ? "," ref "GG" : "") "\t" int (rand () * 900) "\tPASS\tAC=" int (rand () * 9) (two ? ",3" : "") ";DP=" int (rand () * 400) "\tGT:AD:PL"
            for (s = 1; s <= 12; s++)
                line = line (two ? "\t1/2:3,9,4:120,30,0,44,60,99" : rand () < 0.5 ? "\t0/1:" int (rand () * 60) "," int (rand () * 60) ":130,0," int (rand () * 250) : "\t0/0:30,0:0,90,1200")
            print line
            written += length (line) + 1
        }
    }' >"$input"
    cat "$input" "$reference" >/dev/null
    for turn in $(seq "$runs"); do
        rm -rf "$work/out" "$work/norm.vcf.gz"
        measure dmh-vcf "$build/dmh" run "$input" -o "$work/out" --reference "$reference" --format vcf --threads 2 -q
        measure bcftools sh -c "bcftools norm -m -any -f '$reference' --threads 2 -Oz -o '$work/norm.vcf.gz' '$input' 2>/dev/null"
    done
    printf '\n%-34s %8s %8s %8s %8s\n' "VCF, $(($(wc -c <"$input") / 1000000)) MB, medians of $runs" 'wall s' 'MB/s' 'peak MB' 'CPU s'
    for name in dmh-vcf bcftools; do
        awk -v what="$name" -v s="$(median "$name" 1)" -v mb="$(median "$name" 2)" -v cpu="$(median "$name" 4)" -v bytes="$(wc -c <"$input")" \
            'BEGIN { printf "%-34s %8.2f %8.0f %8.1f %8.2f\n", what == "bcftools" ? "bcftools norm -m -any -f, 2 threads" : "dmh run --reference, 2 threads", s, bytes / 1e6 / s, mb, cpu }'
    done
    awk -v ours="$(median dmh-vcf 1)" -v theirs="$(median bcftools 1)" 'BEGIN { printf "dmh takes %.2f times as long\n", ours / theirs }'
    rm -rf "$input" "$reference" "$reference.fai" "$work/out" "$work/norm.vcf.gz"
}
