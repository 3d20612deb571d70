//  result_load.h: one result on its way into its table: by COPY, in one transaction with the row that says
//  so. What is there already is not loaded twice; what another mapping, schema or dmh made of the same input
//  takes the place of the rows before.
#ifndef DMH_CLIENT_LOAD_RESULT_LOAD_H
#define DMH_CLIENT_LOAD_RESULT_LOAD_H

#include <stdint.h>

#include "client/load/load_plan.h"
#include "client/load/postgres_session.h"

struct result_load {
    postgres_session_t *session;
    const char *schema;
    const struct load_plan *plan;                  //  whose table is ready
    const char *folder;                            //  of the result
    const struct json_value *report, *resource;    //  of its report.json and datapackage.json
    const char *report_sha256;
};

//  *records: of the result; *before: they were there already. DMH_OK, or with a sentence: DMH_MALFORMED for a
//  result that is none, else as postgres_session.h; then nothing of it is there.
int result_load_run (const struct result_load *self, uint64_t *records, bool *before, struct error *error);

#endif
