//  counts_text.h: what became of records, as people read it. Pure.
#ifndef DMH_CLIENT_TERMINAL_COUNTS_TEXT_H
#define DMH_CLIENT_TERMINAL_COUNTS_TEXT_H

#include "messages/job.h"

enum { GROUPED_BYTES = 32, COUNTS_TEXT_BYTES = 240 };

//  "1,234,567". Terminated; returns out.
char *grouped_number (uint64_t number, char out[GROUPED_BYTES]);

//  "5 read, 2 written, 1 duplicate, 0 conflicts, 2 rejected"; `grouped`: numbers as above. Terminated;
//  returns out.
char *counts_text (const struct counts *counts, bool grouped, char out[COUNTS_TEXT_BYTES]);

#endif
