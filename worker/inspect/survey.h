//  survey.h: one pass over the beginning of a file that profiles every column. Changes nothing, keeps nothing
//  of a person (profile.h).
#ifndef DMH_WORKER_INSPECT_SURVEY_H
#define DMH_WORKER_INSPECT_SURVEY_H

#include "worker/input/reader.h"
#include "worker/output/tally.h"
#include "worker/rules/binding/binding.h"
#include "worker/rules/profile/profile.h"

enum { SURVEY_BYTES = 64 * 1024 * 1024 };

struct survey {
    profile_t **columns;    //  in the dialect's order
    size_t column_count;
    int person;            //  a column, -1: none
    struct tally tally;    //  of the plan's fields: what their values say of their columns
    bool *met;             //  [the dialect's awaited]: which of them have come
    uint64_t bytes, records;
    uint64_t unusable;    //  records that cannot be read, which `records` leaves out
    bool whole;           //  the file was read to its end
};

//  Reads whole records until SURVEY_BYTES of the file are passed. `secret` [dialect's name_count]: columns
//  whose values are not to be kept. `person`: the column that tells persons apart, -1 for none. `missing`,
//  `also` (may be NULL) tell what counts as empty. `plan` (NULL: none) is what a job would do to the records.
//  DMH_OK with *out filled (survey_clear it), or what reader_fill says.
int survey_take (reader_t *reader, const struct dialect *dialect, const bool *secret, int person,
                 const missing_t *missing, const missing_t *also, const struct plan *plan, struct survey *out,
                 struct error *error);
void survey_clear (struct survey *self);

#endif
