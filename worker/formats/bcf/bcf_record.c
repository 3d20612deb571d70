//  bcf_record.c: see bcf_record.h.
#include "worker/formats/bcf/bcf_record.h"

#include "worker/formats/bcf/bcf_value.h"

//  1, 0: no tag has the number, -1: out of memory.
static int s_put_name (const struct bcf_names *names, int64_t number, struct buffer *out)
{
    if (number < 0 || (uint64_t) number >= names->count || names->at[number].n == 0)
        return 0;
    return bcf_put (out, names->at[number]) == 0 ? 1 : -1;
}

struct site {
    uint32_t contig, position, quality, info_count, allele_count, sample_count, format_count;
};

static bool s_read_site (struct bcf_cursor *in, struct site *out)
{
    uint32_t length, counts, samples;
    if (!bcf_little (in, 4, &out->contig) || !bcf_little (in, 4, &out->position) ||
        !bcf_little (in, 4, &length) || !bcf_little (in, 4, &out->quality) || !bcf_little (in, 4, &counts) ||
        !bcf_little (in, 4, &samples))
        return false;
    out->info_count = counts & 0xffff;
    out->allele_count = counts >> 16;
    out->sample_count = samples & 0xffffff;
    out->format_count = samples >> 24;
    return true;
}

static int s_write_alleles (struct bcf_cursor *in, uint32_t count, struct buffer *out)
{
    struct bcf_values allele;
    for (uint32_t a = 0; a < count || a < 2; a++) {
        if (bcf_put_sign (out, a < 2 ? '\t' : ',') != 0)
            return -1;
        if (a >= count) {
            if (bcf_put_sign (out, '.') != 0)
                return -1;
            continue;
        }
        if (!bcf_values (in, &allele) || (allele.kind != BCF_TEXT && allele.kind != BCF_NONE))
            return 0;
        if (bcf_put_text (out, allele.at, allele.kind == BCF_NONE ? 0 : allele.count) != 0)
            return -1;
    }
    return 1;
}

static int s_write_filters (const struct bcf_header *header, struct bcf_cursor *in, struct buffer *out)
{
    struct bcf_values filters;
    int rc = 1;
    if (!bcf_values (in, &filters) || filters.kind == BCF_FLOAT || filters.kind == BCF_TEXT)
        return 0;
    if (filters.kind == BCF_NONE || filters.count == 0)
        return bcf_put_sign (out, '.') == 0 ? 1 : -1;
    for (size_t i = 0; rc == 1 && i < filters.count; i++) {
        int32_t number = -1;
        if (i && bcf_put_sign (out, ';') != 0)
            return -1;
        rc = bcf_integer_at (&filters, i, &number) ? s_put_name (&header->tags, number, out) : 0;
    }
    return rc;
}

static int s_write_infos (const struct bcf_header *header, struct bcf_cursor *in, uint32_t count,
                          struct buffer *out)
{
    int rc = 1;
    if (count == 0)
        return bcf_put_sign (out, '.') == 0 ? 1 : -1;
    for (uint32_t i = 0; rc == 1 && i < count; i++) {
        int32_t tag;
        struct bcf_values values;
        if (!bcf_one_integer (in, &tag) || !bcf_values (in, &values))
            return 0;
        if (i && bcf_put_sign (out, ';') != 0)
            return -1;
        rc = s_put_name (&header->tags, tag, out);
        if (rc == 1 && values.count && (bcf_put_sign (out, '=') != 0 || bcf_put_values (out, &values) != 0))
            rc = -1;
    }
    return rc;
}

static int s_write_site (const struct bcf_header *header, struct bcf_cursor *in, const struct site *site,
                         struct buffer *out)
{
    struct bcf_values id;
    int rc = s_put_name (&header->contigs, site->contig, out);
    if (rc != 1)
        return rc;
    if (site->position > INT32_MAX && site->position != UINT32_MAX)    //  from 0; -1 is POS 0
        return 0;
    if (bcf_put_sign (out, '\t') != 0 || bcf_put_integer (out, (int64_t) (int32_t) site->position + 1) != 0 ||
        bcf_put_sign (out, '\t') != 0)
        return -1;
    if (!bcf_values (in, &id) || (id.kind != BCF_TEXT && id.kind != BCF_NONE))
        return 0;
    if (bcf_put_text (out, id.at, id.kind == BCF_NONE ? 0 : id.count) != 0)
        return -1;
    rc = s_write_alleles (in, site->allele_count, out);
    if (rc != 1)
        return rc;
    if (bcf_put_sign (out, '\t') != 0)
        return -1;
    if ((site->quality == BCF_FLOAT_MISSING ? bcf_put_sign (out, '.') : bcf_put_float (out, site->quality)) !=
            0 ||
        bcf_put_sign (out, '\t') != 0)
        return -1;
    rc = s_write_filters (header, in, out);
    if (rc == 1 && bcf_put_sign (out, '\t') != 0)
        rc = -1;
    return rc == 1 ? s_write_infos (header, in, site->info_count, out) : rc;
}

enum { FORMATS_MOST = 255 };

//  A tag of FORMAT: its values of each sample.
struct format {
    struct bcf_values values;    //  of the first sample
    bool genotype;
};

static int s_read_formats (const struct bcf_header *header, struct bcf_cursor *in, const struct site *site,
                           struct format *formats, struct buffer *out)
{
    int rc = 1;
    for (uint32_t f = 0; rc == 1 && f < site->format_count; f++) {
        int32_t tag;
        struct bcf_values *values = &formats[f].values;
        if (!bcf_one_integer (in, &tag) || !bcf_descriptor (in, values))
            return 0;
        size_t each = bcf_bytes (values->kind) * values->count;
        if (each && (size_t) (in->end - in->at) / each < site->sample_count)
            return 0;
        values->at = in->at;
        in->at += each * site->sample_count;
        if (bcf_put_sign (out, f ? ':' : '\t') != 0)
            return -1;
        rc = s_put_name (&header->tags, tag, out);
        formats[f].genotype = rc == 1 && text_equal (header->tags.at[tag], TEXT ("GT")) &&
                              values->kind >= BCF_INT8 && values->kind <= BCF_INT32;
    }
    return rc;
}

static int s_write_samples (const struct bcf_header *header, struct bcf_cursor *in, const struct site *site,
                            struct buffer *out)
{
    struct format formats[FORMATS_MOST];
    int rc = s_read_formats (header, in, site, formats, out);
    if (rc != 1)
        return rc;
    if (site->format_count == 0 && bcf_put (out, TEXT ("\t.")) != 0)
        return -1;
    for (uint32_t s = 0; s < site->sample_count; s++) {
        if (site->format_count == 0 && bcf_put (out, TEXT ("\t.")) != 0)
            return -1;
        for (uint32_t f = 0; f < site->format_count; f++) {
            struct bcf_values *values = &formats[f].values;
            if (bcf_put_sign (out, f ? ':' : '\t') != 0 ||
                (formats[f].genotype ? bcf_put_genotype (out, values) : bcf_put_values (out, values)) != 0)
                return -1;
            values->at += bcf_bytes (values->kind) * values->count;
        }
    }
    return 1;
}

int bcf_record_write (const struct bcf_header *header, struct text shared, struct text individual,
                      struct buffer *out)
{
    struct bcf_cursor in = {(const unsigned char *) shared.at, (const unsigned char *) shared.at + shared.n};
    struct site site;
    if (!s_read_site (&in, &site) || site.sample_count != header->samples)
        return 0;
    int rc = s_write_site (header, &in, &site, out);
    in = (struct bcf_cursor){(const unsigned char *) individual.at,
                             (const unsigned char *) individual.at + individual.n};
    if (rc == 1 && site.sample_count)
        rc = s_write_samples (header, &in, &site, out);
    return rc == 1 && bcf_put_sign (out, '\n') != 0 ? -1 : rc;
}
