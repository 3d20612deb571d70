//  check.c: see check.h.
#include "worker/rules/schema/check.h"

#include <math.h>
#include <string.h>

const struct check_entry CHECK[CHECK_COUNT] = {
#define X(ID, NAME, CATEGORY, SUBCATEGORY, EACH, LIMIT, COUNTS)                                              \
    {NAME, CATEGORY, SUBCATEGORY, EACH, LIMIT, COUNTS},
    CHECKS (X)
#undef X
};

int check_read_limits (struct json_reader *reader, const struct json_value *dmh, double limits[CHECK_COUNT])
{
    const char *known[CHECK_COUNT + 1] = {NULL};
    const struct json_value *object = NULL;
    for (int c = 0; c < CHECK_COUNT; c++) {
        limits[c] = NAN;
        known[c] = CHECK[c].name;
    }
    int rc = json_read_object (reader, dmh, "checks", &object);
    if (rc != DMH_OK || !object)
        return rc;
    size_t back = json_reader_enter (reader, "checks");
    rc = json_read_keys (reader, object, known);
    for (int c = 0; rc == DMH_OK && c < CHECK_COUNT; c++) {
        rc = json_read_number (reader, object, CHECK[c].name, &limits[c]);
        size_t inner = json_reader_enter (reader, CHECK[c].name);
        if (rc == DMH_OK && (limits[c] < 0 || limits[c] > 100))
            rc = json_reader_error (reader, "has to be a percentage from 0 to 100");
        json_reader_leave (reader, inner);
    }
    json_reader_leave (reader, back);
    return rc;
}

static bool s_is (const char *word, size_t n, const char *name)
{
    return strlen (name) == n && memcmp (word, name, n) == 0;
}

static bool s_holds (enum check check, const char *word, size_t n)
{
    return s_is (word, n, CHECK[check].name) || s_is (word, n, CHECK[check].category) ||
           s_is (word, n, "any");
}

bool check_is_among (enum check check, const char *words)
{
    while (*words) {
        size_t n = strcspn (words, ",");
        if (s_holds (check, words, n))
            return true;
        words += n + (words[n] == ',');
    }
    return false;
}

const char *check_unknown (const char *words, size_t *n)
{
    for (const char *at = words; *at; at += *n + (at[*n] == ',')) {
        bool known = false;
        *n = strcspn (at, ",");
        for (int c = 0; c < CHECK_COUNT; c++)
            known = known || s_holds ((enum check) c, at, *n);
        if (!known)
            return at;
    }
    return NULL;
}
