//  join.c: see join.h.
#include "worker/join/join.h"

#include "messages/base/folder.h"
#include "worker/join/inputs/open_results.h"
#include "worker/join/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int s_join_kind (const struct join_request *request, const struct open_results *list, const char *kind,
                        struct joined *out, struct error *error)
{
    const schema_t *schema = open_results_schema (list, kind, error);
    struct table_input *inputs = calloc (request->count + 1, sizeof *inputs);
    size_t count = 0;
    *out = (struct joined){.kind = ""};
    for (size_t i = 0; inputs && i < request->count; i++)
        if (!list->results[i] || strcmp (open_results_kind (list, i), kind) == 0)
            inputs[count++] = (struct table_input){list->results[i], &request->inputs[i], list->built_in};
    int rc = !schema  ? error->code
             : inputs ? DMH_OK
                      : error_set (error, DMH_INTERNAL, "out of memory while joining results");
    snprintf (out->kind, sizeof out->kind, "%s", kind);
    if (rc == DMH_OK && snprintf (out->folder, sizeof out->folder, "%s/%s", request->folder, kind) >=
                            (int) sizeof out->folder)
        rc = error_set (error, DMH_IO, "the path of the joined table of %.40s is too long", kind);
    if (rc == DMH_OK)
        rc = folder_make (out->folder, error);
    if (rc == DMH_OK)
        rc = table_write (request, schema, inputs, count, out->folder, out, error);
    free (inputs);
    return rc;
}

int join_results (const struct join_request *request, struct joined *joined, size_t *count,
                  struct error *error)
{
    struct open_results list;
    size_t kinds = 0;
    int rc = open_results_open (&list, request->inputs, request->count, request->options, error);
    for (size_t i = 0; rc == DMH_OK && i < request->count; i++) {
        if (!open_results_is_first (&list, i))
            continue;
        rc = kinds < JOINED_KINDS_MAX
                 ? s_join_kind (request, &list, open_results_kind (&list, i), &joined[kinds++], error)
                 : error_set (error, DMH_TOO_LARGE, "the inputs are of more than %d kinds", JOINED_KINDS_MAX);
    }
    *count = rc == DMH_OK ? kinds : 0;
    open_results_clear (&list);
    return rc;
}
