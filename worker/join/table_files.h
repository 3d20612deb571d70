//  set_aside.h: rejects.csv of a joined table: what the inputs' own results have set aside, as they have it,
//  and records that only the table has. Holds values: it is never logged. One thread.
#ifndef DMH_WORKER_JOIN_TABLE_FILES_H
#define DMH_WORKER_JOIN_TABLE_FILES_H

#include "worker/join/inputs/result_reader.h"
#include "worker/output/audit.h"

struct table_files {
    output_file_t *records, *rejects;
    audit_t *audit;
};

//  Creates them in `folder`; the records in the file of that name. DMH_OK, DMH_IO, DMH_INTERNAL;
//  table_files_clear it in any case.
int table_files_open (struct table_files *self, const char *folder, const char *records, struct error *error);
void table_files_clear (struct table_files *self);

//  Empties them for another pass.
int table_files_restart (struct table_files *self, struct error *error);

//  DMH_OK, or the first failure of one.
int table_files_check (const struct table_files *self, struct error *error);

//  Completes them into outputs [3], with the audit's last line.
int table_files_finish (struct table_files *self, const struct counts *counts, struct output *outputs,
                        struct error *error);

struct set_aside {
    struct record_position at;             //  in the table
    const struct result_record *record;    //  of its input, and what became of it there
    const char *file;                      //  source_file
    //  In conflict:
    const char *key;                   //  the first field of the key; NULL: it is rejected
    uint64_t stands, stands_number;    //  the record that stands: in the table, in its input
    const char *stands_file;
    struct text raw;    //  of one that its own result had written, as it stands in the input
};

void set_aside_header (output_file_t *file);
void set_aside_write (output_file_t *file, const struct set_aside *self);

#endif
