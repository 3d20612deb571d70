//  country.h: countries by the names and codes that files have for them, and how telephone numbers are
//  dialled there. Immutable; any thread.
#ifndef DMH_WORKER_RULES_IDENTIFIERS_COUNTRY_H
#define DMH_WORKER_RULES_IDENTIFIERS_COUNTRY_H

#include "worker/text/text.h"

struct country {
    char code[3];           //  ISO 3166-1 alpha-2
    const char *names;      //  folded (text_fold), '|' between them
    const char *calling;    //  ITU-T E.164, list of assigned country codes
    const char *trunk;      //  dialled before a number inside the country; "": nothing is
    int min, max;           //  digits of a number behind it
};

//  What a value of a column of countries is, in a number that can be remembered. 0: nothing.
enum { COUNTRY_NONE = 0, COUNTRY_UNKNOWN = UINT16_MAX };
uint16_t country_mark (struct text name);

//  The country of a mark; NULL for none and for one that is not known here.
const struct country *country_of (uint16_t mark);

//  Whether numbers there are those of the North American Numbering Plan.
static inline bool country_is_nanp (const struct country *self)
{
    return self && strcmp (self->calling, "1") == 0;
}

//  Whether its states are those of the Postal Service of the United States.
bool country_has_us_states (const struct country *self);

#endif
