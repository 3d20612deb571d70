//  json_reader.h: reading a small JSON document (schema, mapping), whose tree is messages/json/value.h's,
//  into structs, with errors that name the file and the path in it. Not for records: those are streamed by
//  formats/json.
#ifndef DMH_WORKER_RULES_SCHEMA_READ_JSON_READER_H
#define DMH_WORKER_RULES_SCHEMA_READ_JSON_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "messages/json/value.h"

enum { JSON_DOCUMENT_BYTES_MAX = 1024 * 1024, JSON_DOCUMENT_DEPTH_MAX = 16, JSON_READER_PATH_BYTES = 256 };

//  json_value_new within the bounds above. NULL with `error` set: too long, too deep, not JSON (with its
//  line), out of memory.
struct json_value *json_read_document (const char *text, size_t n, const char *source, struct error *error);

//  All that is wrong with a document, one sentence each, in the document's order.
enum { JSON_FINDINGS_MAX = 200 };
struct json_findings {
    char *texts[JSON_FINDINGS_MAX];    //  owned
    size_t count;
};
void json_findings_clear (struct json_findings *self);

//  A document while it is read: where we are in it ("fields.3.dmh"), and where mistakes go. Plain data;
//  nothing is owned.
struct json_reader {
    const char *source;
    struct error *error;
    //  NULL: the first mistake ends the reading. Else mistakes are gathered here, json_reader_error answers
    //  DMH_OK, and whoever reads goes on with what is there; the struct that is read into is not to be used
    //  then.
    struct json_findings *findings;
    char path[JSON_READER_PATH_BYTES];
};

//  Appends ".key" to the path. Returns the length before, for json_reader_leave to go back to.
size_t json_reader_enter (struct json_reader *self, const char *key);
size_t json_reader_enter_index (struct json_reader *self, size_t index);
void json_reader_leave (struct json_reader *self, size_t length);

//  "SOURCE: PATH …". Returns DMH_BAD_INPUT, DMH_OK where mistakes are gathered.
int json_reader_error (struct json_reader *self, const char *format, ...)
    __attribute__ ((format (printf, 2, 3)));
int json_reader_no_memory (struct json_reader *self);    //  DMH_INTERNAL with its sentence

//  Every key of an object stands in `keys`, which NULL ends, and once; else a misspelt one would be ignored
//  in silence.
int json_read_keys (struct json_reader *self, const struct json_value *object, const char *const *keys);

//  The member of an object; NULL when absent or null.
const struct json_value *json_read_member (const struct json_value *object, const char *key);

//  A member as a copy of its string: *out NULL when absent. `required`: absent is wrong. DMH_OK,
//  DMH_BAD_INPUT, DMH_INTERNAL.
int json_read_string (struct json_reader *self, const struct json_value *object, const char *key,
                      bool required, char **out);
//  A member that is true or false; absent leaves *out.
int json_read_boolean (struct json_reader *self, const struct json_value *object, const char *key, bool *out);
//  A member that is a number; absent leaves *out.
int json_read_number (struct json_reader *self, const struct json_value *object, const char *key,
                      double *out);
//  A member that has to be an array or object when it is there; *out NULL when absent.
int json_read_array (struct json_reader *self, const struct json_value *object, const char *key,
                     const struct json_value **out);
int json_read_object (struct json_reader *self, const struct json_value *object, const char *key,
                      const struct json_value **out);

//  Calls `read` for each element or member of `container`, the member `key` of what is read now; the path is
//  then that of the element. The first code that is not DMH_OK ends it and is returned.
typedef int json_read_fn (struct json_reader *self, const struct json_value *item, void *context);
int json_read_each (struct json_reader *self, const struct json_value *container, const char *key,
                    json_read_fn *read, void *context);

#endif
