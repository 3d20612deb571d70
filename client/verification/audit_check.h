//  audit_check.h: whether audit.ndjson is whole and says what report.json and rejects.csv say: seq and prev
//  of each line, the end and its counts, the records of the events, each reject and conflict beside its row,
//  the report's issues. Holds a line.
#ifndef DMH_CLIENT_VERIFICATION_AUDIT_CHECK_H
#define DMH_CLIENT_VERIFICATION_AUDIT_CHECK_H

#include "client/verification/problems.h"
#include "messages/json/value.h"

void audit_check (const char *folder, const struct json_value *report, struct problems *problems);

#endif
