//  variant_header.c: see variant_header.h. Never a path of this machine: what the input's lines say is the
//  input's.
#include "worker/output/variants/variant_header.h"

#include "messages/version.h"

#include "worker/formats/reference/reference.h"
#include "worker/formats/vcf/contigs.h"

#include <stdlib.h>
#include <string.h>

static int s_put (struct buffer *out, struct text text)
{
    if (buffer_reserve (out, text.n) != 0)
        return -1;
    memcpy (out->at + out->used, text.at, text.n);
    out->used += text.n;
    return 0;
}

static int s_say (struct buffer *out, const char *string)
{
    return s_put (out, text_of (string));
}

static bool s_begins (struct text line, const char *with)
{
    size_t n = strlen (with);
    return line.n >= n && memcmp (line.at, with, n) == 0;
}

//  Whether a line that is the same was written before, as of contigs that have one name now.
static bool s_stands (const struct buffer *out, struct text line)
{
    for (const char *at = out->at, *end = out->at + out->used; at < end;) {
        const char *feed = memchr (at, '\n', (size_t) (end - at));
        struct text before = {at, (size_t) ((feed ? feed : end) - at)};
        if (text_equal (before, line))
            return true;
        at += before.n + 1;
    }
    return false;
}

//  A line of the input; a contig's with its name in the file's style.
static int s_line (struct buffer *out, const struct dialect *dialect, struct text line)
{
    struct buffer named = {.at = NULL};
    int rc = vcf_contigs_line (dialect->contigs, line, dialect->vcf->minor, &named);
    struct text text = {named.at, named.used};
    if (rc == 0 && (text_equal (text, line) || !s_stands (out, text)))
        rc = s_put (out, text) == 0 ? s_say (out, "\n") : -1;
    free (named.at);
    return rc;
}

//  Of tags that only records have.
static int s_define (struct buffer *out, const char *key, const struct vcf_tag *tags, size_t count)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < count; i++) {
        if (tags[i].declared)
            continue;
        bool flag = tags[i].type == TYPE_FLAG;
        if (s_say (out, key) != 0 || s_put (out, tags[i].id) != 0 ||
            s_say (out, flag ? ",Number=0,Type=Flag" : ",Number=.,Type=String") != 0)
            return -1;
        rc = s_say (out, ",Description=\"The input does not define it\">\n");
    }
    return rc;
}

static int s_names (struct buffer *out, const vcf_header_t *header)
{
    int rc = s_say (out, "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO");
    if (rc == 0 && header->sample_count)    //  a column FORMAT alone is none that VCF knows
        rc = s_say (out, "\tFORMAT");
    for (size_t i = 0; rc == 0 && i < header->sample_count; i++)
        rc = s_say (out, "\t") == 0 ? s_put (out, header->samples[i]) : -1;
    return rc == 0 ? s_say (out, "\n") : -1;
}

int variant_header_write (struct buffer *out, const struct dialect *dialect)
{
    const vcf_header_t *header = dialect->vcf;
    bool versioned = header->line_count && s_begins (header->lines[0], "##fileformat=");
    int rc = versioned ? 0 : s_say (out, "##fileformat=VCFv4.3\n");
    for (size_t i = 0; rc == 0 && i < header->line_count; i++)
        if (!s_begins (header->lines[i], "##dmh="))
            rc = s_line (out, dialect, header->lines[i]);
    if (rc == 0)
        rc = s_define (out, "##INFO=<ID=", header->infos, header->info_count);
    if (rc == 0)
        rc = s_define (out, "##FORMAT=<ID=", header->formats, header->format_count);
    if (rc == 0)
        rc = s_say (out, "##dmh=" DMH_VERSION "; one record an alternate allele");
    if (rc == 0 && dialect->reference)
        rc = s_say (out, ", left-aligned on ") == 0 ? s_say (out, reference_name (dialect->reference)) : -1;
    if (rc == 0)
        rc = s_say (out, "\n");
    return rc == 0 ? s_names (out, header) : -1;
}
