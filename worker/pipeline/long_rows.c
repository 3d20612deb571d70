//  long_rows.c: see long_rows.h.
#include "worker/pipeline/long_rows.h"

#include "messages/base/buffer.h"
#include "worker/encoders/escape.h"

#include <stdlib.h>

struct long_rows {
    const binding_t *binding;
    const unpivot_t *unpivot;
    char delimiter;
    const struct row *wide;
    size_t next;            //  test
    struct text *fields;    //  [unpivot->name_count]
    unsigned char *bare;    //  [unpivot->name_count], as of struct row
    struct buffer raw;
};

long_rows_t *long_rows_new (const binding_t *binding, char delimiter)
{
    long_rows_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->binding = binding;
    self->unpivot = binding->unpivot;
    self->delimiter = delimiter;
    self->fields = calloc (self->unpivot->name_count + 1, sizeof *self->fields);
    self->bare = calloc (self->unpivot->name_count + 1, 1);
    if (!self->fields || !self->bare)
        long_rows_destroy (&self);
    return self;
}

void long_rows_destroy (long_rows_t **self_p)
{
    long_rows_t *self = *self_p;
    if (!self)
        return;
    free (self->fields);
    free (self->bare);
    free (self->raw.at);
    free (self);
    *self_p = NULL;
}

static unsigned char s_is_bare (const long_rows_t *self, int column)
{
    return self->wide->bare && (size_t) column < self->wide->count ? self->wide->bare[column] : 0;
}

static struct text s_cell (const long_rows_t *self, int column)
{
    return (size_t) column < self->wide->count ? self->wide->fields[column] : (struct text){NULL, 0};
}

void long_rows_begin (long_rows_t *self, const struct row *wide)
{
    const unpivot_t *unpivot = self->unpivot;
    self->wide = wide;
    self->next = 0;
    for (size_t k = 0; k < unpivot->kept_count; k++) {
        self->fields[unpivot->field_count + 1 + k] = s_cell (self, unpivot->kept[k]);
        self->bare[unpivot->field_count + 1 + k] = s_is_bare (self, unpivot->kept[k]);
    }
}

static bool s_is_result (const long_rows_t *self, struct text cell)
{
    const schema_t *schema = self->unpivot->schema;
    const missing_t *except = schema->fields[schema->measure.number].missing_except;
    struct text in = cell.n ? text_trim (cell) : cell;
    if (in.n == 0 || (self->binding->missing && missing_has (self->binding->missing, in)))
        return false;
    return !missing_has (schema->missing, in) || (except && missing_has (except, in));
}

//  A value as CSV has it between the delimiters.
static char *s_put (const long_rows_t *self, char *to, struct text value)
{
    bool quoted = value.n && memchr (value.at, self->delimiter, value.n) && self->delimiter != ',';
    if (!quoted)
        return value.n ? escape_csv (to, value) : to;
    *to++ = '"';
    for (size_t i = 0; i < value.n; i++) {
        if (value.at[i] == '"')
            *to++ = '"';
        *to++ = value.at[i];
    }
    *to++ = '"';
    return to;
}

static char *s_line (const long_rows_t *self, char *to)
{
    for (size_t i = 0; i < self->unpivot->name_count; i++) {
        if (i)
            *to++ = self->delimiter;
        to = s_put (self, to, self->fields[i]);
    }
    return to;
}

//  What is not there has no key.
static char *s_object (const long_rows_t *self, char *to)
{
    bool any = false;
    *to++ = '{';
    for (size_t i = 0; i < self->unpivot->name_count; i++) {
        if (self->fields[i].n == 0)
            continue;
        if (any)
            *to++ = ',';
        any = true;
        to = escape_json (to, text_of (self->binding->columns[i].source));
        *to++ = ':';
        to = escape_json (to, self->fields[i]);
    }
    *to++ = '}';
    return to;
}

static int s_write (long_rows_t *self)
{
    size_t room = 2;
    for (size_t i = 0; i < self->unpivot->name_count; i++)
        room +=
            6 * (self->fields[i].n + (self->delimiter ? 0 : strlen (self->binding->columns[i].source))) + 8;
    self->raw.used = 0;
    if (buffer_reserve (&self->raw, room) != 0)
        return -1;
    char *end = self->delimiter ? s_line (self, self->raw.at) : s_object (self, self->raw.at);
    self->raw.used = (size_t) (end - self->raw.at);
    return 0;
}

int long_rows_next (long_rows_t *self, struct row *out)
{
    const unpivot_t *unpivot = self->unpivot;
    while (self->next < unpivot->test_count) {
        const struct unpivot_test *test = &unpivot->tests[self->next++];
        struct text cell = s_cell (self, test->column);
        if (!s_is_result (self, cell))
            continue;
        for (size_t i = 0; i < unpivot->field_count; i++)
            self->fields[i] = text_of (test->values[i]);
        self->fields[unpivot->field_count] = cell;
        self->bare[unpivot->field_count] = s_is_bare (self, test->column);
        if (s_write (self) != 0)
            return -1;
        *out = (struct row){.fields = self->fields,
                            .count = unpivot->name_count,
                            .bare = self->bare,
                            .raw = {self->raw.at, self->raw.used},
                            .line = self->wide->line};
        return 1;
    }
    return 0;
}
