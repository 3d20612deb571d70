//  batch_cases.h: for tests: what a store promises about batches and about which job follows which, part of
//  the suite.
#ifndef DMH_TEST_SUPPORT_BATCH_CASES_H
#define DMH_TEST_SUPPORT_BATCH_CASES_H

#include "test/support/stores/store_suite.h"

void batch_cases_sums (struct store_suite_subject *subject);
void batch_cases_jobs (struct store_suite_subject *subject);
void batch_cases_keys (struct store_suite_subject *subject);
void batch_cases_forgotten (struct store_suite_subject *subject);
void batch_cases_search (struct store_suite_subject *subject);
void batch_cases_follows (struct store_suite_subject *subject);

#endif
