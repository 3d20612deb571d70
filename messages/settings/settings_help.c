//  settings_help.c: the options of a table as people and as scripts read them, see settings.h.
#include "messages/base/narrow.h"
#include "messages/settings/settings.h"
#include "messages/text/terminal.h"
#include "messages/text/utf8.h"

#include <string.h>

enum { WIDTH = 79, ROOM = 24, LEFT_BYTES = 64, WORD_BYTES_MAX = 64 };

static const char INDENT[] = "                           ";    //  of the lines below the first: ROOM + 3

//  Columns of n bytes of a help line, whose letters are all one wide.
static size_t s_columns (const char *text, size_t n)
{
    size_t columns = 0;
    for (const char *end = text + n; text < end; columns++)
        text += utf8_bytes (text) ? utf8_bytes (text) : 1;
    return columns;
}

//  Words from the column that it stands at, each line ROOM + 3 in.
static void s_wrap (const char *text, FILE *to)
{
    char word[WORD_BYTES_MAX];
    size_t column = 0;
    while (*text) {
        size_t n = strcspn (text, " "), columns = s_columns (text, n);
        if (column && ROOM + 3 + column + 1 + columns > WIDTH) {
            terminal_print (to, "\n%s", INDENT);
            column = 0;
        } else if (column) {
            terminal_print (to, " ");
            column++;
        }
        snprintf (word, sizeof word, "%.*s", NARROW (int, n), text);
        terminal_print (to, "%s", word);
        column += columns;
        text += n;
        text += strspn (text, " ");
    }
    terminal_print (to, "\n");
}

void settings_help (const struct setting *settings, size_t count, FILE *to)
{
    bool letters = false;
    for (size_t i = 0; i < count; i++)
        letters = letters || (settings[i].letter && !settings[i].elsewhere);
    for (size_t i = 0; i < count; i++) {
        char left[LEFT_BYTES], letter[] = {'-', settings[i].letter, ',', ' ', 0};
        const struct setting *setting = &settings[i];
        if (setting->elsewhere)
            continue;
        snprintf (left, sizeof left, "%s--%s%s%s",
                  setting->letter ? letter
                  : letters       ? "    "
                                  : "",
                  setting->name, setting->argument ? " " : "", setting->argument ? setting->argument : "");
        if (strlen (left) > ROOM)
            terminal_print (to, "  %s\n%s", left, INDENT);
        else
            terminal_print (to, "  %-24s ", left);
        s_wrap (setting->help, to);
    }
}

void settings_list (const struct setting *settings, size_t count, FILE *to)
{
    for (size_t i = 0; i < count; i++) {
        char letter[] = {'-', settings[i].letter, 0};
        const struct setting *setting = &settings[i];
        if (!setting->elsewhere)
            terminal_print (to, "--%s\t%s\t%s\t%s\t%s\n", setting->name, setting->letter ? letter : "",
                            setting->argument ? setting->argument : "", setting->words ? setting->words : "",
                            setting->help);
    }
}
