//  record.h: one JSON object as fields by column: nested objects by path ("name.family"), arrays by index
//  ("name.0"). Knows neither lines nor blocks; that is json/rows.c.
#ifndef DMH_WORKER_FORMATS_JSON_RECORD_H
#define DMH_WORKER_FORMATS_JSON_RECORD_H

#include "worker/formats/format.h"
#include "worker/formats/json/lex.h"
#include "worker/formats/json/names.h"

enum { JSON_RECORD_DEPTH_MAX = 32, JSON_RECORD_PATH_BYTES = 1024 };

//  A container on the way down: how long the path was before it, and for an array the next index.
struct json_level {
    size_t path;
    bool array;
    size_t index;
};

struct json_record {
    const struct dialect *dialect;    //  borrowed
    json_names_t *names;              //  borrowed
    struct text *fields;              //  [name_count]
    unsigned char *bare;              //  [name_count]: no string
    struct scratch scratch;           //  unescaped strings; room for the whole block
    //  While a record is read.
    char path[JSON_RECORD_PATH_BYTES];
    size_t path_bytes;
    struct json_level levels[JSON_RECORD_DEPTH_MAX];
    size_t depth;
};

//  Reads the object that begins at in->at ('{') and leaves in->at behind it. RULE_NONE, or why it is no
//  record: in->at then stands where the trouble is. A key that stands twice in an object has no one value
//  (RFC 8259, section 4: unpredictable), nor have two ways to write one path.
enum rule json_record_read (struct json_record *self, struct json_cursor *in);

#endif
