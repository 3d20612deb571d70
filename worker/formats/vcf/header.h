//  header.h: what stands above the records of a VCF file, taken apart: the version, the tags of INFO and
//  FORMAT, contigs, samples, and which column of the row each value goes to. Immutable while records are
//  read; tags that a record has and no line defines are learned between two passes. Source: VCF 4.1 to 4.5,
//  section 1.4.
#ifndef DMH_WORKER_FORMATS_VCF_HEADER_H
#define DMH_WORKER_FORMATS_VCF_HEADER_H

#include "messages/base/error.h"
#include "worker/formats/vcf/meta/definition.h"

//  Columns that every file has, in this order: chrom, pos, id, ref, alt, qual, filter, variant_type.
enum vcf_column { VCF_CHROM, VCF_POS, VCF_ID, VCF_REF, VCF_ALT, VCF_QUAL, VCF_FILTER, VCF_TYPE, VCF_COLUMNS };

enum { VCF_NO_COLUMN = -1 };

//  A tag of INFO or FORMAT.
struct vcf_tag {
    struct text id;              //  as it stands: "DP"
    enum definition_of of;       //  DEFINITION_INFO, DEFINITION_FORMAT
    enum value_number number;    //  how many values; of one that is not declared as the
    uint64_t count;              //  of NUMBER_FIXED
    enum value_type type;        //  specification has it, else any number of strings
    bool positive;               //  its values are no less than 0, as the specification says
    bool declared;               //  by a line of the header, else met in a record
    int column;                  //  of the row, of a FORMAT that of the first sample; VCF_NO_COLUMN: none
    int stride;                  //  of a FORMAT: columns from one sample's value to the next one's
};

struct vcf_contig {
    struct text id;
    uint64_t length;    //  UINT64_MAX: it is not said
};

//  What a line of the header has against the specification, which is a warning.
struct vcf_problem {
    enum rule rule;
    uint64_t line;       //  of the file, from 1
    struct text text;    //  the line, or what of it is wrong
};

//  Texts are borrowed from `text`, or `learned`.
typedef struct vcf_header {
    unsigned minor;    //  of 4.minor: 1 to 5
    char *text;        //  all of it, the line of column names included, as it stands
    size_t bytes;
    struct text *lines;    //  those that begin with ##, without their line ends, in order
    size_t line_count;
    struct vcf_tag *infos, *formats;    //  in the order of the header, then those that were met
    size_t info_count, format_count;
    struct vcf_contig *contigs;    //  in the order of the header
    size_t contig_count;
    struct text *filters, *alts;    //  their ids
    size_t filter_count, alt_count;
    struct text *samples;    //  their names, in the order of the columns
    size_t sample_count;
    bool genotypes;    //  there is a column FORMAT
    struct vcf_problem *problems;
    size_t problem_count;
    char **learned;    //  ids of tags that were met in records, and names of columns
    size_t learned_count;
    struct vcf_index *index;    //  from ids to places in the tables above
} vcf_header_t;

//  With a copy of the text and nothing read of it. NULL: out of memory.
vcf_header_t *vcf_header_new (const char *text, size_t bytes);
void vcf_header_destroy (vcf_header_t **self_p);

//  The place of a tag, a contig, a filter, an ALT by its id; -1: there is none. Any thread.
int vcf_header_info (const vcf_header_t *self, struct text id);
int vcf_header_format (const vcf_header_t *self, struct text id);
int vcf_header_contig (const vcf_header_t *self, struct text id);
int vcf_header_filter (const vcf_header_t *self, struct text id);
int vcf_header_alt (const vcf_header_t *self, struct text id);
int vcf_header_sample (const vcf_header_t *self, struct text name);

//  For who reads a header; ids are borrowed and new. 0, or -1 out of memory.
int vcf_header_add_tag (vcf_header_t *self, const struct vcf_tag *tag);
int vcf_header_add_contig (vcf_header_t *self, struct vcf_contig contig);
int vcf_header_add_filter (vcf_header_t *self, struct text id);
int vcf_header_add_alt (vcf_header_t *self, struct text id);
int vcf_header_add_sample (vcf_header_t *self, struct text name);
int vcf_header_add_line (vcf_header_t *self, struct text line);
int vcf_header_add_problem (vcf_header_t *self, struct vcf_problem problem);

//  Both are not for while records are read. Adds a tag that no line declares (the id is copied): its place;
//  -1 out of memory.
int vcf_header_add (vcf_header_t *self, enum definition_of of, struct text id);

//  A name of a column that no other has, whatever the case: `name`, name_2, name_3 … Yours to free; NULL: out
//  of memory.
char *vcf_header_name (vcf_header_t *self, const char *name);

#endif
