//  clock.h: dates and times of day that stand in two columns, told by names that differ in that word alone:
//  SPECIMEN_DATE and SPECIMEN_TIME, Abnahmedatum and Abnahmezeit.
#ifndef DMH_WORKER_RULES_BINDING_COLUMNS_CLOCK_H
#define DMH_WORKER_RULES_BINDING_COLUMNS_CLOCK_H

#include "worker/rules/binding/binding.h"
#include "worker/rules/binding/header/header.h"

//  The column whose name is that of `column` with the word for a time in place of the one for a date;
//  HEADER_NONE.
int clock_find (const struct column_words *words, const header_t *header, size_t column);

//  Gives the columns of dates that feed a field of date and time their column of times, which stays the
//  source's own besides; not one that a mapping uses otherwise. 0, or -1 out of memory.
int clocks_bind (binding_t *self, const header_t *header);

#endif
