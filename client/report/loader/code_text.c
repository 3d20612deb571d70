//  code_text.c: see code_text.h.
#include "client/report/loader/code_text.h"

#include "messages/text/utf8.h"

#include <string.h>

//  What cannot be shown, as \u and \U of both languages have it; of a byte that is no UTF-8 what `byte` says.
//  Returns the bytes of `at`.
static size_t s_escape (FILE *code, const char *at, const char *byte)
{
    size_t n = utf8_bytes (at);
    uint32_t letter = n ? utf8_code (at, n) : (unsigned char) *at;
    if (n)
        fprintf (code, letter > 0xffff ? "\\U%08x" : "\\u%04x", letter);
    else
        fprintf (code, byte, letter);
    return n ? n : 1;
}

static void s_literal (FILE *code, const char *text, const char *byte)
{
    fputc ('"', code);
    while (*text) {
        size_t n = utf8_shown (text);
        if (*text == '"' || *text == '\\')
            fputc ('\\', code);
        if (n) {
            fwrite (text, 1, n, code);
            text += n;
        } else
            text += s_escape (code, text, byte);
    }
    fputc ('"', code);
}

void code_python (FILE *code, const char *text)
{
    s_literal (code, text, "\\udc%02x");    //  as os.fsdecode has it
}

void code_r (FILE *code, const char *text)
{
    s_literal (code, text, "\\x%02x");
}

bool code_is_plain (const char *text)
{
    for (size_t n; *text; text += n)
        if ((n = utf8_shown (text)) == 0)
            return false;
    return true;
}

static void s_quoted (FILE *code, const char *text, char quote)
{
    fputc (quote, code);
    for (; *text; text++) {
        if (*text == quote)
            fputc (quote, code);
        fputc (*text, code);
    }
    fputc (quote, code);
}

void code_sql (FILE *code, const char *text)
{
    s_quoted (code, text, '\'');
}

void code_sql_name (FILE *code, const char *name)
{
    s_quoted (code, name, '"');
}

void code_variable (FILE *code, const char *text)
{
    static const char DIGITS[] = "0123456789",
                      LETTERS[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    bool begun = false;
    for (; *text; text++) {
        bool letter = strchr (LETTERS, *text), digit = strchr (DIGITS, *text);
        if (!begun && !letter)
            continue;
        fputc (letter || digit ? *text : '_', code);
        begun = true;
    }
    if (!begun)
        fputs ("records", code);
}

void code_comment (FILE *code, const char *text)
{
    for (char piece[UTF8_PIECE_BYTES]; *text;) {
        text += utf8_piece (text, piece);
        fputs (piece, code);
    }
}
