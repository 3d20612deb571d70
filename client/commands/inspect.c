//  inspect.c: dmh inspect: what a file looks like, and which column would feed which field, and why.
#include "../command.h"
#include "../glyph.h"
#include "../line.h"
#include "../look.h"

enum { COLUMN_COLUMNS = 28 };

static const char *s_delimiter (char delimiter)
{
    switch (delimiter) {
    case '^':
        return "caret";
    case '~':
        return "tilde";
    case ':':
        return "colon";
    case ' ':
        return "space";
    case ',':
        return "comma";
    case ';':
        return "semicolon";
    case '\t':
        return "tab";
    case '|':
        return "pipe";
    case 0:
        return NULL;
    default:
        return "another character";
    }
}

static void s_print (const struct look *look)
{
    const char *delimiter = s_delimiter (look->delimiter);
    printf ("format     %s\n", look->format);
    if (delimiter)
        printf ("delimiter  %s\n", delimiter);
    printf ("encoding   %s%s\n", look->encoding, look->bom ? ", with a byte-order mark" : "");
    if (*look->compression)
        printf ("packed by  %s\n", look->compression);
    if (*look->kind)
        printf ("kind       %s (%.0f %% of its weight)\n", look->kind, 100 * look->score);
    for (size_t i = 0; i < look->column_count; i++) {
        const struct look_column *column = &look->columns[i];
        char source[256], reason[512];
        size_t columns = glyph_copy (column->source, COLUMN_COLUMNS, source, sizeof source);
        glyph_copy (column->reason ? column->reason : "", SIZE_MAX, reason, sizeof reason);
        printf ("%s%s%*s  %-18s  %s\n", i == 0 ? "\n" : "", source, (int) (COLUMN_COLUMNS - columns), "",
                column->field ? column->field : "-", reason);
    }
}

static void s_print_line (const char *input, const struct look *look)
{
    line_t *line = line_new ();
    char delimiter[2] = {look->delimiter, 0};
    line_text (line, "input", input);
    line_text (line, "format", look->format);
    line_text (line, "delimiter", delimiter);
    line_text (line, "encoding", look->encoding);
    line_flag (line, "bom", look->bom);
    if (*look->compression)
        line_text (line, "compression", look->compression);
    line_text (line, "kind", look->kind);
    line_real (line, "score", look->score);
    line_array (line, "columns");
    for (size_t i = 0; i < look->column_count; i++) {
        line_object (line, NULL);
        line_text (line, "source", look->columns[i].source);
        line_text (line, "field", look->columns[i].field);
        line_text (line, "by", look->columns[i].by);
        line_text (line, "reason", look->columns[i].reason);
        line_close (line, false);
    }
    line_close (line, true);
    line_text (line, "message", look->error.text);
    line_print (&line, stdout);
}

int command_inspect (struct asked *asked)
{
    struct look look;
    struct error error = {.code = DMH_OK};
    if (look_at (asked->words[0], &asked->options, &look, &error) != DMH_OK)
        return command_refuse (&error);
    if (asked->json)
        s_print_line (asked->words[0], &look);
    else
        s_print (&look);
    fflush (stdout);
    int status = *look.kind ? EXIT_DONE : command_refuse (&look.error);
    look_clear (&look);
    return status;
}
