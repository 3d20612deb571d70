//  left_behind.h: for tests: processes that programs start and that outlive them by purpose, as launched
//  workers do. They are known by the test's folder, which stands in their environment or their command line.
#ifndef DMH_TEST_SUPPORT_LEFT_BEHIND_H
#define DMH_TEST_SUPPORT_LEFT_BEHIND_H

#include <stddef.h>

//  From now on each of them is ended with the test, however that ends. Before any is started.
void left_behind_watch (const char *folder);

//  How many live that have `word` among their words, and the folder as above; *pid (may be NULL) is one of
//  them.
size_t left_behind_count (const char *folder, const char *word, int *pid);

#endif
