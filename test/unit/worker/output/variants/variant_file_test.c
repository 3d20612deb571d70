//  records.vcf.gz and its index: sorted, the same whatever the memory and the threads, and what bcftools
//  finds in regions is what a search of all records finds.
#define _GNU_SOURCE
#include "test/support/processes/workplace.h"
#include "worker/encoders/variant_row.h"
#include "worker/output/variants/variant_file.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { RECORDS = 30000 };

static const char HEADER[] = "##fileformat=VCFv4.3\n"
                             "##contig=<ID=chr2,length=400000000>\n"
                             "##contig=<ID=chr1,length=300000000>\n"
                             "##contig=<ID=chr9>\n"
                             "##INFO=<ID=END,Number=1,Type=Integer,Description=\"End\">\n"
                             "##ALT=<ID=DEL,Description=\"Deletion\">\n"
                             "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";

struct site {
    const char *contig;
    uint64_t begin, end;
    int i;
};

static struct site s_site (int i, unsigned *seed)
{
    static const char *const CONTIGS[] = {"chr1", "chr2", "odd", "chr1"};
    uint64_t begin = (uint64_t) rand_r (seed) % (i % 3 ? 300000000 : 200000);
    uint64_t n = i % 11 ? 1 : i % 22 ? 40000 : 30000000;
    return (struct site){CONTIGS[rand_r (seed) % 4], begin, begin + n, i};
}

static void s_write (const struct workplace *place, size_t memory, size_t threads, struct output out[2])
{
    struct error error = {.code = DMH_OK};
    struct output_budget budget = {.most = UINT64_MAX};
    unsigned seed = 8;
    variant_file_t *file =
        variant_file_new (place->folder, &budget, &(struct variant_limits){memory, threads}, &error);
    cr_assert_not_null (file, "%s", error.text);
    for (int pass = 0; pass < 2; pass++) {
        variant_file_begin (file, TEXT (HEADER));
        for (int i = 0; i < RECORDS; i++) {
            char row[512], *line = row + sizeof (struct variant_row);
            struct site site = s_site (i, &seed);
            struct variant_row head = {.begin = site.begin, .end = site.end};
            head.bytes = (uint64_t) sprintf (line, "%s\t%d\tr%d\tA\t%s\t.\t.\tEND=%d\n", site.contig,
                                             (int) site.begin + 1, i, i % 11 ? "C" : "<DEL>", (int) site.end);
            memcpy (row, &head, sizeof head);
            variant_file_rows (file, row, sizeof head + (size_t) head.bytes);
            if (pass == 0 && i == 100)
                break;
        }
        if (pass == 0) {
            cr_assert_eq (variant_file_restart (file, &error), DMH_OK);
            seed = 8;
        }
    }
    cr_assert_eq (variant_file_finish (file, out, &error), DMH_OK, "%s", error.text);
    variant_file_destroy (&file);
}

static void s_clear (const struct workplace *place)
{
    char path[512];
    snprintf (path, sizeof path, "%s/records.vcf.gz", place->folder);
    unlink (path);
    snprintf (path, sizeof path, "%s/records.vcf.gz.tbi", place->folder);
    unlink (path);
}

Test (variant_file, is_the_same_whatever_the_memory_and_the_threads)
{
    struct workplace place;
    struct output first[2], again[2];
    workplace_make (&place);
    s_write (&place, 1 << 30, 1, first);
    for (size_t threads = 1; threads < 4; threads++) {
        s_clear (&place);
        s_write (&place, 100000, threads, again);
        cr_expect_str_eq (again[0].sha256, first[0].sha256);
        cr_expect_str_eq (again[1].sha256, first[1].sha256);
        cr_expect_eq (again[0].records, RECORDS);
    }
    workplace_remove (&place);
}

static char *s_shell (const struct workplace *place, const char *words)
{
    char *command = NULL;
    cr_assert_gt (asprintf (&command, "cd '%s' && { %s; } >out 2>said", place->folder, words), 0);
    int rc = system (command);
    char *said = workplace_read (place->folder, "said", NULL);
    cr_assert (rc == 0 && said && !*said, "%s: %s", words, said ? said : "");
    free (said);
    free (command);
    return workplace_read (place->folder, "out", NULL);
}

static int s_overlapping (const char *contig, uint64_t begin, uint64_t end)
{
    unsigned seed = 8;
    int n = 0;
    for (int i = 0; i < RECORDS; i++) {
        struct site site = s_site (i, &seed);
        n += strcmp (site.contig, contig) == 0 && site.begin < end && site.end > begin;
    }
    return n;
}

Test (variant_file, has_an_index_by_which_bcftools_finds_the_records_of_a_region, .timeout = 120)
{
    static const char *const CONTIGS[] = {"chr1", "chr2", "odd"};
    struct workplace place;
    struct output out[2];
    unsigned seed = 77;
    if (system ("command -v bcftools >/dev/null") != 0) {
        fprintf (stderr, "SKIP: bcftools is not installed (make deps-test)\n");
        return;
    }
    workplace_make (&place);
    s_write (&place, 1 << 30, 2, out);
    char *text =
        s_shell (&place, "bcftools index -n records.vcf.gz; bcftools index -s records.vcf.gz | cut -f1");
    cr_expect_str_eq (text, "30000\nchr2\nchr1\nodd\n");
    free (text);
    text = s_shell (&place, "bcftools view -H records.vcf.gz >all; bcftools sort records.vcf.gz 2>log | "
                            "bcftools view -H | cut -f 1,2 >want; cut -f 1,2 all | cmp - want");
    free (text);
    for (int i = 0; i < 40; i++) {
        uint64_t from = (uint64_t) rand_r (&seed) % (i % 2 ? 300000000 : 200000);
        uint64_t to = from + 1 + (uint64_t) rand_r (&seed) % (i % 4 ? 20000 : 50000000);
        const char *contig = CONTIGS[i % 3];
        char words[256];
        snprintf (words, sizeof words, "bcftools view -H -r %s:%d-%d records.vcf.gz | wc -l", contig,
                  (int) from + 1, (int) to);
        text = s_shell (&place, words);
        cr_expect_eq (atoi (text), s_overlapping (contig, from, to), "%s: %s", words, text);
        free (text);
    }
    workplace_remove (&place);
}

Test (variant_file, says_what_no_index_can_tell)
{
    struct workplace place;
    struct error error = {.code = DMH_OK};
    struct output_budget budget = {.most = UINT64_MAX};
    struct output out[2];
    workplace_make (&place);
    variant_file_t *file =
        variant_file_new (place.folder, &budget, &(struct variant_limits){1000, 1}, &error);
    struct {
        struct variant_row head;
        char line[16];
    } row = {{14, (uint64_t) 1 << 29, ((uint64_t) 1 << 29) + 1}, "chr1\t.\t.\t.\t.\t\n"};
    variant_file_begin (file, TEXT (HEADER));
    variant_file_rows (file, (const char *) &row, sizeof row.head + 14);
    cr_expect_eq (variant_file_finish (file, out, &error), DMH_BAD_INPUT);
    cr_expect_not_null (strstr (error.text, "position 536870913 of contig chr1"), "%s", error.text);
    variant_file_destroy (&file);
    workplace_remove (&place);
}
