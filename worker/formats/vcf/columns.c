//  columns.c: see columns.h.
#include "worker/formats/vcf/columns.h"

#include "messages/base/narrow.h"
#include "worker/formats/vcf/line.h"
#include "worker/text/bytes.h"

#include <stdio.h>
#include <stdlib.h>

enum { FEW_COLUMNS = 1000, NAME_BYTES = 1024 };

static const char *const NAMES[VCF_COLUMNS] = {"chrom", "pos",  "id",     "ref",
                                               "alt",   "qual", "filter", "variant_type"};

static int s_add (struct dialect *dialect, const char *name)
{
    char *own = vcf_header_name (dialect->vcf, name);
    int rc = own ? dialect_add_name (dialect, text_of (own)) : DMH_INTERNAL;
    free (own);
    return rc;
}

static void s_info_name (struct text id, char *out, size_t size)
{
    char snake[NAME_BYTES - 8];
    text_snake (id, snake, sizeof snake);
    snprintf (out, size, "info_%s", snake);
}

static int s_add_info (struct dialect *dialect, struct vcf_tag *tag)
{
    char name[NAME_BYTES];
    s_info_name (tag->id, name, sizeof name);
    tag->column = NARROW (int, dialect->name_count);
    tag->stride = 0;
    return s_add (dialect, name);
}

static int s_add_value (struct dialect *dialect, const struct vcf_tag *tag, struct text sample)
{
    char name[NAME_BYTES], key[NAME_BYTES / 2];
    text_snake (tag->id, key, sizeof key);
    snprintf (name, sizeof name, "%.*s.%s",
              NARROW (int, sample.n < NAME_BYTES / 2 ? sample.n : NAME_BYTES / 2), sample.at, key);
    return s_add (dialect, name);
}

//  The columns of `tags` [count], sample by sample.
static int s_add_formats (struct dialect *dialect, const size_t *tags, size_t count)
{
    vcf_header_t *header = dialect->vcf;
    int next = NARROW (int, dialect->name_count), rc = DMH_OK;
    for (size_t i = 0; i < count; i++) {
        header->formats[tags[i]].column = header->sample_count ? next++ : VCF_NO_COLUMN;
        header->formats[tags[i]].stride = NARROW (int, count);
    }
    for (size_t s = 0; s < header->sample_count; s++)
        for (size_t i = 0; rc == DMH_OK && i < count; i++)
            rc = s_add_value (dialect, &header->formats[tags[i]], header->samples[s]);
    return rc;
}

//  Tags that records of the sample have. 0, or -1 out of memory.
static int s_look (struct dialect *dialect, const char *bytes, size_t n)
{
    vcf_header_t *header = dialect->vcf;
    struct vcf_line line;
    struct vcf_fault fault;
    int rc = 0;
    vcf_line_init (&line, header);
    for (size_t at = 0; rc == 0 && at < n;) {
        const char *feed = memchr (bytes + at, '\n', n - at);
        size_t end = feed ? (size_t) (feed - bytes) : n;
        struct text text = {bytes + at, end - at};
        at = end + 1;
        if (text.n && text.at[text.n - 1] == '\r')
            text.n--;
        if (!feed || text.n == 0 || bytes_encoding (text) != RULE_NONE)
            continue;
        rc = vcf_line_read (&line, text, &fault);
        if (rc != 0 || fault.rule != RULE_NONE)
            continue;
        for (size_t i = 0; rc >= 0 && i < line.info_count; i++)
            if (line.infos[i].tag < 0 && line.infos[i].id.n && vcf_header_info (header, line.infos[i].id) < 0)
                rc = vcf_header_add (header, DEFINITION_INFO, line.infos[i].id);
        for (size_t k = 0; rc >= 0 && k < line.key_count; k++) {
            int tag = line.keys[k] >= 0 ? line.keys[k] : vcf_header_format (header, line.key_ids[k]);
            if (tag < 0 && line.key_ids[k].n)
                rc = tag = vcf_header_add (header, DEFINITION_FORMAT, line.key_ids[k]);
            if (tag >= 0)
                header->formats[tag].column = 0;    //  is used
            line.keys[k] = tag;
        }
        rc = rc < 0 ? -1 : 0;
    }
    vcf_line_clear (&line);
    return rc;
}

int vcf_columns_make (struct dialect *dialect, const char *bytes, size_t n)
{
    vcf_header_t *header = dialect->vcf;
    size_t declared = header->format_count;
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < VCF_COLUMNS; i++)
        rc = s_add (dialect, NAMES[i]);
    if (rc == DMH_OK && s_look (dialect, bytes, n) != 0)
        rc = DMH_INTERNAL;
    for (size_t i = 0; rc == DMH_OK && i < header->info_count; i++)
        rc = s_add_info (dialect, &header->infos[i]);
    if (rc != DMH_OK)
        return rc;
    bool few = declared <= FEW_COLUMNS && declared * header->sample_count <= FEW_COLUMNS;
    size_t *used = calloc (header->format_count + 1, sizeof *used), count = 0;
    if (!used)
        return DMH_INTERNAL;
    for (size_t f = 0; f < header->format_count; f++)
        if (header->formats[f].column != VCF_NO_COLUMN || (few && f < declared))
            used[count++] = f;
    rc = s_add_formats (dialect, used, count);
    free (used);
    return rc;
}

int vcf_columns_learn (struct dialect *dialect, struct text name)
{
    vcf_header_t *header = dialect->vcf;
    const char *slash = name.n ? memchr (name.at, '/', name.n) : NULL;
    if (!slash)
        return DMH_OK;
    struct text id = {slash + 1, name.n - (size_t) (slash + 1 - name.at)};
    bool info = name.at[0] == 'I';
    int tag = info ? vcf_header_info (header, id) : vcf_header_format (header, id);
    if (tag < 0)
        tag = vcf_header_add (header, info ? DEFINITION_INFO : DEFINITION_FORMAT, id);
    if (tag < 0)
        return DMH_INTERNAL;
    struct vcf_tag *of = info ? &header->infos[tag] : &header->formats[tag];
    if (of->column != VCF_NO_COLUMN)
        return DMH_OK;
    if (info)
        return s_add_info (dialect, of);
    return s_add_formats (dialect, &(size_t){(size_t) tag}, 1);
}
