//  kind_page.c: see kind_page.h.
#define _GNU_SOURCE
#include "worker/inspect/kind_page.h"

#include "worker/rules/schema/catalog.h"
#include "worker/rules/schema/read/json_reader.h"
#include "worker/rules/schema/read/read.h"
#include "worker/rules/schema/schema.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { TYPES_MAX = 32, RULES_BYTES = 2048 };

//  A text that grows; `at` is NULL when memory ran out.
struct phrase {
    char *at;
    size_t used;
    FILE *to;
};

//  False: out of memory. The phrase must not move before s_end.
static bool s_begin (struct phrase *self)
{
    *self = (struct phrase){NULL, 0, NULL};
    self->to = open_memstream (&self->at, &self->used);
    return self->to;
}

//  The text, yours to free; NULL when it is empty or memory ran out.
static char *s_end (struct phrase *self)
{
    if (!self->to || fclose (self->to) != 0 || self->used == 0) {
        free (self->at);
        self->at = NULL;
    }
    return self->at;
}

static char *s_copy (const char *text)
{
    return text ? strdup (text) : NULL;
}

static char *s_join (char *const *names, size_t count)
{
    struct phrase phrase;
    s_begin (&phrase);
    for (size_t i = 0; phrase.to && i < count; i++)
        fprintf (phrase.to, "%s%s", i ? ", " : "", names[i]);
    return s_end (&phrase);
}

//  From the file: its "values".
static char *s_codes (const struct json_value *entry)
{
    const struct json_value *values = json_value_member (json_value_member (entry, "dmh"), "values");
    const struct json_value *code = json_value_is (values, JSON_OBJECT) ? values->first : NULL;
    struct phrase phrase;
    s_begin (&phrase);
    for (; phrase.to && code; code = code->next) {
        fprintf (phrase.to, "%s%s", code == values->first ? "" : "; ", *code->key ? code->key : "nothing");
        for (const struct json_value *spelling = code->first; spelling; spelling = spelling->next)
            fprintf (phrase.to, "%s%s%s", spelling == code->first ? " (" : ", ", json_value_string (spelling),
                     spelling->next ? "" : ")");
    }
    return s_end (&phrase);
}

static char *s_notes (const struct field *field)
{
    struct phrase phrase;
    if (!s_begin (&phrase))
        return NULL;
    if (field->required)
        fputs ("; every record needs it", phrase.to);
    if (field->identifying)
        fputs ("; tells who a person is", phrase.to);
    if (field->past)
        fputs ("; a value in the future earns a warning", phrase.to);
    if (field->open)
        fputs ("; another form is kept as it is", phrase.to);
    if (!isnan (field->minimum))
        fprintf (phrase.to, "; at least %g", field->minimum);
    if (!isnan (field->maximum))
        fprintf (phrase.to, "; at most %g", field->maximum);
    char *notes = s_end (&phrase);
    if (notes)
        memmove (notes, notes + 2, strlen (notes + 2) + 1);
    return notes;
}

static bool s_field (struct kind_page_field *to, const struct field *field, const struct json_value *entry)
{
    to->name = s_copy (field->name);
    to->title = s_copy (field->title);
    to->type = s_copy (field_type_word (field->type));
    to->description = s_copy (field->description);
    to->standard = s_copy (field->standard);
    to->aliases = s_join (field->aliases, field->alias_count);
    to->otherwise = s_join (field->otherwise, field->otherwise_count);
    to->codes = s_codes (entry);
    to->notes = s_notes (field);
    to->required = field->required;
    return to->name && to->type;
}

static char *s_key (const schema_t *schema)
{
    struct phrase phrase;
    s_begin (&phrase);
    for (size_t k = 0; phrase.to && k < schema->key_count; k++)
        fprintf (phrase.to, "%s%s", k ? ", " : "", schema->fields[schema->key[k]].name);
    return s_end (&phrase);
}

static char *s_checks (const schema_t *schema)
{
    struct phrase phrase;
    if (!s_begin (&phrase))
        return NULL;
    for (size_t i = 0; i < schema->any_of_count; i++)
        fprintf (phrase.to, "%s%s%s", i ? ", " : "at least one of ", schema->fields[schema->any_of[i]].name,
                 i + 1 == schema->any_of_count ? " has to be there\n" : "");
    for (size_t i = 0; i < schema->date_check_count; i++)
        fprintf (phrase.to, "%s comes before %s, else %s\n",
                 schema->fields[schema->date_checks[i].before].name,
                 schema->fields[schema->date_checks[i].after].name, RULE[schema->date_checks[i].rule].name);
    const struct measure *measure = &schema->measure;
    if (schema->has_measure && measure->unit != FIELD_NONE && measure->code != FIELD_NONE)
        fprintf (phrase.to,
                 "%s is converted to the canonical unit of its %s, and checked against its range\n",
                 schema->fields[measure->number].name, schema->fields[measure->code].name);
    if (schema->has_measure && measure->low != FIELD_NONE && measure->high != FIELD_NONE)
        fprintf (phrase.to, "%s is not above %s, else %s\n", schema->fields[measure->low].name,
                 schema->fields[measure->high].name, RULE[RULE_REFERENCE_RANGE].name);
    return s_end (&phrase);
}

//  Rules that look at several fields; a type alone does not earn them.
static bool s_is_check (enum rule rule)
{
    return rule == RULE_DEATH_BEFORE_BIRTH || rule == RULE_COLLECTED_AFTER_RESULT ||
           rule == RULE_ORDER_OF_DATES || rule == RULE_REFERENCE_RANGE;
}

//  "date.format: written as YYYY-MM-DD; date.invalid: …": the rules that begin with the type's word.
static char *s_rules (enum field_type type)
{
    const char *word = type == FIELD_TEST_CODE ? "loinc" : field_type_word (type);
    size_t n = strlen (word);
    struct phrase phrase;
    s_begin (&phrase);
    if (type == FIELD_IDENTIFIER && phrase.to)
        fprintf (phrase.to, "%s: %s", RULE[RULE_TEXT_SPACES].name, "spaces at the ends removed");
    for (int rule = 1; phrase.to && rule < RULE_COUNT; rule++) {
        if (strncmp (RULE[rule].name, word, n) != 0 || RULE[rule].name[n] != '.' ||
            s_is_check ((enum rule) rule))
            continue;
        fflush (phrase.to);
        fprintf (phrase.to, "%s%s: %s", phrase.used ? "; " : "", RULE[rule].name, RULE[rule].sentence);
    }
    return s_end (&phrase);
}

static bool s_types (struct kind_page *to, const schema_t *schema)
{
    bool seen[TYPES_MAX] = {false};
    to->types = calloc (schema->field_count + 1, sizeof *to->types);
    to->rules = calloc (schema->field_count + 1, sizeof *to->rules);
    if (!to->types || !to->rules)
        return false;
    for (size_t f = 0; f < schema->field_count; f++) {
        enum field_type type = schema->fields[f].type;
        if ((size_t) type >= TYPES_MAX || seen[type])
            continue;
        seen[type] = true;
        to->types[to->type_count] = strdup (field_type_word (type));
        to->rules[to->type_count] = s_rules (type);
        if (!to->types[to->type_count++])
            return false;
    }
    return true;
}

static char *s_missing (const struct json_value *root)
{
    const struct json_value *list = json_value_member (root, "missingValues");
    struct phrase phrase;
    s_begin (&phrase);
    bool first = true;
    for (const struct json_value *item = list ? list->first : NULL; phrase.to && item; item = item->next) {
        const char *marker = json_value_string (item);
        if (marker && *marker)
            fprintf (phrase.to, "%s%s", first ? "" : "  ", marker);
        first = false;
    }
    return s_end (&phrase);
}

static bool s_kind (struct kind_page *to, const schema_t *schema)
{
    struct error ignored;
    struct json_value *root =
        json_read_document (schema->json, strlen (schema->json), schema->name, &ignored);
    const struct json_value *list = json_value_member (root, "fields");
    const struct json_value *entry = list ? list->first : NULL;
    to->name = s_copy (schema->name);
    to->version = s_copy (schema->version);
    to->title = s_copy (schema->title);
    to->description = s_copy (schema->description);
    to->sha256 = s_copy (schema->sha256);
    to->json = s_copy (schema->json);
    to->key = s_key (schema);
    to->checks = s_checks (schema);
    to->missing = root ? s_missing (root) : NULL;
    to->fields = calloc (schema->field_count + 1, sizeof *to->fields);
    bool good = to->name && to->fields && list && s_types (to, schema);
    for (size_t f = 0; good && entry && f < schema->field_count; f++, entry = entry->next)
        good = s_field (&to->fields[to->field_count++], &schema->fields[f], entry);
    json_value_destroy (&root);
    return good;
}

int kind_page_all (struct kind_page **out, size_t *count, struct error *error)
{
    catalog_t *catalog = catalog_new (NULL, error);
    if (!catalog)
        return error->code;
    size_t made = 0;
    struct kind_page *kinds = calloc (catalog_size (catalog) + 1, sizeof *kinds);
    bool good = kinds != NULL;
    while (good && made < catalog_size (catalog)) {
        good = s_kind (&kinds[made], catalog_at (catalog, made));
        made++;
    }
    catalog_destroy (&catalog);
    if (!good) {
        kind_page_free (&kinds, made);
        return error_set (error, DMH_INTERNAL, "out of memory");
    }
    *out = kinds;
    *count = made;
    return DMH_OK;
}

static void s_free_all (char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free (texts[i]);
}

void kind_page_free (struct kind_page **kinds_p, size_t count)
{
    struct kind_page *kinds = *kinds_p;
    for (size_t i = 0; kinds && i < count; i++) {
        struct kind_page *kind = &kinds[i];
        for (size_t f = 0; f < kind->field_count; f++) {
            struct kind_page_field *field = &kind->fields[f];
            char *owned[] = {field->name,        field->title,    field->type,
                             field->description, field->standard, field->aliases,
                             field->otherwise,   field->codes,    field->notes};
            s_free_all (owned, sizeof owned / sizeof *owned);
        }
        char *owned[] = {kind->name, kind->version, kind->title,  kind->description, kind->sha256,
                         kind->json, kind->key,     kind->checks, kind->missing};
        s_free_all (owned, sizeof owned / sizeof *owned);
        if (kind->types && kind->rules) {
            s_free_all (kind->types, kind->type_count);
            s_free_all (kind->rules, kind->type_count);
        }
        free (kind->types);
        free (kind->rules);
        free (kind->fields);
    }
    free (kinds);
    *kinds_p = NULL;
}

//  The whole of a small file; NULL with `error` set.
static char *s_read (const char *path, size_t *n, struct error *error)
{
    struct stat about;
    FILE *file = fopen (path, "rb");
    char *bytes = file ? malloc (JSON_DOCUMENT_BYTES_MAX + 1) : NULL;
    if (!file)
        error_set (error, DMH_BAD_INPUT, "%s cannot be read: %s", path, strerror (errno));
    else if (!bytes)
        error_set (error, DMH_INTERNAL, "out of memory");
    else if (fstat (fileno (file), &about) == 0 && S_ISDIR (about.st_mode))
        error_set (error, DMH_BAD_INPUT, "%s is a folder; give a file", path);
    else {
        *n = fread (bytes, 1, JSON_DOCUMENT_BYTES_MAX + 1, file);
        if (ferror (file))
            error_set (error, DMH_BAD_INPUT, "%s cannot be read: %s", path, strerror (errno));
        else if (*n > JSON_DOCUMENT_BYTES_MAX)
            error_set (error, DMH_TOO_LARGE, "%s is longer than 1 MiB, which no schema is", path);
    }
    if (file)
        fclose (file);
    if (error->code != DMH_OK) {
        free (bytes);
        bytes = NULL;
    }
    return bytes;
}

int kind_page_of_file (const char *path, struct kind_page **out, struct error *error)
{
    size_t n = 0;
    *error = (struct error){.code = DMH_OK};
    char *json = s_read (path, &n, error);
    schema_t *schema = json ? schema_read (json, n, path, error) : NULL;
    struct kind_page *kind = schema ? calloc (1, sizeof *kind) : NULL;
    bool good = kind && s_kind (kind, schema);
    if (schema && !good) {
        kind_page_free (&kind, 1);
        error_set (error, DMH_INTERNAL, "out of memory");
    }
    schema_destroy (&schema);
    free (json);
    if (!good)
        return error->code;
    *out = kind;
    return DMH_OK;
}

int kind_page_check (const char *path, size_t *fields, char ***out, size_t *count, struct error *error)
{
    size_t n = 0;
    *error = (struct error){.code = DMH_OK};
    *out = NULL;
    *count = *fields = 0;
    char *json = s_read (path, &n, error);
    struct json_findings *findings = json ? calloc (1, sizeof *findings) : NULL;
    char **texts = json ? calloc (JSON_FINDINGS_MAX + 1, sizeof *texts) : NULL;
    int rc = error->code;
    if (rc == DMH_OK && (!findings || !texts))
        rc = error_set (error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK)
        rc = schema_check (json, n, path, findings, fields, error);
    if (rc == DMH_BAD_INPUT && findings) {    //  the texts change hands
        *count = findings->count;
        memcpy (texts, findings->texts, *count * sizeof *texts);
        findings->count = 0;
        *out = texts;
        texts = NULL;
    }
    if (findings)
        json_findings_clear (findings);
    free (findings);
    free (texts);
    free (json);
    return rc;
}

void kind_page_findings_free (char ***findings_p, size_t count)
{
    if (*findings_p)
        s_free_all (*findings_p, count);
    free (*findings_p);
    *findings_p = NULL;
}
