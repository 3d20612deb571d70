//  ucum.h: the algebra of units. Reads a UCUM code into a factor and a vector of dimensions.
//  Standard: The Unified Code for Units of Measure 2.1, case-sensitive. Pure; off the hot path.
#ifndef DMH_WORKER_RULES_UNITS_UCUM_H
#define DMH_WORKER_RULES_UNITS_UCUM_H

#include "worker/text/text.h"

//  UCUM's base units, and some that it takes for pure numbers or arbitrary but that a conversion must not mix
//  up.
enum ucum_dimension {
    UCUM_LENGTH,
    UCUM_TIME,
    UCUM_MASS,
    UCUM_ANGLE,
    UCUM_TEMPERATURE,
    UCUM_CHARGE,
    UCUM_LUMINOUS,
    UCUM_AMOUNT,           //  mol
    UCUM_EQUIVALENT,       //  eq
    UCUM_OSMOLE,           //  osm
    UCUM_INTERNATIONAL,    //  [iU]
    UCUM_DIMENSIONS
};

//  in base units = (value + offset) * factor * 10^power
struct ucum {
    double factor;
    int power;
    double offset;                       //  of temperatures; 0 else
    short dimension[UCUM_DIMENSIONS];    //  exponents
    bool convertible;                    //  false: arbitrary or logarithmic, comparable with itself alone
};

//  false: not well formed, or with an atom that is not known. *out is set on success alone.
bool ucum_read (struct text code, struct ucum *out);

//  Writes what ucum_read takes as one of several ways to write the same: L for l, 10* for 10^. Returns the
//  length, that of `code`.
size_t ucum_spell (struct text code, char *out);

//  One atom of the table in ucum_atoms.c.
enum ucum_sort {
    UCUM_BASE,        //  a dimension of its own
    UCUM_DERIVED,     //  factor * 10^power of `unit`
    UCUM_AFFINE,      //  the same after `offset` has been added
    UCUM_ARBITRARY    //  of no known size
};

struct ucum_atom {
    const char *symbol;
    bool metric;    //  takes prefixes
    enum ucum_sort sort;
    enum ucum_dimension dimension;    //  UCUM_BASE
    double factor;
    int power;
    const char *unit;    //  a UCUM code; "1" for pure numbers
    double offset;
};

//  NULL when the table has no such atom.
const struct ucum_atom *ucum_atom_find (struct text symbol);

#endif
