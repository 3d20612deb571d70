//  dialling.h: the telephone number of a record, written as the record's own country dials it.
#ifndef DMH_WORKER_RULES_RECORD_DIALLING_H
#define DMH_WORKER_RULES_RECORD_DIALLING_H

#include "worker/rules/record/record.h"

//  For a record whose plan feeds a telephone number and a country.
void record_read_phone (struct record *self);

#endif
