//  joined_report.h: datapackage.json and report.json of a joined table, as of any result, with its inputs.
#ifndef DMH_WORKER_JOIN_JOINED_REPORT_H
#define DMH_WORKER_JOIN_JOINED_REPORT_H

#include "worker/join/inputs/open_results.h"
#include "worker/output/tally.h"

struct layout;

//  What they say; everything is borrowed.
struct joined_facts {
    const struct join_request *request;
    const schema_t *schema;
    const struct table_input *inputs;
    size_t count;
    size_t *headers;       //  [count] which of the headers each of them stood under, and
    const char *sha256;    //  of their inputs, all together; joined_report_write has both
    const struct layout *layout;
    const struct tally *tally;
    const struct counts *counts;
    int64_t started_wall, started_mono;
};

//  The first conflict of a table: a record, and the one that stands; each in its input.
struct joined_conflict {
    uint64_t number, first_number;
    const char *file, *first_file;
};

//  What the options want the table to fail for, in *refusal; else it stays as it is. `fails`: a conflict is
//  enough.
void joined_report_judge (const struct joined_facts *facts, bool fails,
                          const struct joined_conflict *conflict, struct error *refusal);

//  Writes them into `folder` and completes the outputs of `out`, which has records, rejects and audit
//  already, and its refusal. DMH_OK, DMH_IO, DMH_INTERNAL.
int joined_report_write (const struct joined_facts *facts, const char *folder, struct joined *out,
                         struct error *error);

#endif
