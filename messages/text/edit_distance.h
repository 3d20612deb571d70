//  edit_distance.h: how far two words are apart, for "did you mean". Pure; allocates nothing.
#ifndef DMH_MESSAGES_TEXT_EDIT_DISTANCE_H
#define DMH_MESSAGES_TEXT_EDIT_DISTANCE_H

#include <stddef.h>

enum { EDIT_LETTERS_MAX = 40 };

//  Levenshtein's distance of a [n] and b [m], with two neighbours that changed places as one change: bytes to
//  insert, remove, exchange or swap. Of words longer than EDIT_LETTERS_MAX it is the length of the longer
//  one.
size_t edit_distance (const char *a, size_t n, const char *b, size_t m);

#endif
