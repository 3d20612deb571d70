//  scan.h: where JSON values begin and end, by brackets and strings alone; what is between is
//  json/record.c's to judge. Pure; never reads past n.
#ifndef DMH_WORKER_FORMATS_JSON_SCAN_H
#define DMH_WORKER_FORMATS_JSON_SCAN_H

#include "worker/formats/format.h"

//  The first byte at or after `at` that is not white space, ',' , '[' or ']' (what stands between records); n
//  when there is none.
size_t json_begin (const char *bytes, size_t n, size_t at);

//  The same for the dialect's records: in a wrapped array its own ']' is the end, n too.
size_t json_record_begin (const struct dialect *dialect, const char *bytes, size_t n, size_t at);

//  The end of the value that begins at `at`: past its closing bracket, or at the ',' , ']' or line end behind
//  a scalar. 0: it does not end within n.
size_t json_end (const char *bytes, size_t n, size_t at);

//  Whether records stand one a line from `begin` on: the first line is one whole object, and so is what
//  follows it, as far as can be seen.
bool json_is_lines (const char *bytes, size_t n, size_t begin);

//  Same contracts as struct format's members.
int json_cut (const struct dialect *dialect, const char *bytes, size_t n, bool last, uint64_t line,
              const char *source, size_t *cut, uint64_t *lines, struct error *error);
rows_t *json_rows_new (const struct dialect *dialect);
void json_rows_destroy (rows_t **self_p);
void json_rows_begin (rows_t *self, const char *bytes, size_t n);
int json_rows_next (rows_t *self, struct row *out);
struct text json_rows_unknown (rows_t *self, size_t i);

#endif
