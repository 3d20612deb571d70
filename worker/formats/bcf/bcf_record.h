//  bcf_record.h: a record of BCF as a line of VCF. Reads nothing beyond what it is given, whatever that says.
//  Source: VCF 4.3, section 6.3.
#ifndef DMH_WORKER_FORMATS_BCF_BCF_RECORD_H
#define DMH_WORKER_FORMATS_BCF_BCF_RECORD_H

#include "worker/formats/bcf/bcf_header.h"

//  Adds the line with its end to *out: of what stands behind the two lengths, the site [shared] and the
//  samples [individual]. 1; 0: it is damaged; -1: out of memory.
int bcf_record_write (const struct bcf_header *header, struct text shared, struct text individual,
                      struct buffer *out);

#endif
