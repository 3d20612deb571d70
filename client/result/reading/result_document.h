//  result_document.h: a document of JSON that belongs to a result: report.json, datapackage.json.
#ifndef DMH_CLIENT_RESULT_READING_RESULT_DOCUMENT_H
#define DMH_CLIENT_RESULT_READING_RESULT_DOCUMENT_H

#include "messages/base/buffer.h"
#include "messages/json/value.h"

//  Reads the file `name` of `folder`; json_value_destroy it. NULL with `error` set, whose sentence names the
//  file: what result_file_open says, DMH_BAD_INPUT for what is no JSON, or larger than 64 MiB, DMH_MALFORMED
//  where a key stands twice in an object, DMH_INTERNAL out of memory.
struct json_value *result_document_read (const char *folder, const char *name, struct error *error);

//  Its bytes alone, put behind those of *text, whose memory is the caller's. DMH_OK, or as above.
int result_document_text (const char *folder, const char *name, struct buffer *text, struct error *error);

//  A key that stands twice in an object, the value itself or one in it; NULL: none does. *starved is set when
//  out of memory, and left alone otherwise.
const char *result_document_key_twice (const struct json_value *value, bool *starved);

#endif
