//  csv_reference.h: libcsv in its lax mode, which the CSV tokenizer is compared with on input where no quoted
//  field goes wrong; for all other input there is csv_plain.h. Contracts as those of struct format's members
//  for fields and count; of lines it tells nothing, and surplus fields are not trimmed. Leading and trailing
//  spaces of an unquoted field are dropped: the two agree after text_trim.
#ifndef DMH_TEST_SUPPORT_CSV_REFERENCE_H
#define DMH_TEST_SUPPORT_CSV_REFERENCE_H

#include "worker/formats/format.h"

rows_t *csv_reference_new (const struct dialect *dialect);
void csv_reference_destroy (rows_t **self_p);
void csv_reference_begin (rows_t *self, const char *bytes, size_t n);
int csv_reference_next (rows_t *self, struct row *out);

#endif
