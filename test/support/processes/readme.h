//  readme.h: for tests: what README.md says that a user should type.
#ifndef DMH_TEST_SUPPORT_README_H
#define DMH_TEST_SUPPORT_README_H

#include <stddef.h>

//  The lines of the code block at that place (from 0) of the section with that heading; yours to free. The
//  test fails when there is none.
char *readme_block (const char *heading, size_t place);

#endif
