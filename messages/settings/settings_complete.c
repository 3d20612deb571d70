//  settings_complete.c: what a shell offers for a word of a command line, see settings.h.
#include "messages/base/narrow.h"
#include "messages/settings/settings.h"
#include "messages/text/terminal.h"

#include <string.h>

const char SETTINGS_WORD[] = "WORD";

static const struct setting *s_named (const struct setting *settings, size_t count, const char *name,
                                      size_t n)
{
    for (size_t i = 0; i < count; i++)
        if (!settings[i].elsewhere && strlen (settings[i].name) == n &&
            memcmp (settings[i].name, name, n) == 0)
            return &settings[i];
    return NULL;
}

//  The option whose value the next word is: --name, -o, or the last letter of a bundle. NULL: none.
static const struct setting *s_open (const struct setting *settings, size_t count, const char *word)
{
    if (word[0] != '-' || !word[1])
        return NULL;
    if (word[1] == '-') {
        const struct setting *named = s_named (settings, count, word + 2, strlen (word + 2));
        return named && !named->flag ? named : NULL;
    }
    for (const char *letter = word + 1; *letter; letter++) {
        size_t i = 0;
        while (i < count && (settings[i].elsewhere || settings[i].letter != *letter))
            i++;
        if (i == count || (!settings[i].flag && letter[1]))
            return NULL;
        if (!settings[i].flag)
            return &settings[i];
    }
    return NULL;
}

//  Words of an option that begin as the value does; of a list with commas its last word. `before` stands
//  before each.
static void s_words (const struct setting *setting, const char *before, const char *value, FILE *to)
{
    const char *comma = strrchr (value, ',');
    size_t kept = comma ? (size_t) (comma + 1 - value) : 0, n = strlen (value + kept);
    for (const char *at = setting->words; *at;) {
        size_t m = strcspn (at, ",");
        char word[128];
        if (m >= n && memcmp (at, value + kept, n) == 0) {
            snprintf (word, sizeof word, "%.40s%.*s%.*s", before, NARROW (int, kept), value, NARROW (int, m),
                      at);
            terminal_print (to, "%s\t\n", word);
        }
        at += m + (at[m] == ',');
    }
}

const char *settings_complete (const struct setting *settings, size_t count, const char *const *words,
                               size_t word_count, FILE *to)
{
    const struct setting *open = NULL;
    bool options = true;
    for (size_t i = 0; i + 1 < word_count; i++) {
        bool value = open != NULL;
        open = options && !value ? s_open (settings, count, words[i]) : NULL;
        options = options && (value || strcmp (words[i], "--") != 0);
    }
    const char *word = words[word_count - 1], *equals = strchr (word, '=');
    char before[64] = "";
    if (!open && options && strncmp (word, "--", 2) == 0 && equals) {
        open = s_named (settings, count, word + 2, (size_t) (equals - word) - 2);
        if (!open || open->flag)
            return NULL;
        snprintf (before, sizeof before, "%.*s", NARROW (int, equals + 1 - word), word);
        word = equals + 1;
    }
    if (open && open->words)
        s_words (open, before, word, to);
    if (open)
        return open->words ? NULL : open->argument;
    if (!options || word[0] != '-')
        return SETTINGS_WORD;
    for (size_t i = 0; i < count; i++) {
        char name[64];
        snprintf (name, sizeof name, "--%s", settings[i].name);
        if (!settings[i].elsewhere && strncmp (name, word, strlen (word)) == 0)
            terminal_print (to, "%s\t%s\n", name, settings[i].help);
    }
    return NULL;
}

void settings_complete_end (const char *wanted, FILE *to)
{
    terminal_print (to, "%s\n",
                    wanted && (strcmp (wanted, "FILE") == 0 || strcmp (wanted, "INPUT") == 0) ? ":files"
                    : wanted && strcmp (wanted, "DIR") == 0                                   ? ":folders"
                                                                                              : ":none");
}

bool settings_complete_program (const struct setting *settings, size_t count, int argc, char **argv)
{
    if (argc < 2 || strcmp (argv[1], "complete") != 0)
        return false;
    if (argc < 4)
        settings_list (settings, count, stdout);
    else
        settings_complete_end (
            settings_complete (settings, count, (const char *const *) argv + 3, (size_t) argc - 3, stdout),
            stdout);
    return true;
}
