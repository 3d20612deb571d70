//  schema_fuzz.c: any bytes as a schema file. What is refused is told in a sentence; what is taken is whole:
//  names lead to their fields, indices stay inside, codes are found again.
#include "worker/rules/schema/read/json_reader.h"
#include "worker/rules/schema/read/read.h"
#include "worker/rules/schema/schema.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void s_must (bool holds)
{
    if (!holds)
        abort ();
}

static void s_check_field (const schema_t *schema, int f)
{
    const struct field *field = &schema->fields[f];
    s_must (schema_field (schema, field->name) == f && (field->type == FIELD_CODE) == (field->codes != NULL));
    for (size_t a = 0; a <= field->alias_count; a++) {
        const char *name = a ? field->aliases[a - 1] : field->name;
        const struct field_name *found = field_names_find (schema->names, text_of (name));
        //  One spelled anew (case beyond ASCII, marks) counts as the first of its spelling.
        s_must (found && found->field == f && found->strength <= (int) a);
    }
    for (size_t a = 0; a < field->otherwise_count; a++)
        s_must (field_names_find (schema->otherwise, text_of (field->otherwise[a])) != NULL);
}

//  With all mistakes gathered the answer is the same, and each is told.
static void s_check_all (const char *text, size_t size, bool good)
{
    static struct json_findings findings;
    struct error error = {0};
    size_t fields;
    int rc = schema_check (text, size, "x.json", &findings, &fields, &error);
    s_must (good ? rc == DMH_OK && findings.count == 0 : rc == DMH_BAD_INPUT && findings.count > 0);
    s_must (good || strcmp (findings.texts[0], error.text) == 0);
    for (size_t i = 0; i < findings.count; i++)
        s_must (strncmp (findings.texts[i], "x.json", 6) == 0);
    json_findings_clear (&findings);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    struct error error = {0};
    schema_t *schema = schema_read ((const char *) data, size, "x.json", &error);
    s_check_all ((const char *) data, size, schema != NULL);
    if (!schema) {
        s_must (error.code == DMH_BAD_INPUT && strncmp (error.text, "x.json", 6) == 0);
        return 0;
    }
    s_must (schema->name && schema->version && schema->field_count > 0 && schema->field_count <= FIELDS_MAX);
    for (size_t f = 0; f < schema->field_count; f++)
        s_check_field (schema, (int) f);
    for (size_t i = 0; i < schema->key_count; i++)
        s_must (schema->key[i] >= 0 && (size_t) schema->key[i] < schema->field_count);
    for (size_t i = 0; i < schema->any_of_count; i++)
        s_must (schema->any_of[i] >= 0 && (size_t) schema->any_of[i] < schema->field_count);
    for (size_t i = 0; i < schema->date_check_count; i++)
        s_must (schema->date_checks[i].before >= 0 && schema->date_checks[i].after >= 0);
    schema_destroy (&schema);
    return 0;
}
