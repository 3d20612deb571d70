//  mapping_fuzz.c: a line of column names, separated by commas, and behind it any bytes as a mapping file. A
//  binding that is made gives each column one place and each output column a name of its own.
#include "worker/rules/binding/binder.h"
#include "worker/rules/mapping/read.h"
#include "worker/rules/schema/catalog.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

enum { NAMES_MAX = 64 };

static void s_must (bool holds)
{
    if (!holds)
        abort ();
}

static const catalog_t *s_catalog (void)
{
    static catalog_t *catalog;
    if (!catalog)
        catalog = catalog_new (NULL, NULL);
    s_must (catalog != NULL);
    return catalog;
}

static bool s_is_made (const binding_t *binding, int field)
{
    bool made = false;
    for (size_t m = 0; m < binding->derived_count; m++) {
        made = made || binding->derived[m].keep == field;
        for (size_t f = 0; f < binding->derived[m].field_count; f++)
            made = made || binding->derived[m].fields[f] == field;
    }
    return made;
}

//  Nothing is written beyond the room that was asked for, and what is made lies where a field is fed.
static void s_make (const binding_t *binding)
{
    static const struct text VALUES[] = {TEXT ("Doe, Jr., Jane Q., MD"),
                                         TEXT ("van der Berg^Jan^^Dr="),
                                         TEXT (" - "),
                                         TEXT ("a-b - c"),
                                         {NULL, 0}};
    struct derived_value made[FIELDS_MAX] = {{{NULL, 0}, {NULL, 0}, RULE_NONE}};
    struct text fields[NAMES_MAX];
    size_t room = 0;
    for (size_t c = 0; c < NAMES_MAX; c++)
        fields[c] = VALUES[c % (sizeof VALUES / sizeof *VALUES)];
    for (size_t m = 0; m < binding->derived_count; m++)
        room += derived_room (&binding->derived[m], fields, binding->column_count);
    struct scratch scratch = {malloc (room + 1), 0, room};
    s_must (scratch.at != NULL);
    for (size_t m = 0; m < binding->derived_count; m++)
        derived_make (&binding->derived[m], fields, binding->column_count, binding->schema->missing,
                      binding->missing, made, &scratch);
    s_must (scratch.used <= room);
    for (size_t f = 0; f < binding->schema->field_count; f++)
        s_must (made[f].rule == RULE_NONE || s_is_made (binding, (int) f));
    free (scratch.at);
}

static void s_check (const binding_t *binding)
{
    s_make (binding);
    const schema_t *schema = binding->schema;
    for (size_t c = 0; c < binding->column_count; c++) {
        const struct column *column = &binding->columns[c];
        s_must (column->source && column->reason);
        if (column->field != FIELD_NONE) {
            bool alone = binding->column_of[column->field] == (int) c;
            s_must ((alone || s_is_made (binding, column->field)) && !column->name == !column->kept &&
                    column->by != BOUND_NONE);
            if (!column->kept)
                continue;
        }
        s_must (column->name && *column->name && schema_field (schema, column->name) == FIELD_NONE);
        for (size_t i = 0; i < c; i++)
            s_must (!binding->columns[i].name || strcmp (binding->columns[i].name, column->name) != 0);
    }
    for (size_t f = 0; f < schema->field_count; f++) {
        int column = binding->column_of[f];
        //  A column that stands in for another field feeds its own as well.
        int own = column < 0 ? (int) f : binding->columns[column].field;
        s_must (own == (int) f || (own != FIELD_NONE && binding->column_of[own] == column));
        for (size_t i = 0; i < binding->others[f].count; i++)
            s_must (binding->others[f].columns[i] >= 0 &&
                    (size_t) binding->others[f].columns[i] < binding->column_count);
    }
    for (size_t i = 0; i < binding->constant_count; i++)
        s_must (binding->column_of[binding->constants[i].field] < 0);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    struct text names[NAMES_MAX];
    size_t count = 0, at = 0;
    for (size_t begin = 0; at < size && count < NAMES_MAX && data[at] != '\n'; begin = ++at) {
        while (at < size && data[at] != ',' && data[at] != '\n')
            at++;
        names[count++] = (struct text){(const char *) data + begin, at - begin};
        if (at == size || data[at] == '\n')
            break;
    }
    at += at < size;
    struct error error = {0};
    mapping_t *mapping = mapping_read ((const char *) data + at, size - at, "m.json", &error);
    s_must (mapping || (error.code == DMH_BAD_INPUT && *error.text));
    error = (struct error){0};
    binding_t *binding = binding_new (s_catalog (), names, count, NULL, mapping, "in.csv", &error);
    s_must (binding || (error.code == DMH_BAD_INPUT && *error.text));
    if (binding)
        s_check (binding);
    binding_destroy (&binding);
    mapping_destroy (&mapping);
    return 0;
}
