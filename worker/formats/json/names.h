//  names.h: what the keys of records are called: columns that are known, names that are no column yet, and
//  whether one stands twice in a record. A name is a path: the keys down to a value, joined by points, and
//  the index in an array.
#ifndef DMH_WORKER_FORMATS_JSON_NAMES_H
#define DMH_WORKER_FORMATS_JSON_NAMES_H

#include "worker/formats/format.h"
#include "worker/text/index.h"

typedef struct json_names json_names_t;

enum { JSON_NAME_UNKNOWN = -1 };

//  The dialect is borrowed; its names are the columns. NULL when out of memory.
json_names_t *json_names_new (const struct dialect *dialect);
void json_names_destroy (json_names_t **self_p);

//  Forgets the unknown names. 0, or -1 out of memory.
int json_names_forget (json_names_t *self);

//  Begins a record; what the one before met for the first time stays.
void json_names_begin (json_names_t *self);
//  The record is none: the unknown names that it alone had are forgotten.
void json_names_withdraw (json_names_t *self);

//  What the hot path needs: the first member of json_names_t.
struct json_column {
    struct text name;
    uint64_t record;    //  the last one that had it
};
struct json_columns {
    struct json_column *columns;
    size_t next;        //  the column after the last one: most records have their keys in one order
    size_t simple;      //  columns before it are in no need of another look
    uint64_t record;    //  the current one
};

//  A value of the record: *column is its column, or JSON_NAME_UNKNOWN. RULE_NONE; RULE_RECORD_KEY_TWICE: the
//  record had this path before; RULE_FIELD_COUNT: too many unknown names. Hot path.
static inline enum rule json_names_value (json_names_t *self, struct text path, int *column);
enum rule json_names_find (json_names_t *self, struct text path, int *column);    //  the same, not so hot

//  The key of an object or array in the record: RULE_NONE or RULE_RECORD_KEY_TWICE. What is in it is told by
//  its own values.
enum rule json_names_open (json_names_t *self, struct text path);

//  Out of memory since json_names_forget: what was said since does not count.
bool json_names_failed (const json_names_t *self);

//  The i-th unknown name in order of appearance, {NULL, 0} past the end. Borrowed.
struct text json_names_unknown (const json_names_t *self, size_t i);

static inline enum rule json_names_value (json_names_t *self, struct text path, int *column)
{
    struct json_columns *hot = (struct json_columns *) (void *) self;
    struct json_column *next = &hot->columns[hot->next];
    if (hot->next >= hot->simple || next->record == hot->record || !text_equal (next->name, path))
        return json_names_find (self, path, column);
    next->record = hot->record;
    *column = (int) hot->next++;
    return RULE_NONE;
}

#endif
