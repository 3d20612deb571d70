//  content_test.c: what makes a record another one besides its canonical fields, in every output format.
#include "worker/encoders/content.h"
#include "worker/rules/binding/binder.h"

#include "worker/rules/mapping/read.h"
#include "worker/rules/record/harmonize.h"
#include "worker/rules/schema/catalog.h"

#include <criterion/criterion.h>
#include <stdlib.h>

enum { COLUMNS = 4, OUT_BYTES = 256 };

//  Gathers of records of a laboratory with two columns of its own, one of which is no content.
struct made {
    catalog_t *catalog;
    mapping_t *mapping;
    binding_t *binding;
    struct plan plan;
    struct record *record;
    struct layout layout;
};

static struct made *s_make (const struct encoder *encoder)
{
    static const struct text NAMES[COLUMNS] = {{"MRN", 3}, {"DOB", 3}, {"Ward", 4}, {"Row No", 6}};
    static const char MAPPING[] = "{\"not_content\":[\"row_no\"]}";
    struct error error = {.code = DMH_OK};
    struct made *self = calloc (1, sizeof *self);
    cr_assert_not_null (self);
    self->catalog = catalog_new (NULL, &error);
    self->mapping = mapping_read (MAPPING, sizeof MAPPING - 1, "m.json", &error);
    cr_assert (self->catalog && self->mapping, "%s", error.text);
    self->binding = binding_new (self->catalog, NAMES, COLUMNS, "patient", self->mapping, "in.csv", &error);
    cr_assert_not_null (self->binding, "%s", error.text);
    plan_make (&self->plan, self->binding, catalog_units (self->catalog), DATE_ORDER_MDY, 0);
    self->record = record_new (&self->plan);
    cr_assert_not_null (self->record);
    cr_assert_eq (layout_make (&self->layout, encoder, &self->plan), 0);
    return self;
}

static void s_clear (struct made *self)
{
    layout_clear (&self->layout);
    record_destroy (&self->record);
    binding_destroy (&self->binding);
    mapping_destroy (&self->mapping);
    catalog_destroy (&self->catalog);
    free (self);
}

static const char *s_gather (struct made *self, const char *const fields[COLUMNS], size_t count,
                             char out[OUT_BYTES])
{
    struct text texts[COLUMNS];
    struct buffer buffer = {.at = NULL};
    for (size_t i = 0; i < count; i++)
        texts[i] = text_of (fields[i]);
    struct row row = {.fields = texts, .count = count};
    cr_assert_eq (record_harmonize (self->record, texts, count), 0);
    cr_assert_eq (content_gather (&self->layout, self->record, &row, &buffer), 0);
    cr_assert_lt (buffer.used, OUT_BYTES);
    memcpy (out, buffer.at, buffer.used);
    out[buffer.used] = 0;
    free (buffer.at);
    return out;
}

Test (content, own_columns_and_what_was_emptied_make_another_record_and_nothing_else_does)
{
    static const struct {
        const char *fields[COLUMNS];
        bool same;    //  as the first
    } ROWS[] = {
        {{"p1", "1980-02-03", "A", "1"}, true},
        {{"p1", " 02/03/1980", " A ", "2"}, true},    //  spaces, spellings, and what is no content
        {{"p1", "1980-02-03", "a", "1"}, false},      //  own columns as they are written
        {{"p1", "1980-02-03", "", "1"}, false},
        {{"p1", "1980-02-30", "A", "1"}, false},    //  emptied
        {{"p1", "1980-02-31", "A", "1"}, false},
        {{"p1", "", "A\nbirth_date,1980-02-30", "1"}, false},
        {{"p1", "NA", "A", "1"}, true},    //  nothing was emptied: the field tells it
    };
    enum { COUNT = sizeof ROWS / sizeof *ROWS };
    const struct encoder *encoder;
    for (size_t e = 0; (encoder = encoder_at (e)); e++) {
        struct made *made = s_make (encoder);
        char got[COUNT][OUT_BYTES];
        for (size_t i = 0; i < COUNT; i++) {
            s_gather (made, ROWS[i].fields, COLUMNS, got[i]);
            cr_expect_eq (strcmp (got[i], got[0]) == 0, ROWS[i].same, "%s, row %zu: %s", encoder->name, i,
                          got[i]);
            for (size_t j = 1; j < i; j++)
                cr_expect (ROWS[i].same || strcmp (got[i], got[j]) != 0, "%s, rows %zu and %zu: %s",
                           encoder->name, j, i, got[i]);
        }
        s_clear (made);
    }
}

Test (content, spaces_around_an_emptied_value_and_a_row_that_ends_early_make_no_other_record)
{
    static const char *const EMPTIED[] = {"p1", "30th of Feb.", "", ""}, *const SPACED[] = {"p1",
                                                                                            "  30th of Feb. ",
                                                                                            " ", ""};
    struct made *made = s_make (&ENCODER_CSV);
    char first[OUT_BYTES], second[OUT_BYTES], early[OUT_BYTES];
    cr_expect_str_eq (s_gather (made, SPACED, COLUMNS, second), s_gather (made, EMPTIED, COLUMNS, first));
    cr_expect_str_eq (s_gather (made, EMPTIED, 2, early), first);
    cr_expect_str_eq (first, ",\nbirth_date,30th of Feb.");
    s_clear (made);
}
