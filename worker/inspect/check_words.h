//  check_words.h: what the checks of a report count, in words.
#ifndef DMH_WORKER_INSPECT_CHECK_WORDS_H
#define DMH_WORKER_INSPECT_CHECK_WORDS_H

//  "values that are not of their type" of value_invalid; "" for a name that is no check. Borrowed.
const char *check_words (const char *check);

#endif
