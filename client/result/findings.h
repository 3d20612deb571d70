//  findings.h: what the report.json of a result here says that somebody should look at: checks that failed,
//  warnings, and what was assumed.
#ifndef DMH_CLIENT_RESULT_FINDINGS_H
#define DMH_CLIENT_RESULT_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FINDINGS_LIST_BYTES = 320 };

struct findings {
    size_t checks, failed;
    uint64_t warnings;                         //  of values
    char failed_list[FINDINGS_LIST_BYTES];     //  "value_invalid of birth_date, …"; "" when none
    char assumed_list[FINDINGS_LIST_BYTES];    //  "date.order_assumed of birth_date, …"
};

//  Reads folder/report.json. false: there is none that can be read, and *out is empty.
bool findings_read (const char *folder, struct findings *out);

#endif
