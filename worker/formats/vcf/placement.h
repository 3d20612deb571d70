//  placement.h: where a record of VCF stands: the name of its contig in the file's style, and with a
//  reference REF compared and the alleles aligned to the left, as `bcftools norm` does it of a record that
//  was split. One thread.
#ifndef DMH_WORKER_FORMATS_VCF_PLACEMENT_H
#define DMH_WORKER_FORMATS_VCF_PLACEMENT_H

#include "worker/formats/dialect.h"
#include "worker/formats/format.h"
#include "worker/formats/vcf/record.h"

typedef struct vcf_placement vcf_placement_t;

enum { VCF_PLACEMENT_NOTES = 4 };

//  Of what was done to a record.
struct vcf_placed {
    const struct vcf_record *record;    //  as it stands now
    struct text pos;                    //  its position as text; n = 0: as the line has it
    enum rule problem;                  //  RULE_NONE: it is a record
    size_t note_count;
    struct row_warning notes[VCF_PLACEMENT_NOTES];
};

//  By dialect->reference and dialect->contigs, where there are such. NULL when out of memory.
vcf_placement_t *vcf_placement_new (const struct dialect *dialect);
void vcf_placement_destroy (vcf_placement_t **self_p);

//  *out is borrowed until the next record. 0, or -1 out of memory. Hot path.
int vcf_placement_apply (vcf_placement_t *self, const struct vcf_record *record, struct vcf_placed *out);

#endif
