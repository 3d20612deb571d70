//  owner_cases.h: for tests: what a store promises about whose jobs are, part of the suite.
#ifndef DMH_TEST_SUPPORT_OWNER_CASES_H
#define DMH_TEST_SUPPORT_OWNER_CASES_H

#include "test/support/stores/store_suite.h"

void owner_cases_keys (struct store_suite_subject *subject);
void owner_cases_lists (struct store_suite_subject *subject);
void owner_cases_counts (struct store_suite_subject *subject);
void owner_cases_leaving (struct store_suite_subject *subject);
void owner_cases_each (struct store_suite_subject *subject);

#endif
