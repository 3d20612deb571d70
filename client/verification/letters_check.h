//  letters_check.h: whether the letters beside a table of sequences (records.fasta.gz) are those that the
//  table tells of: each sequence with its name, its length and its digest, in the table's order.
#ifndef DMH_CLIENT_VERIFICATION_LETTERS_CHECK_H
#define DMH_CLIENT_VERIFICATION_LETTERS_CHECK_H

#include "client/verification/problems.h"
#include "messages/json/value.h"

//  `resource`: the one of datapackage.json. Says nothing where a result has no letters beside its records.
void letters_check (const char *folder, const struct json_value *report, const struct json_value *resource,
                    struct problems *problems);

#endif
