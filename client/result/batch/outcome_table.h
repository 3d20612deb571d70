//  outcome_table.h: outcomes for people: a row each, and what should be looked at in them, a sentence each.
#ifndef DMH_CLIENT_RESULT_BATCH_OUTCOME_TABLE_H
#define DMH_CLIENT_RESULT_BATCH_OUTCOME_TABLE_H

#include "client/result/outcome.h"

//  Whether the records of a file that is done mostly have each other's keys.
bool outcome_looks_like_events (const struct outcome *outcome);

//  Says on standard error what should be looked at in outcomes that are done, a sentence each.
void outcome_remark (const struct outcome *outcomes, size_t count);

//  Says on standard error why outcomes failed, and which are done but look like another kind, a sentence
//  each.
void outcome_complain (const struct outcome *outcomes, size_t count);

//  How a result is known: its report's SHA-256 and path, a line as sha256sum --check takes it.
void outcome_digest (const char *digest, const char *folder, FILE *to);

//  The aligned table for people, and below it the SHA-256 of each report that is here, on `to`.
void outcome_table (const struct outcome *outcomes, size_t count, FILE *to);

#endif
