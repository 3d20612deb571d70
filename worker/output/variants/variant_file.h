//  variant_file.h: variants as records.vcf.gz: sorted by contig, in the order of the header, and position,
//  packed by BGZF, with the index .tbi by which tabix and bcftools find a region. All is written at the end.
//  The first failure sticks, as in output_file.h. One thread.
#ifndef DMH_WORKER_OUTPUT_VARIANTS_VARIANT_FILE_H
#define DMH_WORKER_OUTPUT_VARIANTS_VARIANT_FILE_H

#include "worker/output/output_file.h"

enum { VARIANT_FILES = 2 };

typedef struct variant_file variant_file_t;

struct variant_limits {
    size_t sort_bytes;    //  that sorting may hold before it goes to the disk (--memory)
    size_t threads;       //  that pack at the end
};

//  Creates the files in `folder` (borrowed), which count for `budget` (borrowed). NULL with `error` set.
variant_file_t *variant_file_new (const char *folder, struct output_budget *budget,
                                  const struct variant_limits *limits, struct error *error);
void variant_file_destroy (variant_file_t **self_p);
void variant_file_leave_unsynced (variant_file_t *self, bool unsynced);

//  Begins with a header of VCF, the line of column names last. Contigs are sorted as its lines have them,
//  then those that it has not, as they come. Once before the first row; the header is copied.
void variant_file_begin (variant_file_t *self, struct text header);

//  Takes rows, `n` bytes of whole ones (encoders/variant_row.h).
void variant_file_rows (variant_file_t *self, const char *rows, size_t n);

//  DMH_OK, or the sticking failure with its sentence.
int variant_file_check (const variant_file_t *self, struct error *error);

//  Empties the files for another pass, which begins anew.
int variant_file_restart (variant_file_t *self, struct error *error);

//  Sorts, writes and closes. As output_finish.
int variant_file_finish (variant_file_t *self, struct output out[VARIANT_FILES], struct error *error);

#endif
