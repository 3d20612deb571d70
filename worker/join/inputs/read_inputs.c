//  read_inputs.c: see read_inputs.h.
#include "worker/join/inputs/read_inputs.h"

#include "worker/pipeline/keys/key_set.h"

#include <stdlib.h>

int read_inputs_take (struct read_inputs *self, const struct table_input *inputs, size_t count,
                      struct error *error)
{
    *self = (struct read_inputs){.inputs = calloc (count + 1, sizeof *self->inputs),
                                 .results = calloc (count + 1, sizeof *self->results),
                                 .names = calloc (count + 1, sizeof *self->names),
                                 .bases = calloc (count + 1, sizeof *self->bases)};
    if (!self->inputs || !self->results || !self->names || !self->bases)
        return error_set (error, DMH_INTERNAL, "out of memory while joining results");
    uint64_t records = 0;
    for (size_t i = 0; i < count; i++) {
        if (!inputs[i].result)
            continue;
        self->inputs[self->count] = &inputs[i];
        self->names[self->count] = inputs[i].input->source_file;
        self->bases[self->count] = records;
        records += result_reader_facts (inputs[i].result)->counts.read;
        self->results[self->count++] = inputs[i].result;
    }
    if (records > KEYS_RECORDS_MAX)
        return error_set (error, DMH_TOO_LARGE,
                          "the inputs have %llu records together, and %llu can be joined",
                          (unsigned long long) records, (unsigned long long) KEYS_RECORDS_MAX);
    return DMH_OK;
}

void read_inputs_clear (struct read_inputs *self)
{
    free (self->inputs);
    free (self->results);
    free (self->names);
    free (self->bases);
    *self = (struct read_inputs){.count = 0};
}

size_t read_inputs_find (const struct read_inputs *self, uint64_t record)
{
    size_t low = 0, high = self->count;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        *(self->bases[middle] < record ? &low : &high) = middle;
    }
    return low;
}
