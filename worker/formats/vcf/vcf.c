//  vcf.c: VCF 4.1 to 4.5: lines that begin with ##, the names of the columns, and a line a site.
#define _GNU_SOURCE
#include "worker/formats/vcf/columns.h"
#include "worker/formats/vcf/meta/header_read.h"
#include "worker/formats/vcf/rows.h"
#include "worker/text/bytes.h"

static const char KIND[] = "variant";

static bool s_begins (const char *bytes, size_t n, struct text with)
{
    return n >= with.n && memcmp (bytes, with.at, with.n) == 0;
}

static bool s_matches (const char *bytes, size_t n)
{
    return s_begins (bytes, n, TEXT ("##fileformat=VCF")) ||
           s_begins (bytes, n, TEXT ("#CHROM\tPOS\tID\tREF"));
}

static int s_sniff (const char *bytes, size_t n, bool whole, const char *source, struct dialect *out,
                    struct error *error)
{
    size_t end = 0;
    int rc = vcf_header_read (&out->vcf, bytes, n, whole, &end, source, error);
    if (rc != DMH_OK)
        return rc;
    out->data_offset += end;
    out->data_line += bytes_lines (bytes, end);
    rc = vcf_columns_make (out, bytes + end, n - end);
    if (rc == DMH_TOO_LARGE)
        return error_set (error, DMH_BAD_INPUT, "%s has more than %d columns", source, VCF_COLUMNS_MAX);
    return rc == DMH_OK ? DMH_OK
                        : error_set (error, DMH_INTERNAL, "out of memory while looking at %s", source);
}

static int s_cut (const struct dialect *dialect, const char *bytes, size_t n, bool last, uint64_t line,
                  const char *source, size_t *cut, uint64_t *lines, struct error *error)
{
    (void) dialect;
    (void) line;
    (void) source;
    (void) error;
    const char *feed = last || n == 0 ? NULL : memrchr (bytes, '\n', n);
    *cut = last ? n : feed ? (size_t) (feed - bytes) + 1 : 0;
    for (const char *at = bytes, *end = bytes + *cut;
         at < end && (at = memchr (at, '\n', (size_t) (end - at))); at++)
        ++*lines;
    return DMH_OK;
}

static int s_choose (struct dialect *dialect, const char *kind, const char *source, struct error *error)
{
    if (*kind && strcmp (kind, KIND) != 0)
        return error_set (error, DMH_BAD_INPUT, "%s is VCF, which is read as %s, not as %.40s", source, KIND,
                          kind);
    dialect->kind = KIND;
    return DMH_OK;
}

const struct format FORMAT_VCF = {.name = "vcf",
                                  .matches = s_matches,
                                  .sniff = s_sniff,
                                  .cut = s_cut,
                                  .rows_new = vcf_rows_new,
                                  .rows_destroy = vcf_rows_destroy,
                                  .rows_begin = vcf_rows_begin,
                                  .rows_next = vcf_rows_next,
                                  .unknown = vcf_rows_unknown,
                                  .runs = vcf_rows_runs,
                                  .learn = vcf_columns_learn,
                                  .choose = s_choose};
