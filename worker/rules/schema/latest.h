//  latest.h: which of two records of one key is the later statement, as a schema says it: by a code (a
//  corrected result goes before a preliminary one), then by a date. Plain data.
#ifndef DMH_WORKER_RULES_SCHEMA_LATEST_H
#define DMH_WORKER_RULES_SCHEMA_LATEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "worker/text/text.h"

enum { LATEST_CODES_MAX = 24, LATEST_PLACES_MAX = 4, LATEST_CODE_BYTES = 32 };

struct latest_code {
    char code[LATEST_CODE_BYTES];
    size_t n;
    uint8_t place;    //  0 … LATEST_PLACES_MAX - 1; a higher one stands
};

struct latest {
    bool given;    //  else the first record of a key stands
    int by;        //  the field of the codes; FIELD_NONE: none
    struct latest_code codes[LATEST_CODES_MAX];
    size_t code_count;
    uint8_t none;    //  the place of a record without the code
    int newest;      //  the date among equals; FIELD_NONE: none
};

//  The place of a code; that of none for one that is not listed. Pure. Hot path.
uint8_t latest_place (const struct latest *self, struct text code);

#endif
