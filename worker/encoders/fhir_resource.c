//  fhir_resource.c: see fhir_resource.h. A template becomes a list of steps; a group that does not stand is
//  taken back.
#include "worker/encoders/fhir_resource.h"

#include "messages/base/narrow.h"
#include "worker/encoders/escape.h"
#include "worker/encoders/fhir_id.h"
#include "worker/encoders/fhir_templates.h"
#include "worker/encoders/fhir_value.h"

#include <stdio.h>
#include <stdlib.h>

enum { STEPS_MAX = 512, DEPTH_MAX = 8, FIELD_NOBODY = -1 };

enum step_sort { STEP_TEXT, STEP_VALUE, STEP_ID, STEP_BEGIN, STEP_END };

struct step {
    enum step_sort sort;
    struct text text;    //  STEP_TEXT; STEP_VALUE: the word where the field is empty
    int field;           //  STEP_VALUE, and STEP_BEGIN where it has a condition; FIELD_NOBODY: none
    bool number, not,
        unit;    //  STEP_VALUE: digits, true or false as they are; what the shape does not take; UCUM alone
    fhir_value_fn *shape;
    char when;      //  STEP_BEGIN: '+', '-' or 0
    bool bare;      //  STEP_BEGIN: nothing but text in it, its condition alone decides
    size_t past;    //  STEP_BEGIN: the step behind its end
};

struct fhir_resource {
    struct fhir_resource_plan plan;
    struct step steps[STEPS_MAX];
    size_t step_count;
    char *text;    //  the template in full, which the steps borrow from
    size_t text_bytes;
};

//  What is being read.
struct reading {
    fhir_resource_t *to;
    const char *at;
    size_t open[DEPTH_MAX], depth;
    bool good;
};

//  An open group while a record is written.
struct group {
    size_t begin;    //  where it begins, from the resource's first byte
    size_t past;
    bool any, needs;    //  something in it stood; what stands directly in it did
};

bool fhir_resource_is_known (const char *kind)
{
    return fhir_template_find (kind) != NULL;
}

static struct step *s_add (struct reading *reading, enum step_sort sort)
{
    fhir_resource_t *self = reading->to;
    reading->good = reading->good && self->step_count < STEPS_MAX;
    struct step *step = &self->steps[reading->good ? self->step_count++ : STEPS_MAX - 1];
    *step = (struct step){.sort = sort, .field = FIELD_NOBODY};
    return step;
}

static struct text s_word (struct reading *reading)
{
    const char *begin = reading->at;
    reading->at += strspn (begin, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return (struct text){begin, (size_t) (reading->at - begin)};
}

//  FIELD_NOBODY: a schema of the user's own has no such field.
static int s_field (struct reading *reading)
{
    struct text name = s_word (reading);
    const struct fhir_resource_plan *plan = &reading->to->plan;
    for (size_t f = 0; f < plan->count; f++)
        if (text_equal (name, text_of (plan->names[f])))
            return NARROW (int, f);
    return FIELD_NOBODY;
}

static void s_read_value (struct reading *reading)
{
    bool number = *reading->at++ == '#';
    if (*reading->at == '*') {
        reading->at++;
        s_add (reading, STEP_ID);
        return;
    }
    struct step *step = s_add (reading, STEP_VALUE);
    step->number = number;
    step->field = s_field (reading);
    if (*reading->at == '?') {
        reading->at++;
        step->text = s_word (reading);
    }
    if (*reading->at != ':')
        return;
    step->not = *++reading->at == '!';
    reading->at += step->not ;
    struct text name = s_word (reading);
    step->shape = fhir_value_find (name);
    step->unit = text_equal (name, TEXT ("ucum"));
    reading->good = reading->good && (step->shape || step->unit);
}

static void s_read_begin (struct reading *reading)
{
    reading->at++;
    if (reading->depth == DEPTH_MAX) {
        reading->good = false;
        return;
    }
    reading->open[reading->depth++] = reading->to->step_count;
    struct step *step = s_add (reading, STEP_BEGIN);
    if (*reading->at == '+' || *reading->at == '-') {
        step->when = *reading->at++;
        step->field = s_field (reading);
        reading->at += *reading->at == ' ';
    }
}

static void s_read_end (struct reading *reading)
{
    reading->at++;
    reading->good = reading->good && reading->depth > 0;
    if (!reading->good)
        return;
    size_t begin = reading->open[--reading->depth];
    struct step *step = &reading->to->steps[begin];
    step->bare = step->when != 0;
    for (size_t i = begin + 1; i < reading->to->step_count; i++)
        step->bare = step->bare && reading->to->steps[i].sort == STEP_TEXT;
    s_add (reading, STEP_END);
    step->past = reading->to->step_count;
}

//  Bytes up to the next sign; a comma at their beginning is a step of its own.
static void s_read_text (struct reading *reading)
{
    size_t n = *reading->at == ',' ? 1 : strcspn (reading->at, "<>$#");
    struct step *step = s_add (reading, STEP_TEXT);
    step->text = (struct text){reading->at, n};
    reading->at += n;
}

static void s_read (struct reading *reading)
{
    while (reading->good && *reading->at)
        switch (*reading->at) {
        case '<':
            s_read_begin (reading);
            break;
        case '>':
            s_read_end (reading);
            break;
        case '$':
        case '#':
            s_read_value (reading);
            break;
        default:
            s_read_text (reading);
        }
    reading->good = reading->good && reading->depth == 0;
}

//  Whether the template has a place for the field.
static bool s_has_place (const char *text, const char *name)
{
    size_t n = strlen (name);
    for (const char *at = text; (at = strpbrk (at, "$#")); at++)
        if (strncmp (at + 1, name, n) == 0 && !strchr ("abcdefghijklmnopqrstuvwxyz0123456789_", at[1 + n]))
            return true;
    return false;
}

//  The template with its quotes, and at its * the fields that have no other place, as extensions.
static char *s_in_full (const struct fhir_resource_plan *plan, const char *text)
{
    static const char REST[] = "<,{'url':'urn:dmh:%s','valueString':$%s}>";
    size_t room = strlen (text) + 1;
    for (size_t f = 0; f < plan->count; f++)
        room += sizeof REST + 2 * strlen (plan->names[f]);
    char *full = malloc (room), *to = full;
    for (const char *at = text; full && *at; at++) {
        if (*at != '*' || at[-1] == '$') {
            *to++ = *at;
            continue;
        }
        for (size_t f = 0; f < plan->count; f++)
            if (!s_has_place (text, plan->names[f]))
                to += snprintf (to, room - (size_t) (to - full), REST, plan->names[f], plan->names[f]);
    }
    if (!full)
        return NULL;
    *to = 0;
    for (char *quote = full; (quote = strchr (quote, '\''));)
        *quote = '"';
    return full;
}

fhir_resource_t *fhir_resource_new (const struct fhir_resource_plan *plan)
{
    const struct fhir_template *template = fhir_template_find (plan->kind);
    fhir_resource_t *self = template ? calloc (1, sizeof *self) : NULL;
    if (!self)
        return NULL;
    self->plan = *plan;
    self->text = s_in_full (plan, template->text);
    struct reading reading = {.to = self, .at = self->text, .good = self->text != NULL};
    if (reading.good) {
        self->text_bytes = strlen (self->text);
        s_read (&reading);
    }
    if (!reading.good)
        fhir_resource_destroy (&self);
    return self;
}

void fhir_resource_destroy (fhir_resource_t **self_p)
{
    fhir_resource_t *self = *self_p;
    if (!self)
        return;
    free (self->text);
    free (self);
    *self_p = NULL;
}

size_t fhir_resource_room (const fhir_resource_t *self, const struct text *values)
{
    size_t room = self->text_bytes + FHIR_VALUE_ROOM;
    for (size_t i = 0; i < self->step_count; i++) {
        const struct step *step = &self->steps[i];
        if (step->sort == STEP_VALUE)
            room += FHIR_VALUE_ROOM + (step->field == FIELD_NOBODY ? 0 : 6 * values[step->field].n);
    }
    return room;
}

//  The id of a record: from its key's fields that are there, else from all of it. Joined fields are put where
//  the id goes.
static char *s_emit_id (const fhir_resource_t *self, const struct text *values, struct text content, char *to)
{
    char id[FHIR_ID_BYTES];
    size_t n = 0, parts = 0;
    for (size_t k = 0; k < self->plan.key_count; k++) {
        struct text value = values[self->plan.key[k]];
        if (value.n == 0)
            continue;
        if (parts++)
            to[n++] = '\n';
        memcpy (to + n, value.at, value.n);
        n += value.n;
    }
    size_t bytes = parts ? fhir_id_of_key ((struct text){to, n}, id) : fhir_id_of_hash (content, id);
    return escape_json (to, (struct text){id, bytes});
}

//  Digits as JSON has them (RFC 8259), without an exponent.
static bool s_is_number (struct text in)
{
    size_t at = in.n && in.at[0] == '-', whole = at, digits = 0;
    for (; at < in.n && in.at[at] >= '0' && in.at[at] <= '9'; at++)
        ;
    if (at == whole || (in.at[whole] == '0' && at > whole + 1))
        return false;
    if (at == in.n)
        return true;
    for (at += in.at[at] == '.'; at < in.n && in.at[at] >= '0' && in.at[at] <= '9'; at++)
        digits++;
    return at == in.n && digits > 0;
}

static bool s_is_literal (struct text in)
{
    return s_is_number (in) || text_equal (in, TEXT ("true")) || text_equal (in, TEXT ("false"));
}

//  NULL: FHIR does not take the value there.
static char *s_emit_value (const fhir_resource_t *self, const struct step *step, struct text value, char *to)
{
    char room[FHIR_VALUE_ROOM];
    struct text out = value;
    if (value.n == 0)
        return NULL;
    if (step->number)
        return s_is_literal (value) ? escape_bytes (to, value.at, value.n) : NULL;
    if (step->unit && !self->plan.is_ucum (value))
        return NULL;
    if (step->shape && step->shape (value, &out, room) == step->not )
        return NULL;
    return escape_json (to, step->not ? value : out);
}

static bool s_holds (const struct step *step, const struct text *values)
{
    bool there = step->field != FIELD_NOBODY && values[step->field].n;
    return step->when == 0 || there == (step->when == '+');
}

char *fhir_resource_emit (const fhir_resource_t *self, const struct text *values, struct text content,
                          char *to)
{
    struct group groups[DEPTH_MAX + 1] = {{.begin = 0}}, *group = groups;
    char *start = to;
    for (size_t i = 0; i < self->step_count; i++) {
        const struct step *step = &self->steps[i];
        char *end = NULL;
        switch (step->sort) {
        case STEP_TEXT:
            if (step->text.at[0] != ',' || (to[-1] != '{' && to[-1] != '['))
                to = escape_bytes (to, step->text.at, step->text.n);
            break;
        case STEP_ID:
            to = s_emit_id (self, values, content, to);
            break;
        case STEP_BEGIN:
            if (s_holds (step, values))
                *++group =
                    (struct group){.begin = (size_t) (to - start), .past = step->past, .needs = step->bare};
            else
                i = step->past - 1;
            break;
        case STEP_END:
            if (group->needs || group->any)
                group[-1].any = true;
            else
                to = start + group->begin;
            group--;
            break;
        case STEP_VALUE:
            end = step->field == FIELD_NOBODY ? NULL : s_emit_value (self, step, values[step->field], to);
            if (end)
                group->needs = true;
            else if (step->text.n)
                end = escape_json (to, step->text);
            else if (group == groups)
                end = (char *) memcpy (to, "null", 4) +
                      4;    //  a schema of the user's own that does not ask for it
            else {
                i = group->past - 1;
                end = start + group->begin;
                group--;
            }
            to = end;
        }
    }
    *to++ = '\n';
    return to;
}
