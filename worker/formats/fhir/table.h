//  table.h: what FHIR R4 calls the fields of our kinds: the table between resources and columns. Data
//  alone.
#ifndef DMH_WORKER_FORMATS_FHIR_TABLE_H
#define DMH_WORKER_FORMATS_FHIR_TABLE_H

#include <stdbool.h>
#include <stddef.h>

//  How deep in its resource a value stands. A row of the table is followed from there.
enum fhir_level {
    FHIR_RESOURCE,
    FHIR_PART,     //  Observation.component, or the observation itself; ImagingStudy.series
    FHIR_INNER,    //  ImagingStudy.series.instance
    FHIR_LEVELS
};

//  What is made of what a path leads to.
enum fhir_shape {
    FHIR_FIRST,        //  the first text
    FHIR_WORDS,        //  all, with a space between them
    FHIR_LINES,        //  all, with ", " between them
    FHIR_RATIO,        //  all, with ':' between them
    FHIR_RANGE,        //  all, with '-' between them
    FHIR_REFERENCE,    //  the id at the end of a reference or URL
    FHIR_OID,          //  without "urn:oid:"
    FHIR_ID,           //  an id, unless dmh made it up when it wrote the resource
    FHIR_ONE,          //  "multiple" when there is more than one
    FHIR_NOTHING       //  the column is empty, whatever the rows after it lead to
};

struct fhir_row {
    const char *column;
    enum fhir_level level;
    const char *path;    //  see tree.h; of several rows of a column and level the first that leads anywhere
    enum fhir_shape shape;
};

struct fhir_kind {
    const char *kind, *resource;
    const char *part, *inner;    //  the arrays that each give a record; NULL: none
    bool itself;                 //  the resource's own value is a part too; false: its parts stand for it
    const char *id;              //  the column of the resource's id
    const struct fhir_row *rows;
    size_t count;
};

enum { FHIR_KINDS = 3 };
extern const struct fhir_kind FHIR_KIND[FHIR_KINDS];

//  By our word; NULL when FHIR has no such kind.
const struct fhir_kind *fhir_kind_find (const char *kind);

#endif
