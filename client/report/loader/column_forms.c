//  column_forms.c: see column_forms.h.
#include "client/report/loader/column_forms.h"

#include "client/report/records/record_values.h"

#include <stdlib.h>
#include <string.h>

//  What values were met, a bit each.
enum { MET_DATE = 1, MET_LOCAL = 2, MET_OFFSET = 4, MET_OTHER = 8 };

struct met {
    unsigned forms;
    bool fractions, whole_seconds, far;
};

//  Whether `text` begins with the pattern, in which 0 is a digit.
static bool s_begins (const char *text, const char *pattern)
{
    for (; *pattern; pattern++, text++)
        if (*pattern == '0' ? *text < '0' || *text > '9' : *text != *pattern)
            return false;
    return true;
}

static unsigned s_form (const char *value, bool *fraction)
{
    *fraction = false;
    if (!s_begins (value, "0000-00-00"))
        return MET_OTHER;
    if (!value[10])
        return MET_DATE;
    if (!s_begins (value + 10, "T00:00:00"))
        return MET_OTHER;
    const char *rest = value + 19;
    if (*rest == '.') {
        size_t digits = strspn (rest + 1, "0123456789");
        *fraction = true;
        rest += 1 + digits;
        if (digits == 0 || digits > 6)
            return MET_OTHER;
    }
    if (!*rest)
        return MET_LOCAL;
    bool zone =
        strcmp (rest, "Z") == 0 || ((s_begins (rest, "+00:00") || s_begins (rest, "-00:00")) && !rest[6]);
    return zone ? MET_OFFSET : MET_OTHER;
}

static void s_meet (struct met *met, const char *value)
{
    bool fraction;
    unsigned form = s_form (value, &fraction);
    long year = strtol (value, NULL, 10);
    met->forms |= form;
    met->fractions = met->fractions || fraction;
    met->whole_seconds = met->whole_seconds || !fraction;
    met->far = met->far || year < 1678 || year > 2261;
}

static enum loaded_type s_dates (unsigned forms)
{
    switch (forms) {
    case 0:
    case MET_LOCAL:
        return LOADED_LOCAL;
    case MET_DATE:
        return LOADED_DATE;
    case MET_OFFSET:
        return LOADED_OFFSET;
    default:
        return forms & MET_OTHER ? LOADED_TEXT : LOADED_MIXED;
    }
}

static struct column_form s_decide (const struct column *column, const struct met *met)
{
    struct column_form form = {LOADED_TEXT, met->fractions, met->whole_seconds, met->far};
    if (column->type == COLUMN_NUMBER)
        form.type = LOADED_NUMBER;
    else if (column->type == COLUMN_DATE)
        form.type = met->forms & ~(unsigned) MET_DATE ? LOADED_TEXT : LOADED_DATE;
    else if (column->type == COLUMN_DATE_TIME)
        form.type = s_dates (met->forms);
    return form;
}

static int s_scan (record_values_t *record, const struct columns *columns, struct met *met,
                   struct error *error)
{
    int rc;
    while ((rc = record_values_next (record, error)) == 1)
        for (size_t i = 0; i < columns->count; i++) {
            const char *value = record_values_at (record, i);
            if (*value && columns->at[i].type != COLUMN_NUMBER)
                s_meet (&met[i], value);
        }
    return rc;
}

struct column_form *column_forms_read (const char *folder, const struct columns *columns, uint64_t *records,
                                       struct error *error)
{
    struct met *met = calloc (columns->count + 1, sizeof *met);
    struct column_form *forms = calloc (columns->count + 1, sizeof *forms);
    record_values_t *record = NULL;
    int rc =
        met && forms ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory while reading the records");
    if (rc == DMH_OK && !(record = record_values_new (folder, columns, error)))
        rc = error->code;
    if (rc == DMH_OK)
        rc = s_scan (record, columns, met, error);
    for (size_t i = 0; rc == DMH_OK && i < columns->count; i++)
        forms[i] = s_decide (&columns->at[i], &met[i]);
    if (rc == DMH_OK)
        *records = record_values_number (record);
    record_values_destroy (&record);
    free (met);
    if (rc != DMH_OK) {
        free (forms);
        forms = NULL;
    }
    return forms;
}
