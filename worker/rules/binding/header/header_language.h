//  header_language.h: what the words of a header say of its country. Pure.
#ifndef DMH_WORKER_RULES_BINDING_HEADER_HEADER_LANGUAGE_H
#define DMH_WORKER_RULES_BINDING_HEADER_HEADER_LANGUAGE_H

#include "worker/rules/binding/binding.h"

//  Whether columns are called by words of German, French, Spanish, Portuguese, Italian or Dutch, where the
//  day is written before the month and the decimal mark is mostly a comma. English tells nothing.
bool header_is_day_first (const binding_t *binding);

#endif
