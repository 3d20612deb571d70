//  random_batch.c: see random_batch.h.
#define _GNU_SOURCE
#include "test/support/results/random_batch.h"

#include <criterion/criterion.h>

static const struct model_kind KINDS[] = {
    {"patient",
     0,
     -1,
     -1,
     {{.name = "patient_id", .values = {"1", "2", "3", "4", "5", ""}, .needed = true},
      {.name = "city", .values = {"Rome", "Oslo", ""}},
      {.name = "family_name", .values = {"Ay", "Bee, jr.", "O\"C"}},
      {.name = "birth_date", .values = {"1980-01-02", "1980-01-03", "", NULL}, .invalid = "1980-99-"},
      {.name = "ward", .values = {"W1", "W2", ""}, .own = true},
      {.name = "note", .values = {"x, y", "say \"z\"", ""}, .own = true}},
     6},
    {"lab_result",
     0,
     5,
     6,
     {{.name = "result_id", .values = {"r1", "r2", "r3", "r4", "", ""}},
      {.name = "patient_id", .values = {"1", "2"}, .needed = true},
      {.name = "test_code",
       .values = {"GLU", "NA"
                         "24"},
       .needed = true},
      {.name = "value", .field = "value_number", .values = {"5", "6"}, .needed = true, .number = true},
      {.name = "ward", .values = {"W1", "W2", ""}, .own = true},
      {.name = "status", .values = {"preliminary", "final", "corrected", "registered", ""}, .invalid = "foo"},
      {.name = "resulted_at", .values = {"2024-01-05", "2024-01-06", "2024-01-05T10:00:00", ""}},
      {.name = "analyzer", .values = {"A", ""}, .own = true}},
     8}};

static uint64_t s_dice;

static size_t s_roll (size_t sides)
{
    s_dice = s_dice * 6364136223846793005u + 1442695040888963407u;
    return (size_t) (s_dice >> 33) % sides;
}

static const char *s_pick (const struct model_column *column)
{
    size_t count = 0;
    while (count < 8 && column->values[count])
        count++;
    return column->values[s_roll (count)];
}

//  The first records of a file have valid values in each column, so that a column is what its name says.
static void s_fill_file (struct model *model, size_t f)
{
    static const char *const WRONG[2][2] = {{"1980-99-98", "1980-99-99"}, {"foo", "foo bar"}};
    const struct model_kind *kind = model->kind;
    struct model_file *file = &model->files[f];
    file->first = model->count;
    for (size_t number = 1, count = s_roll (24); number <= count; number++) {
        struct model_record *record = &model->records[model->count++];
        *record = (struct model_record){.file = f, .number = number};
        for (size_t c = 0; c < kind->count; c++) {
            const struct model_column *column = &kind->columns[c];
            record->values[c] = s_pick (column);
            if (column->invalid && number > 8 && s_roll (8) == 0)
                record->values[c] = WRONG[kind == &KINDS[1]][s_roll (2)];
            else if (column->invalid && number <= 8)
                record->values[c] = column->values[s_roll (2)];
        }
        size_t again = s_roll (4) == 0 ? s_roll (model->count) : model->count;
        for (size_t c = 0; again < model->count - 1 && c < kind->count; c++)
            if (number > 8 || !kind->columns[c].invalid)
                record->values[c] = model->records[again].values[c];
    }
    file->count = model->count - file->first;
}

static void s_shuffle_columns (struct model *model, size_t f, bool same)
{
    struct model_file *file = &model->files[f];
    for (size_t c = 0; c < model->kind->count; c++) {
        const struct model_column *column = &model->kind->columns[c];
        file->has[c] = column->needed || same || s_roll (4) != 0;
        if (!file->has[c])
            continue;
        size_t at = s_roll (++file->width);
        file->order[file->width - 1] = file->order[at];
        file->order[at] = c;
    }
}

static void s_put (FILE *to, const char *value, bool json, bool number)
{
    if (json && (number || !*value)) {
        fputs (*value ? value : "null", to);
        return;
    }
    bool quoted = json || strpbrk (value, ",\"\n");
    if (quoted)
        fputc ('"', to);
    for (; *value; value++) {
        if (*value == '"')
            fputc (json ? '\\' : '"', to);
        fputc (*value, to);
    }
    if (quoted)
        fputc ('"', to);
}

static void s_write_file (const struct workplace *place, const struct model *model, size_t f, bool json)
{
    const struct model_file *file = &model->files[f];
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream (&text, &n);
    for (size_t c = 0; !json && c < file->width; c++)
        fprintf (to, "%s%s", c ? "," : "", model->kind->columns[file->order[c]].name);
    for (size_t r = file->first; r < file->first + file->count; r++) {
        fputs (json ? "{" : "\n", to);
        for (size_t c = 0; c < file->width; c++) {
            const struct model_column *column = &model->kind->columns[file->order[c]];
            if (c)
                fputc (',', to);
            if (json)
                fprintf (to, "\"%s\":", column->name);
            s_put (to, model->records[r].values[file->order[c]], json, column->number);
        }
        fputs (json ? "}\n" : "", to);
    }
    if (!json)
        fputc ('\n', to);
    fclose (to);
    workplace_write (place, file->name, text, n);
    free (text);
}

//  Where nothing is said of a file, or all of a column is empty, there is nothing to join it by.
void random_batch_make (const struct workplace *place, struct model *model, uint64_t seed)
{
    s_dice = seed;
    *model = (struct model){.kind = &KINDS[s_roll (2)]};
    bool same = s_roll (4) == 0;
    for (model->file_count = 0; model->file_count < 2 + seed % 6; model->file_count++) {
        size_t f = model->file_count;
        bool json = s_roll (3) == 0;
        s_shuffle_columns (model, f, same);
        s_fill_file (model, f);
        json = json && model->files[f].count;    //  an empty NDJSON has no columns
        snprintf (model->files[f].name, sizeof model->files[f].name, "f%zu.%s", f, json ? "ndjson" : "csv");
        s_write_file (place, model, f, json);
    }
    model_judge (model);
}

//  The canonical fields as the table itself has them, in their order, up to source_file.
static void s_expected_header (FILE *to, const struct model *model, const char *got, bool json)
{
    bool done[MODEL_COLUMNS] = {false};
    const char *end = strstr (got, ",source_file,source_record");
    cr_assert (json || end, "the header is %.300s", got);
    if (json)
        return;
    fprintf (to, "%.*s,source_file,source_record", (int) (end - got), got);
    for (size_t f = 0; f < model->file_count; f++)
        for (size_t w = 0; w < model->files[f].width; w++) {
            size_t c = model->files[f].order[w];
            if (model->kind->columns[c].own && !done[c])
                fprintf (to, ",%s", model->kind->columns[c].name);
            done[c] = true;
        }
    fputc ('\n', to);
}

//  A value of a written record by the name of its column.
static const char *s_value (const struct model *model, size_t record, const char *name, char number[24])
{
    const struct model_record *of = &model->records[record];
    snprintf (number, 24, "%zu", of->number);
    if (strcmp (name, "source_file") == 0)
        return model->files[of->file].name;
    if (strcmp (name, "source_record") == 0)
        return number;
    for (size_t c = 0; c < model->kind->count; c++) {
        const struct model_column *column = &model->kind->columns[c];
        if (strcmp (column->field ? column->field : column->name, name) == 0)
            return model_value (model, record, c);
    }
    return "";
}

//  records.csv as it has to be, given its own header.
char *random_batch_records (const struct model *model, const char *got)
{
    char *text = NULL, header[4096];
    size_t n = 0;
    FILE *to = open_memstream (&text, &n);
    s_expected_header (to, model, got, false);
    fflush (to);
    snprintf (header, sizeof header, "%s", text);
    for (size_t r = 0; r < model->count; r++) {
        char names[4096], number[24], *rest = names;
        if (model->records[r].fate != MODEL_WRITTEN)
            continue;
        snprintf (names, sizeof names, "%.*s", (int) strcspn (header, "\n"), header);
        for (char *name; (name = strsep (&rest, ","));) {
            s_put (to, s_value (model, r, name, number), false, false);
            fputc (rest ? ',' : '\n', to);
        }
    }
    fclose (to);
    return text;
}
