//  record.c: see record.h. Hot path: no allocation; a value without escapes stays where it stands.
#include "worker/formats/json/record.h"

#include "worker/formats/json/dicom.h"

#include <stdio.h>

//  Appends to the path; false when it is too long.
static bool s_append (struct json_record *self, struct text name)
{
    if (self->path_bytes + name.n + 1 >= JSON_RECORD_PATH_BYTES)
        return false;
    if (self->path_bytes)
        self->path[self->path_bytes++] = '.';
    if (name.n)
        memcpy (self->path + self->path_bytes, name.at, name.n);
    self->path_bytes += name.n;
    return true;
}

static enum rule s_value (struct json_record *self, struct text path, struct text value, bool bare)
{
    char name[JSON_RECORD_PATH_BYTES];
    if (self->dialect->dicom && !json_dicom_name (path, name, sizeof name, &path))
        return RULE_RECORD_SYNTAX;
    if (self->dialect->dicom && !path.at)
        return RULE_NONE;    //  a vr
    int column;
    enum rule problem = json_names_value (self->names, path, &column);
    if (problem == RULE_NONE && column != JSON_NAME_UNKNOWN) {
        self->fields[column] = value;
        self->bare[column] = bare;
    }
    return problem;
}

//  A key: its path at depth one is the key itself, deeper it is put together. *path is valid until the next.
static enum rule s_key (struct json_record *self, struct json_cursor *in, struct text *path)
{
    struct text key;
    if (in->at == in->end || *in->at != '"')
        return RULE_RECORD_SYNTAX;
    enum rule problem = json_text (in, &self->scratch, &key);
    if (problem != RULE_NONE)
        return problem;
    json_skip (in);
    if (in->at == in->end || *in->at != ':')
        return RULE_RECORD_SYNTAX;
    in->at++;
    json_skip (in);
    self->path_bytes = self->levels[self->depth - 1].path;
    *path = key;
    bool whole = self->path_bytes == 0;
    if (whole && in->at < in->end && *in->at != '{' && *in->at != '[')
        return key.n + 1 < JSON_RECORD_PATH_BYTES ? RULE_NONE : RULE_RECORD_SYNTAX;
    if (!s_append (self, key))
        return RULE_RECORD_SYNTAX;
    *path = (struct text){self->path, self->path_bytes};
    return RULE_NONE;
}

static enum rule s_index (struct json_record *self, struct text *path)
{
    struct json_level *level = &self->levels[self->depth - 1];
    char index[24];
    int n = snprintf (index, sizeof index, "%zu", level->index++);
    self->path_bytes = level->path;
    if (!s_append (self, (struct text){index, (size_t) n}))
        return RULE_RECORD_SYNTAX;
    *path = (struct text){self->path, self->path_bytes};
    return RULE_NONE;
}

//  Opens what begins at in->at. *empty: it is closed again.
static enum rule s_open (struct json_record *self, struct json_cursor *in, bool *empty)
{
    bool array = *in->at == '[';
    if (self->depth == JSON_RECORD_DEPTH_MAX)
        return RULE_RECORD_SYNTAX;
    self->levels[self->depth++] = (struct json_level){self->path_bytes, array, 0};
    in->at++;
    json_skip (in);
    *empty = in->at < in->end && *in->at == (array ? ']' : '}');
    return RULE_NONE;
}

//  Notes that an object or array has that name. In the DICOM JSON model a column may be called as the object
//  that its value stands in, so there objects are called otherwise.
static enum rule s_name_open (struct json_record *self, struct text path)
{
    if (self->dialect->dicom)
        self->path[path.n++] = '{';    //  s_append left room
    return json_names_open (self->names, path);
}

//  A member or an element. *opened: its value is a container that holds more.
static enum rule s_member (struct json_record *self, struct json_cursor *in, bool *opened)
{
    struct text path, value;
    bool array = self->levels[self->depth - 1].array;
    enum rule problem = array ? s_index (self, &path) : s_key (self, in, &path);
    *opened = false;
    if (problem != RULE_NONE)
        return problem;
    if (in->at == in->end)
        return RULE_RECORD_SYNTAX;
    if (*in->at == '{' || *in->at == '[') {
        bool empty = false;
        problem = array ? RULE_NONE : s_name_open (self, path);
        if (problem == RULE_NONE)
            problem = s_open (self, in, &empty);
        *opened = problem == RULE_NONE && !empty;
        return problem;
    }
    bool bare = *in->at != '"';
    if (!bare)
        problem = json_text (in, &self->scratch, &value);
    else if (!json_scalar (in, &value))
        problem = RULE_RECORD_SYNTAX;
    return problem == RULE_NONE ? s_value (self, path, value, bare) : problem;
}

//  Closes what ends at in->at; *more: a comma came, so something follows.
static enum rule s_close (struct json_record *self, struct json_cursor *in, bool *more)
{
    *more = false;
    while (self->depth && !*more) {
        json_skip (in);
        if (in->at == in->end)
            return RULE_RECORD_SYNTAX;
        bool array = self->levels[self->depth - 1].array;
        *more = *in->at == ',';
        if (!*more && *in->at != (array ? ']' : '}'))
            return RULE_RECORD_SYNTAX;
        self->depth -= !*more;
        in->at++;
    }
    if (*more)
        json_skip (in);
    return RULE_NONE;
}

enum rule json_record_read (struct json_record *self, struct json_cursor *in)
{
    bool empty, more = true;
    memset (self->fields, 0, self->dialect->name_count * sizeof *self->fields);
    self->scratch.used = self->path_bytes = self->depth = 0;
    json_names_begin (self->names);
    enum rule problem = s_open (self, in, &empty);
    if (problem == RULE_NONE && empty)
        problem = s_close (self, in, &more);
    while (problem == RULE_NONE && more) {
        bool opened;
        problem = s_member (self, in, &opened);
        if (problem == RULE_NONE && !opened)
            problem = s_close (self, in, &more);
    }
    if (problem != RULE_NONE)
        json_names_withdraw (self->names);
    return problem;
}
