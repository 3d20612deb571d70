//  json_document.h: reading a small JSON document (schema, mapping) with errors that name the file and the
//  path in it. Not for records: those are streamed by json/rows.c.
#ifndef DMH_WORKER_RULES_SCHEMA_JSON_DOCUMENT_H
#define DMH_WORKER_RULES_SCHEMA_JSON_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "messages/json/value.h"

enum { JSON_BYTES_MAX = 1024 * 1024, JSON_DEPTH_MAX = 16, JSON_PATH_BYTES = 256 };

//  json_value_new within the bounds above. NULL with `error` set: too long, too deep, not JSON (with its
//  line), out of memory.
struct json_value *json_parse (const char *text, size_t n, const char *source, struct error *error);

//  All that is wrong with a document, one sentence each, in the document's order.
enum { JSON_FINDINGS_MAX = 200 };
struct json_findings {
    char *texts[JSON_FINDINGS_MAX];    //  owned
    size_t count;
};
void json_findings_clear (struct json_findings *self);

//  Where we are, for messages: "fields.3.dmh". json_enter appends ".key"; the length before is returned, for
//  json_leave to go back to.
struct json_place {
    const char *source;
    struct error *error;
    //  NULL: the first mistake ends the reading. Else mistakes are gathered here, json_wrong answers DMH_OK,
    //  and whoever reads goes on with what is there; the struct that is read into is not to be used then.
    struct json_findings *findings;
    char path[JSON_PATH_BYTES];
};
size_t json_enter (struct json_place *place, const char *key);
size_t json_enter_index (struct json_place *place, size_t index);
void json_leave (struct json_place *place, size_t length);

//  "SOURCE: PATH what". Returns DMH_BAD_INPUT, DMH_OK where mistakes are gathered.
int json_wrong (struct json_place *place, const char *what);
int json_wrongf (struct json_place *place, const char *format, ...) __attribute__ ((format (printf, 2, 3)));

//  "; did you mean “found”?" or, where `found` is NULL, nothing. `out` holds JSON_HINT_BYTES. Returns out.
enum { JSON_HINT_BYTES = 96 };
char *json_hint (const char *found, char *out);

//  Every key of an object stands in `keys`, which NULL ends, and once; else a misspelt one would be ignored
//  in silence.
int json_known (struct json_place *place, const struct json_value *object, const char *const *keys);

//  The member of an object; NULL when absent or null.
const struct json_value *json_member (const struct json_value *object, const char *key);

//  A member as a copy of its string: *out NULL when absent. `required`: absent is wrong. DMH_OK,
//  DMH_BAD_INPUT, DMH_INTERNAL.
int json_string (struct json_place *place, const struct json_value *object, const char *key, bool required,
                 char **out);
//  A member that is true or false; absent leaves *out.
int json_boolean (struct json_place *place, const struct json_value *object, const char *key, bool *out);
//  A member that is a number; absent leaves *out.
int json_number (struct json_place *place, const struct json_value *object, const char *key, double *out);
//  A member that has to be an array or object when it is there; *out NULL when absent.
int json_array (struct json_place *place, const struct json_value *object, const char *key,
                const struct json_value **out);
int json_object (struct json_place *place, const struct json_value *object, const char *key,
                 const struct json_value **out);

#endif
