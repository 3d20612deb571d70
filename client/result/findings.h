//  findings.h: what the report.json of a result here says that somebody should look at: checks that failed,
//  warnings, and what was assumed.
#ifndef DMH_CLIENT_RESULT_FINDINGS_H
#define DMH_CLIENT_RESULT_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/digest.h"

enum { FINDINGS_LIST_BYTES = 320, FINDING_NAME_BYTES = 48 };

//  A rule with the values that it warned of, or a check with the fields that failed it.
struct finding {
    char name[FINDING_NAME_BYTES];
    uint64_t count;
};

struct findings {
    char input_sha256[DIGEST_HEX_BYTES];
    size_t checks, failed;
    uint64_t warnings;                         //  of values
    char failed_list[FINDINGS_LIST_BYTES];     //  "value_invalid of birth_date, …"; "" when none
    char assumed_list[FINDINGS_LIST_BYTES];    //  "date.order_assumed of birth_date, …"
    struct finding *warned, *broken;           //  by rule, by check; no name twice
    size_t warned_count, broken_count;
};

//  Reads folder/report.json; findings_clear it. false: there is none that can be read, and *out is empty.
bool findings_read (const char *folder, struct findings *out);
void findings_clear (struct findings *self);

//  Counts `count` more of that name in *list [*list_count], which grows. false: out of memory.
bool finding_add (struct finding **list, size_t *list_count, const char *name, uint64_t count);

#endif
