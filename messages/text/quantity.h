//  quantity.h: a number with what is counted: "1 job", "2 jobs". Pure.
#ifndef DMH_MESSAGES_TEXT_QUANTITY_H
#define DMH_MESSAGES_TEXT_QUANTITY_H

#include <stdint.h>

enum { QUANTITY_BYTES = 96 };

//  `noun`: one of them; more have an s behind it. Terminated; returns out.
char *quantity (uint64_t count, const char *noun, char out[QUANTITY_BYTES]);

#define QUANTITY(COUNT, NOUN) quantity (COUNT, NOUN, (char[QUANTITY_BYTES]){0})

#endif
