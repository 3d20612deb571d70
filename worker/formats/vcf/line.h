//  line.h: a line of VCF cut into its parts: the fixed columns, the alternate alleles, the entries of INFO,
//  the values of FORMAT. One thread; used again and again.
#ifndef DMH_WORKER_FORMATS_VCF_LINE_H
#define DMH_WORKER_FORMATS_VCF_LINE_H

#include "worker/formats/vcf/record.h"

//  Columns as they stand in a line.
enum vcf_field { LINE_CHROM, LINE_POS, LINE_ID, LINE_REF, LINE_ALT, LINE_QUAL, LINE_FILTER, LINE_INFO };
enum { VCF_FIXED = 8, VCF_KEYS_MOST = 256, VCF_LINE_VALUES_MOST = 8 * 1024 * 1024 };

struct vcf_line {
    const vcf_header_t *header;    //  borrowed
    struct text text;              //  without its end
    struct text fixed[VCF_FIXED];
    struct text format;    //  n = 0: the file has none
    uint64_t pos;
    struct text *alts;    //  none where ALT is “.”
    size_t alt_count, alt_room;
    struct vcf_info *infos;
    size_t info_count, info_room;
    uint64_t *stamps;      //  [stamp_count]: the line that had the tag last
    size_t stamp_count;    //  tags that the header had with the first line
    uint64_t stamp;
    size_t info_twice;      //  the first entry whose tag an entry before it has; SIZE_MAX: none
    size_t info_repeats;    //  entries of which that is so
    int *keys;              //  see struct vcf_record
    struct text *key_ids;
    size_t key_count, key_room;
    struct text *values;    //  [header.sample_count][key_count]
    size_t value_room;
    char *format_text;    //  that `keys` are of, owned
    size_t format_bytes, format_room;
};

//  What is wrong with a line, so that it is no record.
struct vcf_fault {
    enum rule rule;       //  RULE_NONE: nothing
    const char *field;    //  of the record; NULL: it as a whole
    struct text text;     //  where in the line, and what; n = 0: nowhere in particular
};

//  For lines under `header`, which has to outlive it.
void vcf_line_init (struct vcf_line *self, const vcf_header_t *header);
void vcf_line_clear (struct vcf_line *self);

//  Cuts a line; what it holds is borrowed. *fault tells whether it is one: with a fault only `text` counts.
//  0, or -1 out of memory. Hot path.
int vcf_line_read (struct vcf_line *self, struct text text, struct vcf_fault *fault);

#endif
