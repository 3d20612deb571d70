//  place.h: what a record's country says of its telephone numbers and states; without one, what the file
//  says.
#ifndef DMH_WORKER_RULES_RECORD_PLACE_H
#define DMH_WORKER_RULES_RECORD_PLACE_H

#include "worker/rules/record/record.h"

//  Writes telephone numbers as the record's country dials them. Without a country in the record, and without
//  another one in the file, those of North American form are read so, which is assumed.
void record_read_phones (struct record *self);

//  Maps names of states to those of the US in a record of the US alone; without a country in the record the
//  column decides, which its step has done.
void record_read_states (struct record *self);

//  Whether the record says that it belongs to a country outside the North American Numbering Plan.
bool record_is_foreign (const struct record *self);

#endif
