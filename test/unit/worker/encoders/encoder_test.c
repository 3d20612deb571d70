//  encoder_test.c: what each output format of the table writes: its header, its rows, in the room that it
//  asked for, and what tells one record from another.
#include "worker/encoders/content.h"
#include "worker/encoders/layout.h"
#include "worker/rules/binding/binder.h"
#include "worker/rules/record/harmonize.h"
#include "worker/rules/schema/catalog.h"

#include <criterion/criterion.h>
#include <stdlib.h>

//  A file of patients with a column of its own, up to the layout.
struct made {
    catalog_t *catalog;
    binding_t *binding;
    struct plan plan;
    struct record *record;
    struct layout layout;
    struct buffer rest;    //  of the content of the record
};

enum { COLUMNS = 4 };

static struct made *s_make (const struct encoder *encoder)
{
    static const struct text NAMES[COLUMNS] = {
        {"MRN", 3}, {"First Name", 10}, {"DOB", 3}, {"Favourite, \"colour\"", 19}};
    struct error error = {.code = DMH_OK};
    struct made *self = calloc (1, sizeof *self);
    cr_assert_not_null (self);
    self->catalog = catalog_new (NULL, &error);
    cr_assert_not_null (self->catalog, "%s", error.text);
    self->binding = binding_new (self->catalog, NAMES, COLUMNS, "patient", NULL, "in.csv", &error);
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
    free (self->rest.at);
    record_destroy (&self->record);
    binding_destroy (&self->binding);
    catalog_destroy (&self->catalog);
    free (self);
}

//  The row that the fields become, yours to free; *content receives what tells the record, too.
static char *s_write (struct made *self, const char *const fields[COLUMNS], char **content)
{
    struct text texts[COLUMNS];
    const struct encoder *encoder = self->layout.encoder;
    for (size_t i = 0; i < COLUMNS; i++)
        texts[i] = text_of (fields[i]);
    struct row row = {.fields = texts, .count = COLUMNS};
    cr_assert_eq (record_harmonize (self->record, texts, COLUMNS), 0);
    cr_assert_eq (content_gather (&self->layout, self->record, &row, &self->rest), 0);
    struct text rest = {self->rest.at, self->rest.used};
    size_t room = encoder->room (&self->layout, self->record, &row) + rest.n;
    char *at = malloc (room + 1);
    cr_assert_not_null (at);
    at[room] = '!';    //  stays
    struct encoded encoded;
    encoder->write (&self->layout, self->record, &row, rest, at, &encoded);
    cr_assert_eq (at[room], '!');
    cr_assert (encoded.row.at >= at && encoded.row.at + encoded.row.n <= at + room, "%s: beyond its room",
               encoder->name);
    cr_assert (encoded.content.at >= at && encoded.content.at + encoded.content.n <= at + room);
    char *out = strndup (encoded.row.at, encoded.row.n);
    *content = strndup (encoded.content.at, encoded.content.n);
    free (at);
    return out;
}

Test (encoder, each_of_the_table_is_found_by_its_name_and_says_what_it_needs_to)
{
    char names[ENCODER_NAMES_BYTES];
    size_t count = 0;
    for (const struct encoder *encoder; (encoder = encoder_at (count)); count++) {
        cr_expect_eq (encoder_find (encoder->name), encoder);
        cr_expect (encoder->file && encoder->format && encoder->media_type, "%s", encoder->name);
        cr_expect (encoder->label && encoder->empty && encoder->end, "%s", encoder->name);
        cr_expect (encoder->room && encoder->write, "%s", encoder->name);
        cr_expect_leq (strlen (encoder->empty), 4);
        cr_expect_leq (strlen (encoder->end), 2);
        cr_expect_eq (encoder->own_new == NULL, encoder->own_destroy == NULL, "%s", encoder->name);
        cr_expect_eq (encoder->takes == NULL, encoder->refusal == NULL, "%s", encoder->name);
    }
    cr_expect_geq (count, 3);
    cr_expect_eq (encoder_find (""), &ENCODER_CSV, "without --format");
    cr_expect_null (encoder_find ("xml"));
    cr_expect_null (encoder_find ("CSV"));
    cr_expect_str_eq (encoder_names (names), "csv, ndjson, fhir, sqlite, fasta or vcf");
}

Test (encoder, csv_has_a_header_and_quotes_what_has_to_be)
{
    static const char *const FIELDS[] = {"p1", "Ann", "03/25/1980", " a \"b\", c\n"};
    struct made *made = s_make (&ENCODER_CSV);
    char *content;
    char *row = s_write (made, FIELDS, &content);
    struct text header = made->layout.header;
    cr_assert_eq (strncmp (header.at, "patient_id,", 11), 0);
    cr_expect_eq (header.at[header.n - 1], '\n');
    cr_expect_null (memchr (header.at, '"', header.n), "names are made so that none needs quotes");
    cr_assert_eq (strncmp (row, "p1,", 3), 0, "%s", row);
    cr_expect_not_null (strstr (row, ",1980-03-25,"), "%s", row);
    char *own = strstr (row, ",\"a \"\"b\"\", c\"");
    cr_assert_not_null (own, "%s", row);
    cr_expect_null (strstr (content, "c\""), "%s", content);
    cr_expect_eq (strncmp (row, content, strlen (content)), 0);
    free (row);
    free (content);
    s_clear (made);
}

Test (encoder, ndjson_names_each_value_and_says_null_where_there_is_none)
{
    static const char *const FIELDS[] = {"p1", "", "03/25/1980", "a \"b\""};
    struct made *made = s_make (&ENCODER_NDJSON);
    char *content;
    char *row = s_write (made, FIELDS, &content);
    cr_expect_eq (made->layout.header.n, 0);
    cr_assert_eq (strncmp (row, "{\"patient_id\":\"p1\",", 19), 0, "%s", row);
    cr_expect_not_null (strstr (row, "\"given_name\":null,"), "%s", row);
    cr_expect_not_null (strstr (row, "\"birth_date\":\"1980-03-25\","), "%s", row);
    cr_expect_not_null (strstr (row, "\"favourite_colour\":\"a \\\"b\\\"\"}\n"), "%s", row);
    free (row);
    free (content);
    s_clear (made);
}

Test (encoder, fhir_writes_the_resource_and_nothing_of_the_source_s_own)
{
    static const char *const FIELDS[] = {"p1", "Ann", "03/25/1980", "green"};
    struct made *made = s_make (&ENCODER_FHIR);
    char *content;
    char *row = s_write (made, FIELDS, &content);
    cr_expect_eq (made->layout.extra_count, 0);
    cr_assert_eq (strncmp (row, "{\"resourceType\":\"Patient\",\"id\":\"p1\"", 34), 0, "%s", row);
    cr_expect_not_null (strstr (row, "\"birthDate\":\"1980-03-25\""), "%s", row);
    cr_expect_null (strstr (row, "green"), "%s", row);
    cr_expect_eq (row[strlen (row) - 1], '\n');
    cr_expect_eq (strncmp (content, "p1,", 3), 0, "%s", content);
    cr_expect (ENCODER_FHIR.takes ("patient") && !ENCODER_FHIR.takes ("vaccination"));
    free (row);
    free (content);
    s_clear (made);
}

//  Every byte escaped, in every format; s_write looks whether the room was enough.
Test (encoder, what_needs_the_most_room_has_it)
{
    char control[400], quotes[400];
    memset (control, 1, sizeof control - 1);
    memset (quotes, '"', sizeof quotes - 1);
    control[sizeof control - 1] = quotes[sizeof quotes - 1] = 0;
    const char *const FIELDS[][COLUMNS] = {{control, control, "", control}, {quotes, quotes, "", quotes}};
    const struct encoder *encoder;
    for (size_t i = 0; (encoder = encoder_at (i)); i++)
        for (size_t f = 0; f < 2 && !encoder->variants; f++) {
            struct made *made = s_make (encoder);
            char *content;
            free (s_write (made, FIELDS[f], &content));
            free (content);
            s_clear (made);
        }
}

Test (encoder, fields_in_other_spellings_are_the_same_fields)
{
    static const char *const FIELDS[][COLUMNS] = {{"p1", "Ann", "03/25/1980", "green"},
                                                  {" p1", "Ann", "1980-03-25", "red"},
                                                  {"p1", "Anna", "03/25/1980", "green"}};
    const struct encoder *encoder;
    for (size_t i = 0; (encoder = encoder_at (i)); i++) {
        if (encoder->letters || encoder->variants)    //  of a kind whose content is a digest, or of VCF
            continue;
        struct made *made = s_make (encoder);
        char *contents[3];
        for (size_t f = 0; f < 3; f++)
            free (s_write (made, FIELDS[f], &contents[f]));
        cr_expect_str_eq (contents[0], contents[1], "%s", encoder->name);
        cr_expect_str_neq (contents[0], contents[2], "%s", encoder->name);
        for (size_t f = 0; f < 3; f++)
            free (contents[f]);
        s_clear (made);
    }
}
