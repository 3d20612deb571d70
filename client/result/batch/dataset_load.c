//  dataset_load.c: see dataset_load.h.
#include "client/result/batch/dataset_load.h"

#include "client/result/batch/join_inputs.h"
#include "client/terminal/json_line.h"
#include "messages/text/quantity.h"
#include "messages/text/terminal.h"
#include "worker/dataset/dataset.h"

#include <stdlib.h>

static void s_line (const char *set, const struct dataset_added *added)
{
    const struct counts *counts = &added->counts;
    json_line_t *line = json_line_new ();
    json_line_text (line, "dataset", set);
    json_line_text (line, "kind", added->kind);
    json_line_object (line, "counts");
    json_line_number (line, "read", counts->read);
    json_line_number (line, "written", counts->written);
    json_line_number (line, "duplicates", counts->duplicates);
    json_line_number (line, "conflicts", counts->conflicts);
    json_line_number (line, "rejected", counts->rejected);
    json_line_close (line);
    json_line_number (line, "replaced", added->replaced);
    json_line_number (line, "records", added->records);
    json_line_print (&line, stdout);
}

static void s_say (const char *set, const struct dataset_added *added)
{
    const struct counts *counts = &added->counts;
    terminal_print (stdout,
                    "data set %s: %s: %llu read, %llu added, %llu there already, %llu in conflict, "
                    "%llu rejected, %llu replaced; it has %s\n",
                    set, added->kind, (unsigned long long) counts->read, (unsigned long long) counts->written,
                    (unsigned long long) counts->duplicates, (unsigned long long) counts->conflicts,
                    (unsigned long long) counts->rejected, (unsigned long long) added->replaced,
                    QUANTITY (added->records, "record"));
}

static void s_tell (const struct arguments *arguments, const struct dataset_added *added, size_t count,
                    int *status)
{
    for (size_t i = 0; i < count; i++) {
        if (arguments->json)
            s_line (arguments->dataset, &added[i]);
        else if (!arguments->quiet)
            s_say (arguments->dataset, &added[i]);
        if (*status == 0 && arguments->strict && (added[i].counts.conflicts || added[i].counts.rejected))
            *status = 3;
    }
}

int dataset_load_check (const struct arguments *arguments, int interrupt, struct error *error)
{
    return arguments->dataset ? dataset_usable (arguments->dataset, interrupt, error) : DMH_OK;
}

int dataset_load_batch (const struct outcome *outcomes, size_t count, const struct arguments *arguments,
                        int interrupt, int *status, struct error *error)
{
    if (!join_inputs_any (outcomes, count))
        return DMH_OK;
    struct dataset_added *added = calloc (JOINED_KINDS_MAX, sizeof *added);
    struct join_input *inputs =
        join_inputs_new (outcomes, count, arguments->folder ? arguments->folder : ".");
    int rc =
        added && inputs ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory while loading a data set");
    dataset_t *set = NULL;
    if (rc == DMH_OK &&
        !(set = dataset_open (arguments->dataset, true,
                              arguments->options.memory ? arguments->options.memory : DATASET_MEMORY,
                              interrupt, error)))
        rc = error->code;
    size_t kinds = 0;
    if (rc == DMH_OK) {
        const struct join_request request = {.inputs = inputs,
                                             .count = count,
                                             .options = &arguments->options,
                                             .correlation = outcomes[0].record.correlation,
                                             .interrupt = interrupt};
        rc = dataset_load (set, &request, added, &kinds, error);
    }
    dataset_destroy (&set);
    if (rc == DMH_OK)
        s_tell (arguments, added, kinds, status);
    free (inputs);
    free (added);
    return rc;
}
