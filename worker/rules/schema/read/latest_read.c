//  latest_read.c: see latest_read.h.
#include "worker/rules/schema/read/latest_read.h"

#include <stdlib.h>
#include <string.h>

//  A place that is being filled.
struct place {
    struct latest *latest;
    uint8_t at;
};

static int s_code (struct json_reader *reader, const struct json_value *item, void *context)
{
    struct place *place = context;
    struct latest *latest = place->latest;
    const char *code = json_value_string (item);
    if (!code || strlen (code) >= LATEST_CODE_BYTES)
        return json_reader_error (reader, "has to be a code of at most %d letters, in quotes",
                                  LATEST_CODE_BYTES - 1);
    if (!*code) {
        latest->none = place->at;
        return DMH_OK;
    }
    if (latest->code_count == LATEST_CODES_MAX)
        return json_reader_error (reader, "is one code too many; %d at most", LATEST_CODES_MAX);
    struct latest_code *to = &latest->codes[latest->code_count++];
    to->n = strlen (code);
    memcpy (to->code, code, to->n + 1);
    to->place = place->at;
    return DMH_OK;
}

static int s_place (struct json_reader *reader, const struct json_value *item, void *context)
{
    struct place *place = context;
    if (item->type != JSON_ARRAY)
        return json_reader_error (reader, "has to be a list of codes that are of one rank");
    if (place->at == LATEST_PLACES_MAX)
        return json_reader_error (reader, "is one rank too many; %d at most", LATEST_PLACES_MAX);
    int rc = DMH_OK;
    for (const struct json_value *code = item->first; rc == DMH_OK && code; code = code->next)
        rc = s_code (reader, code, place);
    place->at++;
    return rc;
}

//  The field that `key` names, of one of two types.
static int s_field (struct json_reader *reader, const struct json_value *latest, const char *key,
                    const schema_t *schema, enum field_type type, enum field_type or_type, int *out)
{
    char *name = NULL;
    int rc = json_read_string (reader, latest, key, false, &name);
    if (rc != DMH_OK || !name)
        return rc;
    *out = schema_field (schema, name);
    free (name);
    if (*out != FIELD_NONE && (schema->fields[*out].type == type || schema->fields[*out].type == or_type))
        return DMH_OK;
    size_t back = json_reader_enter (reader, key);
    rc = json_reader_error (reader, "names no field, or one of another type; write one whose dmh.type is %s",
                            field_type_word (type));
    json_reader_leave (reader, back);
    return rc;
}

int latest_read (struct json_reader *reader, const struct json_value *dmh, const schema_t *schema,
                 struct latest *out)
{
    static const char *const KEYS[] = {"by", "order", "newest", NULL};
    const struct json_value *object, *order = NULL;
    *out = (struct latest){.by = FIELD_NONE, .newest = FIELD_NONE};
    int rc = json_read_object (reader, dmh, "latest", &object);
    if (rc != DMH_OK || !object)
        return rc;
    out->given = true;
    size_t back = json_reader_enter (reader, "latest");
    rc = json_read_keys (reader, object, KEYS);
    if (rc == DMH_OK)
        rc = s_field (reader, object, "by", schema, FIELD_CODE, FIELD_CODE, &out->by);
    if (rc == DMH_OK)
        rc = s_field (reader, object, "newest", schema, FIELD_DATETIME, FIELD_DATE, &out->newest);
    if (rc == DMH_OK)
        rc = json_read_array (reader, object, "order", &order);
    struct place place = {.latest = out};
    if (rc == DMH_OK && order)
        rc = json_read_each (reader, order, "order", s_place, &place);
    if (rc == DMH_OK && (out->by == FIELD_NONE) != !order)
        rc = json_reader_error (reader, "needs \"by\" and \"order\" together, or neither");
    json_reader_leave (reader, back);
    return rc;
}
