//  names.c: see names.h. That a record has a name is its number in an array: nothing is cleared between two
//  records.
#include "worker/formats/json/names.h"

#include "messages/base/narrow.h"

#include <stdlib.h>

enum { OPENED_KEPT = COLUMNS_MAX };

//  A name that is no column: of a value, or of an object or array.
struct name {
    char *bytes;
    size_t n;
    int column;         //  of an object or array: the column of the same path, or JSON_NAME_UNKNOWN
    uint64_t record;    //  the last one that had it
};

struct list {
    struct name *names;
    size_t count, room;
    text_index_t *index;
};

struct json_names {
    struct json_columns hot;
    const struct dialect *dialect;
    text_index_t *columns;
    int *
        opened_as;    //  by column: the object or array of the same path in `opened`; JSON_NAME_UNKNOWN: none
    struct list unknown, opened;
    size_t before;       //  unknown names before this record
    size_t next_open;    //  as hot.next, of `opened`
    bool failed;
};

static void s_truncate (struct list *self, size_t count)
{
    while (self->count > count)
        free (self->names[--self->count].bytes);
}

static struct text s_text (const struct name *name)
{
    return (struct text){name->bytes, name->n};
}

//  An index of the names that are left, as none of it can be taken out.
static int s_index (struct list *self)
{
    text_index_destroy (&self->index);
    self->index = text_index_new ();
    if (!self->index)
        return -1;
    for (size_t i = 0; i < self->count; i++)
        if (text_index_put (self->index, s_text (&self->names[i]), NARROW (int, i)) != 0)
            return -1;
    return 0;
}

static struct name *s_add (struct list *self, struct text path)
{
    if (!self->names || self->count == self->room) {
        size_t room = self->room * 2 + 16;
        struct name *names = realloc (self->names, room * sizeof *names);
        if (!names)
            return NULL;
        self->names = names;
        self->room = room;
    }
    char *copy = malloc (path.n + 1);
    if (!copy)
        return NULL;
    memcpy (copy, path.n ? path.at : "", path.n);
    copy[path.n] = 0;
    struct name *name = &self->names[self->count];
    *name = (struct name){.bytes = copy, .n = path.n, .column = JSON_NAME_UNKNOWN};
    if (text_index_put (self->index, s_text (name), NARROW (int, self->count++)) != 0)
        return NULL;
    return name;
}

static struct name *s_find (const struct list *self, struct text path)
{
    int found = self->count ? text_index_find (self->index, path) : TEXT_INDEX_NONE;
    return found == TEXT_INDEX_NONE ? NULL : &self->names[found];
}

json_names_t *json_names_new (const struct dialect *dialect)
{
    json_names_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    size_t count = dialect->name_count;
    self->dialect = dialect;
    self->columns = text_index_new ();
    self->hot.columns = calloc (count + 1, sizeof *self->hot.columns);
    self->opened_as = malloc ((count + 1) * sizeof *self->opened_as);
    bool good = self->columns && self->hot.columns && self->opened_as && s_index (&self->unknown) == 0 &&
                s_index (&self->opened) == 0;
    for (size_t i = count; good && i-- > 0;) {
        self->opened_as[i] = JSON_NAME_UNKNOWN;
        self->hot.columns[i].name = (struct text){dialect->names[i], dialect->name_bytes[i]};
        good = text_index_put (self->columns, self->hot.columns[i].name, NARROW (int, i)) == 0;
    }
    self->hot.simple = count - dialect->awaited;
    if (!good)
        json_names_destroy (&self);
    return self;
}

static void s_clear (struct list *self)
{
    s_truncate (self, 0);
    free (self->names);
    text_index_destroy (&self->index);
}

void json_names_destroy (json_names_t **self_p)
{
    json_names_t *self = *self_p;
    if (!self)
        return;
    s_clear (&self->unknown);
    s_clear (&self->opened);
    text_index_destroy (&self->columns);
    free (self->hot.columns);
    free (self->opened_as);
    free (self);
    *self_p = NULL;
}

int json_names_forget (json_names_t *self)
{
    self->failed = false;
    self->before = 0;
    if (self->unknown.count) {
        s_truncate (&self->unknown, 0);
        self->failed = s_index (&self->unknown) != 0;
    }
    return self->failed ? -1 : 0;
}

void json_names_begin (json_names_t *self)
{
    self->hot.record++;
    self->before = self->unknown.count;
    self->hot.next = self->next_open = 0;
    if (self->opened.count <= OPENED_KEPT)
        return;
    for (size_t i = 0; i < self->dialect->name_count; i++)
        self->opened_as[i] = JSON_NAME_UNKNOWN;
    self->hot.simple = self->dialect->name_count - self->dialect->awaited;
    s_truncate (&self->opened, 0);
    self->failed = s_index (&self->opened) != 0 || self->failed;
}

void json_names_withdraw (json_names_t *self)
{
    if (self->unknown.count == self->before)
        return;
    s_truncate (&self->unknown, self->before);
    self->failed = s_index (&self->unknown) != 0 || self->failed;
}

//  A name of no column; also that of one which no record had before.
static enum rule s_unknown (json_names_t *self, struct text path)
{
    struct name *name = s_find (&self->unknown, path), *opened = s_find (&self->opened, path);
    if (opened && opened->record == self->hot.record)
        return RULE_RECORD_KEY_TWICE;
    if (!name) {
        if (self->unknown.count == COLUMNS_MAX)
            return RULE_FIELD_COUNT;
        name = s_add (&self->unknown, path);
        self->failed = self->failed || !name;
        if (!name)
            return RULE_FIELD_COUNT;
    } else if (name->record == self->hot.record)
        return RULE_RECORD_KEY_TWICE;
    name->record = self->hot.record;
    return RULE_NONE;
}

enum rule json_names_find (json_names_t *self, struct text path, int *column)
{
    int at = text_index_find (self->columns, path);
    *column = JSON_NAME_UNKNOWN;
    if (at == TEXT_INDEX_NONE)
        return s_unknown (self, path);
    struct json_column *known = &self->hot.columns[at];
    int opened = self->opened_as[at];
    if (known->record == self->hot.record ||
        (opened != JSON_NAME_UNKNOWN && self->opened.names[opened].record == self->hot.record))
        return RULE_RECORD_KEY_TWICE;
    known->record = self->hot.record;
    self->hot.next = (size_t) at + 1;
    *column = at;
    return (size_t) at + self->dialect->awaited >= self->dialect->name_count ? s_unknown (self, path)
                                                                             : RULE_NONE;
}

//  The object or array of that path, new where it was not met before. NULL: out of memory.
static struct name *s_opened (json_names_t *self, struct text path)
{
    struct list *list = &self->opened;
    struct name *name = self->next_open < list->count ? &list->names[self->next_open] : NULL;
    if (!name || !text_equal (s_text (name), path))
        name = s_find (list, path);
    if (!name) {
        name = s_add (list, path);
        int column = name ? text_index_find (self->columns, path) : TEXT_INDEX_NONE;
        if (column != TEXT_INDEX_NONE) {
            name->column = column;
            self->opened_as[column] = NARROW (int, list->count) - 1;
            self->hot.simple = 0;
        }
    }
    if (name)
        self->next_open = (size_t) (name - list->names) + 1;
    return name;
}

enum rule json_names_open (json_names_t *self, struct text path)
{
    struct name *name = s_opened (self, path);
    self->failed = self->failed || !name;
    if (!name)
        return RULE_FIELD_COUNT;
    struct name *value = name->column == JSON_NAME_UNKNOWN ? s_find (&self->unknown, path) : NULL;
    bool twice =
        name->record == self->hot.record || (value && value->record == self->hot.record) ||
        (name->column != JSON_NAME_UNKNOWN && self->hot.columns[name->column].record == self->hot.record);
    name->record = self->hot.record;
    return twice ? RULE_RECORD_KEY_TWICE : RULE_NONE;
}

bool json_names_failed (const json_names_t *self)
{
    return self->failed;
}

struct text json_names_unknown (const json_names_t *self, size_t i)
{
    return i < self->unknown.count ? s_text (&self->unknown.names[i]) : (struct text){NULL, 0};
}
