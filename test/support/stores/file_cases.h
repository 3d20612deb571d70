//  file_cases.h: for tests: what a store promises about the files that jobs name, part of the suite.
#ifndef DMH_TEST_SUPPORT_FILE_CASES_H
#define DMH_TEST_SUPPORT_FILE_CASES_H

#include "test/support/stores/store_suite.h"

void file_cases_named (struct store_suite_subject *subject);
void file_cases_brought (struct store_suite_subject *subject);
void file_cases_of_keys (struct store_suite_subject *subject);
void file_cases_many (struct store_suite_subject *subject);

//  Adds a job in a group of its own: its input is that file of the service's ("": one by path), its only
//  output that one ("": it has not ended).
void file_cases_add (store_t *store, const char *id, const char *owner, const char *input,
                     const char *output);
//  Whether a job of that key (NULL: any), beside those named in `passed`, which are letters, names the file.
bool file_cases_is_named (store_t *store, const char *file, const char *key, const char *passed);

#endif
