//  also.h: a column of one code that holds values of another one too: HISPANIC/LATINO where the race belongs,
//  WHITE in a column called ethnicity. A schema's "also" says which two.
#ifndef DMH_WORKER_RULES_RECORD_ALSO_H
#define DMH_WORKER_RULES_RECORD_ALSO_H

#include "worker/rules/record/record.h"

//  What a trimmed value of field `f`, which has an `also`, says of that other field: a mark for
//  record_read_also, 0: nothing. Short spellings (Y, N, A) are its own field's; codes that both fields have
//  (UNK) say nothing of the other one. Pure.
uint16_t record_also_mark (const struct plan *plan, int f, struct text value);

//  Gives the other field what its own column does not say; a value that says something of it alone is no
//  invalid one. For a record whose fields are read.
void record_read_also (struct record *self);

#endif
