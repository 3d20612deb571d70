//  person_name.h: a person's name taken apart and put together, as a mapping asks for it. Pure functions; no
//  part is changed, only found. The parts are those of FHIR R4 HumanName, HL7 v2 XPN and DICOM PN.
#ifndef DMH_WORKER_RULES_IDENTIFIERS_PERSON_NAME_H
#define DMH_WORKER_RULES_IDENTIFIERS_PERSON_NAME_H

#include "worker/text/text.h"

enum name_part { NAME_FAMILY, NAME_GIVEN, NAME_MIDDLE, NAME_PREFIX, NAME_SUFFIX, NAME_PARTS };

enum name_form {
    NAME_FAMILY_FIRST,    //  "Doe, Jane Q.", "van der Berg, Jan", "Doe Jr., Jane, MD"
    NAME_GIVEN_FIRST,     //  "Dr. Jane Q. Doe Jr.", "Jan van der Berg"
    NAME_DICOM,           //  PS3.5 section 6.2, VR PN: family^given^middle^prefix^suffix, alphabetic group
    NAME_HL7,             //  HL7 v2.5 XPN: family^given^middle^suffix^prefix, first repetition
    NAME_FORMS
};

//  "family, given", "given family", "dicom", "hl7": as a mapping writes them. False for another word.
bool name_form_of (const char *word, enum name_form *out);

//  "family", "given", "middle", "prefix", "suffix". Borrowed.
const char *name_part_word (enum name_part part);

//  Takes a trimmed name apart. The parts are trimmed and borrowed from `in`, or lie in `scratch` (in.n + 8
//  bytes are enough) where a suffix stands in two places. The first given name is `given`, the others are
//  `middle`. False: it is not written in that form (a comma that is missing, a part too many); the parts are
//  empty then.
bool name_split (struct text in, enum name_form form, struct text parts[NAME_PARTS], struct scratch *scratch);

//  Puts parts together into `out`, which has room for their bytes and NAME_JOINTS more: empty ones leave
//  nothing behind. Returns the length.
enum { NAME_JOINTS = 2 * NAME_PARTS };
size_t name_compose (const struct text parts[NAME_PARTS], enum name_form form, char *out);

#endif
