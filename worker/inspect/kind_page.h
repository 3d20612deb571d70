//  kind_page.h: the kinds of records that the worker knows, as plain data for people, and what is wrong with
//  a schema file.
#ifndef DMH_WORKER_INSPECT_KIND_PAGE_H
#define DMH_WORKER_INSPECT_KIND_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "messages/base/error.h"

//  Texts are owned by the kind; NULL where the schema says nothing.
struct kind_page_field {
    char *name, *title, *type, *description, *standard;
    char *aliases;      //  joined by ", "
    char *otherwise;    //  the same, of names that stand in
    char *codes;        //  "male (m, 1); female (f, 2)"
    char *notes;        //  "required; identifying; 0 to 90"
    bool required;
};

struct kind_page {
    char *name, *version, *title, *description, *sha256, *json;
    char *key;        //  fields joined by ", "
    char *checks;     //  one a line
    char *missing;    //  markers of a missing value, joined by "  "
    struct kind_page_field *fields;
    size_t field_count;
    char **types, **rules;    //  [type_count]: each type that a field has, and what its rules say
    size_t type_count;
};

//  All kinds, by name. *out [*count] and what is in them are yours: kind_page_free.
int kind_page_all (struct kind_page **out, size_t *count, struct error *error);
//  The kind of a schema file: *out [1], the same way.
int kind_page_of_file (const char *path, struct kind_page **out, struct error *error);
void kind_page_free (struct kind_page **kinds_p, size_t count);

//  Reads a schema file as the worker would. DMH_OK; or DMH_BAD_INPUT with what is wrong with it, and where:
//  *findings [*count], yours with kind_page_findings_free, the first in `error`. *fields: how many it has.
int kind_page_check (const char *path, size_t *fields, char ***findings, size_t *count, struct error *error);
void kind_page_findings_free (char ***findings_p, size_t count);

#endif
