//  cut.h: where records of FASTA begin. Pure.
#ifndef DMH_WORKER_FORMATS_FASTA_CUT_H
#define DMH_WORKER_FORMATS_FASTA_CUT_H

#include "worker/formats/format.h"

//  Where the first line from byte `at` on begins that is a header; `line_start`: whether a line begins at
//  `at`. n: there is none.
size_t fasta_find_header (const char *bytes, size_t n, size_t at, bool line_start);

//  Where the line ends that byte `at` stands in, at CR or LF; n: it does not.
size_t fasta_line_end (const char *bytes, size_t n, size_t at);

//  Behind the line end at `at`: CR, LF or CR LF.
size_t fasta_next_line (const char *bytes, size_t n, size_t at);

//  See struct format.part.
int fasta_part (const struct dialect *dialect, const char *bytes, size_t n, bool last,
                enum record_place *place, size_t *cut, uint64_t *lines);

#endif
