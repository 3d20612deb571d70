//  variant_report.c: see variant_report.h. A reference is known by what it is called and by its sequences:
//  where it lies is another matter on each host.
#include "worker/output/variants/variant_report.h"

#include "worker/formats/reference/contig_names.h"
#include "worker/formats/reference/reference.h"
#include "worker/formats/vcf/header.h"

static void s_reference (json_writer_t *doc, const reference_t *reference)
{
    json_writer_object (doc, "reference");
    json_writer_string (doc, "name", reference_name (reference));
    json_writer_number (doc, "bytes", reference_bytes (reference));
    json_writer_number (doc, "sequences", fasta_index_count (reference_index (reference)));
    json_writer_string (doc, "lengths_sha256", reference_sha256 (reference));
    json_writer_close (doc);
}

void variant_report_write (json_writer_t *doc, const struct dialect *dialect)
{
    if (dialect->vcf)    //  under which what was set aside can be read again
        json_writer_string (doc, "header", dialect->vcf->text);
    if (!dialect->contigs)
        return;
    const char *style = contig_names_style (dialect->contigs);
    json_writer_object (doc, "genome");
    json_writer_string (doc, "assembly", contig_names_assembly (dialect->contigs));
    json_writer_string (doc, "contig_style", *style ? style : NULL);
    if (dialect->reference)
        s_reference (doc, dialect->reference);
    json_writer_close (doc);
}
