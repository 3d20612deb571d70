//  table.h: what FHIR R4 calls the fields of our kinds: the table between resources and columns. Data
//  alone.
#ifndef DMH_WORKER_FORMATS_FHIR_TABLE_H
#define DMH_WORKER_FORMATS_FHIR_TABLE_H

#include "worker/formats/fhir/shape.h"

//  How deep in its resource a value stands. A row of the table is followed from there.
enum fhir_level {
    FHIR_RESOURCE,
    FHIR_PART,     //  Observation.component, or the observation itself; ImagingStudy.series
    FHIR_INNER,    //  ImagingStudy.series.instance
    FHIR_LEVELS
};

struct fhir_row {
    const char *column;
    enum fhir_level level;
    //  See tree.h; behind @name. and the like (choice.h) from the one that is chosen. Of several rows of a
    //  column and level the first that leads anywhere counts.
    const char *path;
    enum fhir_shape shape;
};

struct fhir_kind {
    const char *kind, *resource;
    const char *part, *inner;    //  the arrays that each give a record; NULL: none
    bool itself;                 //  the resource's own value is a part too; false: its parts stand for it
    const char *id;              //  the column of the resource's id
    bool late;                   //  the last column is there only where some record has a value for it
    const struct fhir_row *rows;
    size_t count;
};

enum { FHIR_KINDS = 3 };
extern const struct fhir_kind FHIR_KIND[FHIR_KINDS];

//  By our word; NULL when FHIR has no such kind.
const struct fhir_kind *fhir_kind_find (const char *kind);

#endif
