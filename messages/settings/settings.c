//  settings.c: see settings.h.
#define _GNU_SOURCE
#include "messages/settings/settings.h"

#include "messages/base/log.h"
#include "messages/base/narrow.h"
#include "messages/text/edit_distance.h"
#include "messages/text/utf8.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int s_take (const struct setting *setting, const char *value, struct error *error)
{
    if (setting->flag) {
        *setting->flag = true;
        return DMH_OK;
    }
    if (setting->text) {
        *setting->text = value;
        return DMH_OK;
    }
    char *end;
    errno = 0;
    unsigned long long number = strtoull (value, &end, 10);
    if (!isdigit ((unsigned char) *value) || *end || errno || number < setting->least ||
        number > setting->most)
        return error_set (error, DMH_USAGE, "--%s takes a whole number from %llu to %llu, not “%s”",
                          setting->name, (unsigned long long) setting->least,
                          (unsigned long long) setting->most, value);
    *setting->number = number;
    return DMH_OK;
}

static const struct setting *s_find (const struct setting *settings, size_t count, const char *name, size_t n)
{
    for (size_t i = 0; i < count; i++)
        if (strlen (settings[i].name) == n && memcmp (settings[i].name, name, n) == 0)
            return &settings[i];
    return NULL;
}

static const struct setting *s_find_letter (const struct setting *settings, size_t count, char letter)
{
    for (size_t i = 0; i < count; i++)
        if (settings[i].letter == letter)
            return &settings[i];
    return NULL;
}

//  The nearest is said where less than half of it would have to be written anew.
static int s_unknown (const struct setting *settings, size_t count, const char *name, size_t n,
                      struct error *error)
{
    const char *nearest = NULL;
    size_t least = n / 2 < 2 ? n / 2 : 2;
    for (size_t i = 0; i < count; i++) {
        size_t distance = edit_distance (name, n, settings[i].name, strlen (settings[i].name));
        if (!settings[i].elsewhere && distance <= least && (!nearest || distance < least)) {
            least = distance;
            nearest = settings[i].name;
        }
    }
    if (nearest)
        return error_set (error, DMH_USAGE, "there is no option --%.*s; did you mean --%s?", NARROW (int, n),
                          name, nearest);
    return error_set (error, DMH_USAGE, "there is no option --%.*s; --help lists them", NARROW (int, n),
                      name);
}

static int s_foreign (const char *dashes, const char *name, int n, const struct setting *setting,
                      struct error *error)
{
    return error_set (error, DMH_USAGE,
                      "%s%.*s is an option of %s, not of this one; --help lists those it has", dashes, n,
                      name, setting->elsewhere);
}

//  argv [*at] begins with "--"; takes the next word too where the option needs one.
static int s_long (const struct setting *settings, size_t count, int argc, char **argv, int *at,
                   struct error *error)
{
    const char *name = argv[*at] + 2, *equals = strchr (name, '=');
    size_t n = equals ? (size_t) (equals - name) : strlen (name);
    const struct setting *setting = s_find (settings, count, name, n);
    if (!setting)
        return s_unknown (settings, count, name, n, error);
    if (setting->elsewhere)
        return s_foreign ("--", name, NARROW (int, n), setting, error);
    if (setting->flag)
        return equals ? error_set (error, DMH_USAGE, "--%s takes no value", setting->name)
                      : s_take (setting, "", error);
    const char *value = equals ? equals + 1 : *at + 1 < argc ? argv[++*at] : NULL;
    if (!value)
        return error_set (error, DMH_USAGE, "--%s needs a value: %s", setting->name, setting->argument);
    return s_take (setting, value, error);
}

//  A word of one dash that was meant to have two ("-output"), or a letter that is none.
static int s_no_letter (const char *word, const char *letter, struct error *error)
{
    size_t n = utf8_bytes (letter);
    if (letter == word + 1 && letter[1])
        return error_set (error, DMH_USAGE, "there is no option %s; --help lists them", word);
    return error_set (error, DMH_USAGE, "there is no option -%.*s; --help lists them",
                      NARROW (int, n ? n : 1), letter);
}

//  argv [*at] is a dash and letters: flags, and at the end perhaps an option with its value, in this word
//  (behind an equals sign, too) or the next.
static int s_letters (const struct setting *settings, size_t count, int argc, char **argv, int *at,
                      struct error *error)
{
    const char *word = argv[*at] + 1;
    const struct setting *meant = word[1] ? s_find (settings, count, word, strlen (word)) : NULL;
    if (meant && !meant->elsewhere)
        return error_set (error, DMH_USAGE, "there is no option -%s; did you mean --%s?", word, word);
    for (const char *letter = word; *letter; letter++) {
        const struct setting *setting = s_find_letter (settings, count, *letter);
        if (!setting)
            return s_no_letter (argv[*at], letter, error);
        if (setting->elsewhere)
            return s_foreign ("-", letter, 1, setting, error);
        int rc;
        if (setting->flag) {
            rc = s_take (setting, "", error);
            if (rc != DMH_OK)
                return rc;
            continue;
        }
        const char *value = letter[1] ? letter + 1 + (letter[1] == '=') : *at + 1 < argc ? argv[++*at] : NULL;
        if (!value)
            return error_set (error, DMH_USAGE, "-%c needs a value: %s", *letter, setting->argument);
        return s_take (setting, value, error);
    }
    return DMH_OK;
}

int settings_read (const struct setting *settings, size_t count, int argc, char **argv, const char **rest,
                   size_t *rest_count, struct error *error)
{
    bool options = true;
    *rest_count = 0;
    for (int at = 1; at < argc; at++) {
        const char *word = argv[at];
        int rc = DMH_OK;
        if (options && strcmp (word, "--") == 0)
            options = false;
        else if (options && strncmp (word, "--", 2) == 0)
            rc = s_long (settings, count, argc, argv, &at, error);
        else if (options && word[0] == '-' && word[1])
            rc = s_letters (settings, count, argc, argv, &at, error);
        else
            rest[(*rest_count)++] = word;
        if (rc != DMH_OK)
            return rc;
    }
    return DMH_OK;
}

static char *s_trim (char *text)
{
    while (isspace ((unsigned char) *text))
        text++;
    for (size_t n = strlen (text); n && isspace ((unsigned char) text[n - 1]); n--)
        text[n - 1] = 0;
    return text;
}

//  Values out of files are kept for ever, as argv is; all of them, so that one that another overrules is not
//  lost either.
struct kept {
    struct kept *next;
    char text[];
};
static struct kept *s_kept;

static const char *s_keep (const char *text)
{
    size_t n = strlen (text) + 1;
    struct kept *kept = malloc (sizeof *kept + n);
    if (!kept)
        return NULL;
    memcpy (kept->text, text, n);
    kept->next = s_kept;
    s_kept = kept;
    return kept->text;
}

static int s_line (const struct setting *settings, size_t count, char *line, struct error *error)
{
    line[strcspn (line, "#")] = 0;
    char *name = s_trim (line);
    if (!*name)
        return DMH_OK;
    char *equals = strchr (name, '=');
    if (!equals)
        return error_set (error, DMH_USAGE, "is not `name = value`");
    *equals = 0;
    name = s_trim (name);
    const struct setting *setting = s_find (settings, count, name, strlen (name));
    if (!setting)
        return s_unknown (settings, count, name, strlen (name), error);
    const char *value = s_keep (s_trim (equals + 1));
    return value ? s_take (setting, value, error) : error_set (error, DMH_INTERNAL, "out of memory");
}

int settings_read_file (const struct setting *settings, size_t count, const char *path, struct error *error)
{
    FILE *file = fopen (path, "r");
    if (!file)
        return error_set (error, DMH_USAGE, "%s cannot be read: %s", path, strerror (errno));
    char *line = NULL;
    size_t room = 0;
    int rc = DMH_OK;
    for (unsigned number = 1; rc == DMH_OK && getline (&line, &room, file) >= 0; number++) {
        struct error why = {.code = DMH_OK};
        rc = s_line (settings, count, line, &why);
        if (rc != DMH_OK)
            error_set (error, rc, "%s, line %u: %s", path, number, why.text);
    }
    free (line);
    fclose (file);
    return rc;
}

int settings_read_all (const struct setting *settings, size_t count, int argc, char **argv,
                       const char *const *config, struct error *error)
{
    size_t rest_count = 0;
    const char **rest = calloc ((size_t) argc + 1, sizeof *rest);
    if (!rest)
        return error_set (error, DMH_INTERNAL, "out of memory");
    int rc = settings_read (settings, count, argc, argv, rest, &rest_count, error);
    if (rc == DMH_OK && *config) {
        rc = settings_read_file (settings, count, *config, error);
        if (rc == DMH_OK)
            rc = settings_read (settings, count, argc, argv, rest, &rest_count, error);
    }
    if (rc == DMH_OK && rest_count)
        rc = error_set (error, DMH_USAGE, "“%s” is not an option; --help lists them", rest[0]);
    free (rest);
    return rc;
}

static bool s_differ (const struct setting *a, const struct setting *b)
{
    if (a->flag)
        return *a->flag != *b->flag;
    if (a->number)
        return *a->number != *b->number;
    return strcmp (*a->text ? *a->text : "", *b->text ? *b->text : "") != 0;
}

static void s_take_over (const struct setting *now, const struct setting *fresh)
{
    if (now->flag)
        *now->flag = *fresh->flag;
    else if (now->number)
        *now->number = *fresh->number;
    else
        *now->text = *fresh->text;
}

size_t settings_reload (const struct setting *now, const struct setting *fresh, size_t count)
{
    size_t fixed = 0;
    for (size_t i = 0; i < count; i++)
        if (now[i].reloadable)
            s_take_over (&now[i], &fresh[i]);
        else if (s_differ (&now[i], &fresh[i])) {
            log_event (LOG_LEVEL_WARNING, "config.needs_restart", NULL, NULL, "option", now[i].name, NULL);
            fixed++;
        }
    return fixed;
}
