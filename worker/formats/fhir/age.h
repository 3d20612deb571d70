//  age.h: how old somebody is on a day, as far as dates that may lack month or day tell. Pure.
#ifndef DMH_WORKER_FORMATS_FHIR_AGE_H
#define DMH_WORKER_FORMATS_FHIR_AGE_H

#include "worker/text/text.h"

enum age_fit {
    AGE_UNKNOWN,    //  the dates or the limits do not tell
    AGE_NOT,
    AGE_LOOSELY,    //  only by completed units: 65 and a half up to 65
    AGE_FITS
};

//  A limit of an age: its number and UCUM's unit (a, mo, wk, d; min and h are less than dates tell). No
//  number: there is no limit on that side.
struct age_limit {
    struct text number, unit;
};

//  Whether who is born on `birth` (YYYY, YYYY-MM, YYYY-MM-DD, maybe with a time) is within the limits, both
//  included, at `time`.
enum age_fit age_fit (struct text birth, struct text time, const struct age_limit *low,
                      const struct age_limit *high);

#endif
