//  vcf_values.c: see vcf_values.h.
#define _GNU_SOURCE
#include "client/verification/input/vcf_values.h"

#include "client/result/reading/report_values.h"
#include "client/verification/input/vcf_deal.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIXED = VCF_VALUES_FIXED, KEYS_MOST = 256 };

static const char *const NAMES[FIXED] = {"chrom", "pos", "id", "ref", "alt", "qual", "filter", ""};

struct value {
    size_t name, text;    //  in `bytes`
};

static int s_add (struct buffer *to, const char *text, size_t n)
{
    if (buffer_reserve (to, n + 1) != 0)
        return -1;
    memcpy (to->at + to->used, text, n);
    to->at[to->used + n] = 0;
    to->used += n + 1;
    return 0;
}

void vcf_values_clear (struct vcf_values *self)
{
    free (self->header.at);
    free (self->samples.at);
    free (self->bytes.at);
    free (self->values);
    *self = (struct vcf_values){.count = 0};
}

int vcf_values_define (struct vcf_values *self, const char *line, size_t n)
{
    return s_add (&self->header, line, n);
}

int vcf_values_name (struct vcf_values *self, const char *at, size_t n)
{
    size_t column = 0;
    int rc = 0;
    for (const char *end = at + n; rc == 0 && at <= end; column++) {
        const char *tab = memchr (at, '\t', (size_t) (end - at));
        if (!tab)
            tab = end;
        if (column > FIXED)
            rc = s_add (&self->samples, at, (size_t) (tab - at));
        at = tab + 1;
    }
    return rc;
}

void vcf_values_columns (struct vcf_values *self, const struct json_value *column)
{
    for (; column; column = column->next) {
        const char *name = report_text (column, "source"), *bar = strrchr (name, '_');
        if (bar && bar[1] && strspn (bar + 1, "0123456789") == strlen (bar + 1))
            self->numbered = true;
    }
}

//  The Number of a tag, as its line has it: "A", "R", "G", "LA" …; anything else: "".
static const char *s_number (const struct vcf_values *self, const char *of, const char *id)
{
    static const char *const NUMBERS[] = {"A", "R", "G", "LA", "LR", "LG"};
    static const struct {
        const char *of, *id, *number;
    } KNOWN[] = {{"INFO", "AC", "A"},   {"INFO", "AF", "A"},   {"INFO", "CIGAR", "A"}, {"FORMAT", "GL", "G"},
                 {"FORMAT", "GP", "G"}, {"FORMAT", "PL", "G"}, {"FORMAT", "EC", "A"}};
    char begin[256], key[] = "Number=";
    if (snprintf (begin, sizeof begin, "##%s=<", of) >= (int) sizeof begin)
        return "";
    for (size_t at = 0; at < self->header.used; at += strlen (self->header.at + at) + 1) {
        const char *line = self->header.at + at, *name = strstr (line, "ID=");
        size_t n = strlen (id);
        if (strncmp (line, begin, strlen (begin)) != 0 || !name || strncmp (name + 3, id, n) != 0 ||
            (name[3 + n] != ',' && name[3 + n] != '>'))
            continue;
        const char *number = strstr (line, key);
        for (size_t i = 0; number && i < sizeof NUMBERS / sizeof *NUMBERS; i++) {
            size_t length = strlen (NUMBERS[i]);
            const char *value = number + sizeof key - 1;
            if (strncmp (value, NUMBERS[i], length) == 0 && (value[length] == ',' || value[length] == '>'))
                return NUMBERS[i];
        }
        return "";
    }
    for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++)    //  as the specification has it
        if (strcmp (KNOWN[i].of, of) == 0 && strcmp (KNOWN[i].id, id) == 0)
            return KNOWN[i].number;
    return "";
}

//  A value behind its name, which is `first` and `second`.
static int s_put (struct vcf_values *self, const char *first, const char *second, const char *number,
                  const char *value, size_t alts, size_t alt)
{
    if (self->count == self->room) {
        size_t room = self->room ? self->room * 2 : 64;
        struct value *values = realloc (self->values, room * sizeof *values);
        if (!values)
            return -1;
        self->values = values;
        self->room = room;
    }
    struct value *to = &self->values[self->count++];
    to->name = self->bytes.used;
    if (s_add (&self->bytes, first, strlen (first)) != 0)
        return -1;
    self->bytes.used--;
    if (s_add (&self->bytes, second, strlen (second)) != 0)
        return -1;
    to->text = self->bytes.used;
    return vcf_deal (number, value, alts, alt, &self->bytes);
}

//  Which of the alleles in LAA the allele is, from 1; 0: none. *count: how many there are.
static size_t s_local (const char *laa, size_t alt, size_t *count)
{
    size_t found = 0;
    *count = 0;
    if (!laa || !*laa || strcmp (laa, ".") == 0)
        return 0;
    for (const char *at = laa;; at++) {
        ++*count;
        if (strtoull (at, NULL, 10) == alt)
            found = *count;
        at += strcspn (at, ",");
        if (!*at)
            return found;
    }
}

static int s_put_info (struct vcf_values *self, char *info, size_t alts, size_t alt)
{
    int rc = 0;
    for (char *entry; rc == 0 && (entry = strsep (&info, ";"));) {
        char *value = strchr (entry, '=');
        if (value)
            *value++ = 0;
        if (strcmp (entry, ".") != 0)
            rc = s_put (self, "info_", entry, alts > 1 ? s_number (self, "INFO", entry) : "",
                        value ? value : "1", alts, alt);
    }
    return rc;
}

//  One value of a sample. Those of local alleles are told by LAA.
static int s_put_value (struct vcf_values *self, const char *sample, const char *key, const char *value,
                        const char *laa, size_t alts, size_t alt)
{
    char name[1024];
    size_t locals;
    const char *number = alts > 1 ? s_number (self, "FORMAT", key) : "";
    snprintf (name, sizeof name, "%s.", sample);
    if (alts > 1 && strcmp (key, "GT") == 0)
        number = "GT";
    if (alts > 1 && strcmp (key, "LAA") == 0 && *value)
        return s_put (self, name, key, "", s_local (laa, alt, &locals) ? "1" : ".", alts, alt);
    if (*number != 'L')
        return s_put (self, name, key, number, value, alts, alt);
    alt = s_local (laa, alt, &locals);
    return s_put (self, name, key, laa ? number + 1 : "", value, locals, alt);
}

//  `keys` are those of FORMAT [count].
static int s_put_sample (struct vcf_values *self, const char *name, char **keys, size_t count, char *values,
                         size_t alts, size_t alt)
{
    char *parts[KEYS_MOST];
    const char *laa = NULL;
    size_t given = 0;
    int rc = 0;
    for (; values && given < count; given++) {
        parts[given] = strsep (&values, ":");
        if (strcmp (keys[given], "LAA") == 0)
            laa = parts[given];
    }
    for (size_t k = 0; rc == 0 && k < given; k++)
        rc = s_put_value (self, name, keys[k], parts[k], laa, alts, alt);
    return rc;
}

static int s_put_samples (struct vcf_values *self, char *format, char *line, size_t alts, size_t alt)
{
    char *keys[KEYS_MOST];
    size_t count = 0, name = 0;
    int rc = 0;
    while (format && count < KEYS_MOST)
        keys[count++] = strsep (&format, ":");
    for (char *sample; rc == 0 && name < self->samples.used && (sample = strsep (&line, "\t"));) {
        rc = s_put_sample (self, self->samples.at + name, keys, count, sample, alts, alt);
        name += strlen (self->samples.at + name) + 1;
    }
    return rc;
}

//  What the allele makes of the reference.
static const char *s_type (const char *ref, const char *alt)
{
    static const char BASES[] = "ACGTNacgtn";
    size_t r = strlen (ref), a = strlen (alt);
    if (strcmp (alt, ".") == 0)
        return "";
    if (strcmp (alt, "*") == 0)
        return "spanning_deletion";
    if (strcmp (alt, "<*>") == 0 || strcmp (alt, "<NON_REF>") == 0)
        return "block";
    if (strspn (alt, BASES) != a)
        return strchr (alt, '<') && !strpbrk (alt, "[]") ? "symbolic" : "breakend";
    while (r > 1 && a > 1 && toupper (ref[r - 1]) == toupper (alt[a - 1])) {
        r--;
        a--;
    }
    for (; r > 1 && a > 1 && toupper (*ref) == toupper (*alt); r--, a--) {
        ref++;
        alt++;
    }
    if (r == a)
        return r == 1 ? "snv" : "mnv";
    bool same = toupper (ref[0]) == toupper (alt[0]) || toupper (ref[r - 1]) == toupper (alt[a - 1]);
    return !same || (r > 1 && a > 1) ? "indel" : r < a ? "insertion" : "deletion";
}

static int s_put_fixed (struct vcf_values *self, char *fields[FIXED + 1], char *alt)
{
    int rc = 0;
    for (int f = 0; rc == 0 && f < FIXED - 1; f++) {
        const char *value = f == 4 ? alt : fields[f];
        bool missing = strcmp (value, ".") == 0 && f != 0 && f != 1 && f != 3;
        rc = s_put (self, NAMES[f], "", "", missing ? "" : value, 1, 1);
    }
    return rc == 0 ? s_put (self, "variant_type", "", "", s_type (fields[3], alt), 1, 1) : rc;
}

int vcf_values_take (struct vcf_values *self, char *fields[FIXED + 1], char *samples, char *allele,
                     size_t alts, size_t alt)
{
    self->bytes.used = self->count = 0;
    if (s_put_fixed (self, fields, allele) != 0 || s_put_info (self, fields[FIXED - 1], alts, alt) != 0)
        return -1;
    return fields[FIXED] ? s_put_samples (self, fields[FIXED], samples, alts, alt) : 0;
}

struct input_value vcf_values_at (const struct vcf_values *self, size_t i)
{
    const struct value *value = &self->values[i];
    const char *text = self->bytes.at + value->text;
    return (struct input_value){self->bytes.at + value->name, text, strlen (text)};
}

//  Whether two names are the same but for case and '_', as a column's is the tag's in snake_case.
static bool s_is_name (const char *column, const char *name)
{
    for (;; column++, name++) {
        while (*column == '_')
            column++;
        while (*name && *name != '.' && !isalnum ((unsigned char) *name))
            name++;
        if (tolower ((unsigned char) *column) != tolower ((unsigned char) *name))
            return false;
        if (!*column)
            return true;
    }
}

//  A sample's name stands in a column's as it is; a column whose name has a number is found by its value.
struct input_value vcf_values_column (struct vcf_values *self, const char *name)
{
    struct input_value found = {NULL, NULL, 0};
    for (size_t n = 0; n < self->count; n++) {
        size_t i = (self->hint + n) % self->count;
        struct input_value value = vcf_values_at (self, i);
        if (!s_is_name (name, value.name))
            continue;
        self->hint = i + 1;
        if (!self->numbered)
            return value;
        if (found.text)
            return (struct input_value){NULL, NULL, 0};
        found = value;
    }
    return found;
}
