//  report_values.h: what a report.json and the lines of an audit say, taken with care: nothing in them is
//  trusted to be there.
#ifndef DMH_CLIENT_RESULT_READING_REPORT_VALUES_H
#define DMH_CLIENT_RESULT_READING_REPORT_VALUES_H

#include "messages/job.h"
#include "messages/json/value.h"

//  The member's string; "" where there is none. Borrowed.
const char *report_text (const struct json_value *object, const char *key);

//  The member's whole number; UINT64_MAX where none stands.
uint64_t report_number (const struct json_value *object, const char *key);

//  The first element of the member that is an array; NULL when there is none.
const struct json_value *report_first (const struct json_value *object, const char *key);

//  The members read, written, duplicates, conflicts, rejected.
struct counts report_counts (const struct json_value *object);

//  The entry of the report's outputs that is called so, or begins so where `prefix`; NULL: none.
const struct json_value *report_output (const struct json_value *report, const char *name, bool prefix);

#endif
