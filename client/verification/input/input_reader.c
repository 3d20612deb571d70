//  input_reader.c: see input_reader.h.
#include "client/verification/input/input_reader.h"

#include "client/result/reading/report_values.h"
#include "client/verification/input/csv_input.h"
#include "client/verification/input/fasta_input.h"
#include "client/verification/input/fhir_input.h"
#include "client/verification/input/json_input.h"
#include "client/verification/input/vcf_input.h"
#include "client/verification/input/wide_input.h"

#include <stdlib.h>
#include <string.h>

struct input_reader {
    csv_input_t *csv;
    json_input_t *json;
    fhir_input_t *fhir;
    fasta_input_t *fasta;
    vcf_input_t *vcf;
    wide_input_t *wide;    //  one of the six
    const csv_row_t *row;
};

input_reader_t *input_reader_new (const char *path, const struct json_value *report, struct error *error)
{
    input_reader_t *self = calloc (1, sizeof *self);
    if (!self) {
        error_set (error, DMH_INTERNAL, "out of memory while reading %s", path);
        return NULL;
    }
    const struct json_value *input = json_value_member (report, "input");
    const char *format = report_text (input, "format");
    if (report_first (input, "unpivoted"))
        self->wide = wide_input_new (path, report, error);
    else if (strcmp (format, "csv") == 0)
        self->csv = csv_input_new (path, report, error);
    else if (strcmp (format, "json") == 0)
        self->json = json_input_new (path, report, error);
    else if (strcmp (format, "fasta") == 0)
        self->fasta = fasta_input_new (path, report, error);
    else if (strcmp (format, "vcf") == 0)
        self->vcf = vcf_input_new (path, report, error);
    else
        self->fhir = fhir_input_new (path, report, error);
    if (!self->csv && !self->json && !self->fasta && !self->vcf && !self->fhir && !self->wide)
        input_reader_destroy (&self);
    return self;
}

void input_reader_destroy (input_reader_t **self_p)
{
    input_reader_t *self = *self_p;
    if (!self)
        return;
    csv_input_destroy (&self->csv);
    json_input_destroy (&self->json);
    fasta_input_destroy (&self->fasta);
    vcf_input_destroy (&self->vcf);
    fhir_input_destroy (&self->fhir);
    wide_input_destroy (&self->wide);
    free (self);
    *self_p = NULL;
}

int input_reader_at (input_reader_t *self, const char *broken, size_t n, uint64_t *line, struct error *error)
{
    if (self->fasta)
        return fasta_input_at (self->fasta, line, error);
    if (self->vcf)
        return vcf_input_at (self->vcf, broken, line, error);
    if (self->fhir)
        return fhir_input_at (self->fhir, broken, n, line, error);
    if (self->wide)
        return wide_input_at (self->wide, broken, n, line, error);
    return self->csv ? csv_input_at (self->csv, line, error)
                     : json_input_at (self->json, broken, n, line, error);
}

int input_reader_take (input_reader_t *self, struct error *error)
{
    if (self->fasta)
        return fasta_input_take (self->fasta, error);
    if (self->vcf)
        return vcf_input_take (self->vcf, error);
    if (self->fhir)
        return fhir_input_take (self->fhir, error);
    if (self->wide)
        return wide_input_take (self->wide, error);
    return self->csv ? csv_input_take (self->csv, &self->row, error) : json_input_take (self->json, error);
}

size_t input_reader_count (const input_reader_t *self)
{
    if (self->fasta)
        return fasta_input_count (self->fasta);
    if (self->vcf)
        return vcf_input_count (self->vcf);
    if (self->fhir)
        return fhir_input_count (self->fhir);
    if (self->wide)
        return wide_input_count (self->wide);
    return self->csv ? csv_row_count (self->row) : json_input_count (self->json);
}

struct input_value input_reader_value (const input_reader_t *self, size_t i)
{
    struct input_value value = {NULL, NULL, 0};
    if (self->fasta)
        return fasta_input_value (self->fasta, i);
    if (self->vcf)
        return vcf_input_value (self->vcf, i);
    if (self->fhir)
        return fhir_input_value (self->fhir, i);
    if (self->wide)
        return wide_input_value (self->wide, i);
    if (self->json)
        return json_input_value (self->json, i);
    value.text = csv_row_field (self->row, i, &value.n);
    return value;
}

struct input_value input_reader_column (const input_reader_t *self, size_t i, const char *name)
{
    if (self->wide)
        return wide_input_column (self->wide, i, name);
    if (self->vcf)
        return vcf_input_column (self->vcf, name);
    if (self->csv)
        return input_reader_value (self, i);
    for (size_t v = 0; v < input_reader_count (self); v++) {
        struct input_value value = input_reader_value (self, v);
        if (strcmp (value.name, name) == 0)
            return value;
    }
    return (struct input_value){NULL, NULL, 0};
}

int input_reader_claim (input_reader_t *self, const char *raw, size_t n, struct error *error)
{
    if (self->fasta)
        return fasta_input_claim (self->fasta, raw, n, error);
    if (self->vcf)
        return vcf_input_claim (self->vcf, raw, n, error);
    if (self->fhir)
        return fhir_input_claim (self->fhir, raw, n, error);
    if (self->wide)
        return wide_input_claim (self->wide, raw, n, error);
    return self->csv ? csv_input_claim (self->csv, raw, n, error)
                     : json_input_claim (self->json, raw, n, error);
}

uint64_t input_reader_marked (const input_reader_t *self)
{
    return self->wide ? wide_input_marked (self->wide) : 0;
}

uint64_t input_reader_without (const input_reader_t *self)
{
    return self->wide ? wide_input_without (self->wide) : 0;
}
