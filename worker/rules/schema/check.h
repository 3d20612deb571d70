//  check.h: the checks of a whole data set, as a table: what each counts and how much of it may be. Their
//  arrangement (conformance, completeness, plausibility) is that of Kahn et al., eGEMs 4(1):18, 2016, as
//  OHDSI's Data Quality Dashboard uses it. A schema sets limits; output/checks.c measures.
#ifndef DMH_WORKER_RULES_SCHEMA_CHECK_H
#define DMH_WORKER_RULES_SCHEMA_CHECK_H

#include "worker/rules/schema/read/json_reader.h"

#include "messages/job.h"

//  X (identifier, name, category, subcategory, of each field or of the whole, percent that may be, what it
//  counts)
#define CHECKS(X)                                                                                            \
    X (INVALID, "value_invalid", "conformance", "value", true, 5, "values that are not of their type")       \
    X (ORDER_ASSUMED, "date.order_assumed", "conformance", "value", true, 0,                                 \
       "dates whose day and month nothing tells apart")                                                      \
    X (REQUIRED, "required_missing", "conformance", "relational", true, 0,                                   \
       "records without a value that each needs")                                                            \
    X (STRUCTURE, "structure_broken", "conformance", "relational", false, 0,                                 \
       "records that cannot be read as records")                                                             \
    X (KEY, "key_conflict", "conformance", "relational", false, 0, "records with the key of another one")    \
    X (REFERENCE, "reference_unmatched", "conformance", "relational", true, 5,                               \
       "values that a code table does not have")                                                             \
    X (COMPUTED, "computation_failed", "conformance", "computational", true, 5,                              \
       "units that cannot be converted, ranges upside down, flags that disagree, wrong check digits")        \
    X (DECIMAL_MARK, "number.mark_assumed", "conformance", "computational", true, 0,                         \
       "numbers whose decimal mark was assumed")                                                             \
    X (MISSING, "value_missing", "completeness", "completeness", true, 100, "records without the field")     \
    X (DUPLICATE, "record_duplicate", "plausibility", "uniqueness", false, 5, "records that repeat another") \
    X (KEY_REPEATS, "record.key_repeats", "plausibility", "uniqueness", false, KEY_REPEATS_PERCENT,          \
       "records with the key of another one: of more the file looks like events, not like its kind")         \
    X (SERVERS, "identifier.two_servers", "plausibility", "uniqueness", true, 0,                             \
       "records of an id that two servers gave to their patients")                                           \
    X (CODE_ASSUMED, "code.assumed", "conformance", "value", true, 0,                                        \
       "bare numbers read as the codes that they mostly stand for")                                          \
    X (CENTURY_ASSUMED, "date.century_assumed", "conformance", "value", true, 0,                             \
       "dates whose year has two digits, so that its century was assumed")                                   \
    X (PHONE_ASSUMED, "phone.country_assumed", "conformance", "value", true, 0,                              \
       "telephone numbers read as ones of North America, as nothing says of which country they are")         \
    X (RANGE, "value_implausible", "plausibility", "atemporal", true, 5,                                     \
       "values outside the plausible range or what the field can hold")                                      \
    X (TIME, "time_implausible", "plausibility", "temporal", true, 1,                                        \
       "dates in the future, out of order, or a life too long")

enum check {
#define X(ID, NAME, CATEGORY, SUBCATEGORY, EACH, LIMIT, COUNTS) CHECK_##ID,
    CHECKS (X)
#undef X
        CHECK_COUNT
};

struct check_entry {
    const char *name, *category, *subcategory;
    bool each;       //  of each field; else of the data set
    double limit;    //  percent that may be, unless a schema says otherwise
    const char *counts;
};

//  Indexed by enum check.
extern const struct check_entry CHECK[CHECK_COUNT];

//  Reads "checks": {"value_missing": 20, …} of a schema's or a field's "dmh" into limits [CHECK_COUNT]; what
//  is not named becomes NAN. DMH_OK, DMH_BAD_INPUT.
int check_read_limits (struct json_reader *reader, const struct json_value *dmh, double limits[CHECK_COUNT]);

//  Whether `words` (checks, categories or "any", with commas between them) hold this check.
bool check_is_among (enum check check, const char *words);
//  The first of the words that is none: its beginning and *n bytes; NULL when all are known.
const char *check_unknown (const char *words, size_t *n);

#endif
