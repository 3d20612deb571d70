//  part_cases.h: for tests: what a store promises about the jobs that a split one is made of, part of the
//  suite.
#ifndef DMH_TEST_SUPPORT_PART_CASES_H
#define DMH_TEST_SUPPORT_PART_CASES_H

#include "test/support/stores/store_suite.h"

void part_cases_hidden (struct store_suite_subject *subject);
void part_cases_kept (struct store_suite_subject *subject);

#endif
