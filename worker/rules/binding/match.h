//  match.h: which columns of a header would feed which fields of one kind, and how much that says.
//  Pure: allocates nothing, changes nothing.
#ifndef DMH_WORKER_RULES_BINDING_MATCH_H
#define DMH_WORKER_RULES_BINDING_MATCH_H

#include "worker/rules/binding/header/header.h"
#include "worker/rules/mapping/mapping.h"
#include "worker/rules/schema/schema.h"

//  MATCHED_DERIVED: a join, combine or split of the mapping.
enum matched_by {
    MATCHED_NONE,
    MATCHED_MAPPING,
    MATCHED_DERIVED,
    MATCHED_CONSTANT,
    MATCHED_NAME,
    MATCHED_OTHERWISE,    //  by a column that is named after another field, which it may feed too
    MATCHED_PARTS,        //  a date by columns of its year, month and day
    MATCHED_SERIES        //  by columns of one name and a number, see series.h
};

struct match {
    const schema_t *schema;
    struct {
        enum matched_by by;
        int column;      //  -1 when nothing, a constant or a derived value feeds the field
        int strength;    //  MATCHED_NAME: 0 its own name, 1, 2 … the place of the alias; _OTHERWISE: 0 by
                         //  the field that stands in for it, 1, 2 … the place among its names
        int parts[DATE_PARTS];    //  of a date: columns of its year, month and day, -1: none; they count
                                  //  where the column gives nothing, and only with a year
    } fields[FIELDS_MAX];
    size_t fed;         //  fields that are fed
    unsigned weight;    //  of what is fed, and of columns that are signs of the kind …
    unsigned whole;     //  … of all of the kind; needed fields weigh most, then those of the key
    int lacking;        //  a field that every record needs and nothing feeds; FIELD_NONE when there is none
};

//  The strongest name takes a field; of several columns of one name the first. `mapping` may be NULL; it
//  comes before all names; the columns that it names are there and claimed. DMH_OK, or DMH_BAD_INPUT with
//  `error` set: a field that the mapping names and the kind does not have, or that it gives twice. `source`
//  names the input.
int match_make (struct match *out, const schema_t *schema, const header_t *header, const mapping_t *mapping,
                const char *source, struct error *error);

#endif
