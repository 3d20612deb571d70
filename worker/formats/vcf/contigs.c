//  contigs.c: see contigs.h.
#include "worker/formats/vcf/contigs.h"

#include "worker/formats/vcf/meta/definition_read.h"

#include <stdlib.h>

static bool s_begins (struct text line, struct text with)
{
    return line.n >= with.n && memcmp (line.at, with.at, with.n) == 0;
}

static struct text s_reference (const vcf_header_t *header)
{
    for (size_t i = 0; i < header->line_count; i++)
        if (s_begins (header->lines[i], TEXT ("##reference=")) ||
            s_begins (header->lines[i], TEXT ("##assembly=")))
            return header->lines[i];
    return (struct text){NULL, 0};
}

contig_names_t *vcf_contigs_names (const vcf_header_t *header, enum contig_style style)
{
    struct named_contig *contigs = calloc (header->contig_count + 1, sizeof *contigs);
    if (!contigs)
        return NULL;
    for (size_t i = 0; i < header->contig_count; i++) {
        uint64_t length = header->contigs[i].length;
        contigs[i] = (struct named_contig){header->contigs[i].id, length == UINT64_MAX ? 0 : length};
    }
    contig_names_t *names = contig_names_new (contigs, header->contig_count, s_reference (header), style);
    free (contigs);
    return names;
}

static int s_put (struct buffer *out, struct text text)
{
    if (buffer_reserve (out, text.n) != 0)
        return -1;
    memcpy (out->at + out->used, text.at, text.n);
    out->used += text.n;
    return 0;
}

int vcf_contigs_line (const contig_names_t *names, struct text line, unsigned minor, struct buffer *out)
{
    struct definition definition = {.id = {NULL, 0}};
    if (s_begins (line, TEXT ("##contig=")))
        definition_read (line, minor, &definition);
    if (!names || definition.id.n == 0 || definition.id.at < line.at || definition.id.at > line.at + line.n)
        return s_put (out, line);
    size_t before = (size_t) (definition.id.at - line.at), behind = before + definition.id.n;
    if (s_put (out, (struct text){line.at, before}) != 0 ||
        s_put (out, contig_names_find (names, definition.id)) != 0)
        return -1;
    return s_put (out, (struct text){line.at + behind, line.n - behind});
}
