//  shape.h: what is made of what a path leads to: texts as they are, joined, or the text of a Reference, a
//  Quantity's unit, a Range. Pure but for the scratch that joined texts lie in.
#ifndef DMH_WORKER_FORMATS_FHIR_SHAPE_H
#define DMH_WORKER_FORMATS_FHIR_SHAPE_H

#include "worker/formats/fhir/links/reference.h"
#include "worker/formats/fhir/tree.h"

enum fhir_shape {
    FHIR_FIRST,      //  the first text
    FHIR_WORDS,      //  all, with a space between them
    FHIR_LINES,      //  all, with ", " between them
    FHIR_OID,        //  without "urn:oid:"
    FHIR_ID,         //  an id, unless dmh made it up when it wrote the resource
    FHIR_NOTHING,    //  the column is empty, whatever the rows after it lead to
    FHIR_ALONE,      //  the text of a name, an address, a range that has no parts besides
    FHIR_DIGITS,     //  the same, where it has a digit
    //  Of objects.
    FHIR_PATIENT,      //  a Reference to one: its id
    FHIR_ENCOUNTER,    //  the same
    FHIR_SPECIMEN,     //  the same
    FHIR_RATIO,        //  a Ratio as 1:128
    FHIR_INTERVAL,     //  a Range as 3-5, >=3, <=5
    FHIR_UNIT,         //  the unit of a Range, where both ends have the same
    FHIR_PERIOD,       //  a Period as start/end
    FHIR_LIMIT         //  a limit of a reference range; with its unit, unless that is the value's
};

static inline bool fhir_shape_is_of_objects (enum fhir_shape shape)
{
    return shape >= FHIR_PATIENT;
}

struct fhir_shaping {
    tree_t *tree;
    const struct fhir_place *place;
    struct scratch *scratch;    //  what finds no room in it is left out
    uint32_t from;              //  what the row's path was followed from
    uint32_t part;              //  the value's object: the resource, or a component
    bool other;                 //  out: a Reference meant another type of resource
};

enum { FHIR_FOUND_MAX = 16 };

//  The text of found [count], count > 0, at most FHIR_FOUND_MAX; n = 0: there is none. What was taken is
//  noted in the tree.
struct text fhir_shape (struct fhir_shaping *shaping, enum fhir_shape shape, const uint32_t *found,
                        size_t count);

#endif
