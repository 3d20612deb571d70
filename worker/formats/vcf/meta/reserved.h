//  reserved.h: the tags of INFO and FORMAT that the specification defines, with how many values they have and
//  of which type. Pure. Source: VCF 4.1 to 4.5, tables of reserved keys, and those of structural variants.
#ifndef DMH_WORKER_FORMATS_VCF_META_RESERVED_H
#define DMH_WORKER_FORMATS_VCF_META_RESERVED_H

#include "worker/formats/vcf/meta/definition.h"

struct reserved {
    const char *id;
    enum definition_of of;
    enum value_number number;
    uint64_t count;    //  of NUMBER_FIXED
    enum value_type type;
    unsigned since;    //  4.1 …
    unsigned until;    //  defined otherwise, or not, behind that
    bool positive;     //  its values are no less than 0
};

//  The definition of a tag in VCF 4.`minor`; NULL: it has none.
const struct reserved *reserved_find (enum definition_of of, struct text id, unsigned minor);

#endif
