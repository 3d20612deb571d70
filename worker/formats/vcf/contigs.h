//  contigs.h: the names of a VCF file's contigs, as its header tells of them.
#ifndef DMH_WORKER_FORMATS_VCF_CONTIGS_H
#define DMH_WORKER_FORMATS_VCF_CONTIGS_H

#include "messages/base/buffer.h"
#include "worker/formats/reference/contig_names.h"
#include "worker/formats/vcf/header.h"

//  By its lines ##contig, ##reference and ##assembly. NULL when out of memory.
contig_names_t *vcf_contigs_names (const vcf_header_t *header, enum contig_style style);

//  A line ##contig of the header with its name in the file's style, added to *out without a line end; any
//  other line as it stands. 0, or -1 out of memory.
int vcf_contigs_line (const contig_names_t *names, struct text line, unsigned minor, struct buffer *out);

#endif
