//  state.h: states, provinces and regions by name and code. WA is Washington in the USA and Western Australia
//  elsewhere: which one a value means is told by its record's country, else by its column as a whole.
#ifndef DMH_WORKER_RULES_IDENTIFIERS_STATE_H
#define DMH_WORKER_RULES_IDENTIFIERS_STATE_H

#include "worker/text/ascii.h"
#include "worker/text/text.h"

//  Countries whose states are known; a bit of a mark and a vote each.
enum { REGION_US = 0, REGIONS_MAX = 16 };

//  Two letters for a state or territory of the US by name or code; anything else stays as it is. `region` is
//  the country that the value is of: where that is another one, what it calls a state so, or by those two
//  letters, stays too. RULE_NONE, RULE_STATE_MAPPED. *out is borrowed from `in` or constant. Pure.
enum rule state_standardize (struct text in, int region, struct text *out);

//  A bit for each country that has a state called so, 1 << REGION_US among them. 0: none that is known.
uint16_t state_countries (struct text in);

//  The country that explains most of a column's values; of equals the US, as nothing speaks against it.
int state_region (const uint64_t votes[REGIONS_MAX]);

#endif
