//  descriptors.h: for tests: the descriptors of this process, to see that none is left open.
#ifndef DMH_TEST_SUPPORT_DESCRIPTORS_H
#define DMH_TEST_SUPPORT_DESCRIPTORS_H

#include <stdbool.h>
#include <stddef.h>

//  How many are open.
size_t descriptors_count (void);
//  Whether one is of a file whose path ends so.
bool descriptors_hold (const char *end);
//  No descriptor can be opened from now on, until descriptors_free.
void descriptors_exhaust (void);
void descriptors_free (void);

#endif
