//  non_record.c: see non_record.h.
#include "worker/formats/csv/non_record.h"

#include "worker/text/ascii.h"

#include <stdio.h>

//  What a line may be by the first byte of its first cell: most may be nothing, which costs them nothing.
enum { BEGINS_HEADER = 1, BEGINS_UNITS = 2, BEGINS_SEPARATOR = 4, BEGINS_FOOTER = 8 };

static const struct text BOM = {"\xef\xbb\xbf", 3};

//  What a total begins with, in lower case. `alone`: also where nothing follows it.
static const struct {
    struct text word;
    bool alone;
} TOTALS[] = {
#define WORD(WORD, ALONE)                                                                                    \
    {                                                                                                        \
        {WORD, sizeof WORD - 1}, ALONE                                                                       \
    }
    WORD ("total", true),          WORD ("totals", true),
    WORD ("grand total", true),    WORD ("subtotal", true),
    WORD ("sub-total", true),      WORD ("sum", false),
    WORD ("count", false),         WORD ("record count", true),
    WORD ("row count", true),      WORD ("number of records", true),
    WORD ("number of rows", true), WORD ("number of patients", true),
    WORD ("records", false),       WORD ("rows", false),
    WORD ("end of file", true),    WORD ("end of report", true),
    WORD ("gesamt", true),         WORD ("gesamtsumme", true),
    WORD ("gesamtzahl", true),     WORD ("summe", true),
    WORD ("zwischensumme", true),  WORD ("anzahl", false),
    WORD ("somme", false),         WORD ("suma", false),
    WORD ("somma", false),         WORD ("totale", true),
    WORD ("totaal", true),
#undef WORD
};

//  What may stand between the word and its number: “Total records: 12”.
static const struct text COUNTED[] = {
    {"records", 7}, {"rows", 4}, {"lines", 5}, {"patients", 8}, {"results", 7}, {"entries", 7},
};

static bool s_begins_with (struct text in, struct text word)
{
    for (size_t i = 0; i < word.n; i++)
        if (i == in.n || to_lower (in.at[i]) != word.at[i])
            return false;
    return in.n == word.n || (!is_letter (in.at[word.n]) && !is_digit (in.at[word.n]) &&
                              !(in.at[word.n] & 0x80) && in.at[word.n] != '_');
}

static struct text s_after (struct text in, size_t n)
{
    return text_trim ((struct text){in.at + n, in.n - n});
}

static bool s_is_number (struct text in)
{
    size_t digits = 0;
    for (size_t i = 0; i < in.n; i++) {
        digits += is_digit (in.at[i]);
        if (!is_digit (in.at[i]) && !strchr (".,' -%", in.at[i]))
            return false;
    }
    return digits > 0;
}

//  Nothing, or what is counted, then nothing or a colon, then nothing or a number.
static bool s_is_amount (struct text rest, bool alone)
{
    for (size_t i = 0; i < sizeof COUNTED / sizeof *COUNTED; i++)
        if (s_begins_with (rest, COUNTED[i])) {
            rest = s_after (rest, COUNTED[i].n);
            alone = true;
            break;
        }
    bool marked = rest.n && (*rest.at == ':' || *rest.at == '=');
    if (marked)
        rest = s_after (rest, 1);
    return rest.n ? s_is_number (rest) : alone || marked;
}

//  “(1234 rows)”, “(2 rows affected)”, as database clients end a table.
static bool s_is_row_count (struct text in)
{
    size_t at = 1;
    if (in.n < 2 || *in.at != '(')
        return false;
    while (at < in.n && is_digit (in.at[at]))
        at++;
    struct text rest = s_after (in, at);
    return at > 1 && (s_begins_with (rest, TEXT ("rows")) || s_begins_with (rest, TEXT ("row")));
}

//  At least three of what lines are drawn with somewhere, and nothing else anywhere.
static bool s_is_separator (const struct row *row, size_t kept)
{
    size_t longest = 0;
    for (size_t i = 0; i < kept; i++) {
        struct text cell = text_trim (row->fields[i]);
        size_t drawn = 0;
        for (size_t b = 0; b < cell.n; b++) {
            if (!memchr ("-=_*+", cell.at[b], 5))
                return false;
            drawn += cell.at[b] != '+';
        }
        longest = drawn > longest ? drawn : longest;
    }
    return longest >= 3;
}

//  Whether the look made the name of this cell: of nothing, or of one that another column had.
static bool s_is_named (struct text cell, const struct dialect *dialect, size_t column)
{
    struct text name = {dialect->names[column], dialect->name_bytes[column]};
    if (cell.n && (cell.n > name.n || cell.at[cell.n - 1] != name.at[cell.n - 1]))
        return false;    //  it is the name, or begins it; mostly this tells
    if (text_equal (cell, name))
        return true;
    if (cell.n == 0) {
        char own[32];
        snprintf (own, sizeof own, "column_%zu", column + 1);
        return text_equal (name, text_of (own));
    }
    if (name.n < cell.n + 2 || !bytes_equal (cell.at, name.at, cell.n) || name.at[cell.n] != '_')
        return false;
    for (size_t i = cell.n + 1; i < name.n; i++)
        if (!is_digit (name.at[i]))
            return false;
    return true;
}

//  The first cell of a file that was put behind another may bring its byte-order mark along.
static struct text s_first_cell (struct text cell)
{
    if (cell.n >= BOM.n && memcmp (cell.at, BOM.at, BOM.n) == 0) {
        cell = s_after (cell, BOM.n);
        if (cell.n >= 2 && *cell.at == '"' && cell.at[cell.n - 1] == '"')
            cell = text_trim ((struct text){cell.at + 1, cell.n - 2});
    }
    return cell.n && *cell.at == '#' ? s_after (cell, 1) : cell;
}

static bool s_is_header (const struct dialect *dialect, const struct row *row)
{
    if (dialect->options.no_header || row->count != dialect->name_count)
        return false;
    struct text cell = text_trim (row->fields[0]);
    bool marked = cell.n && (*cell.at == '#' || *cell.at == *BOM.at);
    if (!s_is_named (cell, dialect, 0) && !(marked && s_is_named (s_first_cell (cell), dialect, 0)))
        return false;
    for (size_t i = 1; i < row->count; i++)
        if (!s_is_named (text_trim (row->fields[i]), dialect, i))
            return false;
    return true;
}

//  A total that stands alone, or in a row that is none by its number of fields, or as the first cell of a row
//  that is half empty and holds numbers only besides.
static bool s_is_total (const struct csv_non_record *self, const struct row *row, size_t kept, size_t first,
                        struct text rest, bool alone)
{
    size_t filled = 0, numbers = 0, columns = self->dialect->name_count;
    if (row->problem == RULE_FIELD_COUNT)
        return true;
    for (size_t i = 0; i < kept; i++) {
        struct text other = text_trim (row->fields[i]);
        filled += other.n > 0;
        numbers += i != first && s_is_number (other);
    }
    bool lone = filled == 1 && columns > 1;
    bool sums = first == 0 && filled > 1 && filled * 2 <= columns + 1 && numbers + 1 == filled;
    return (lone || sums) && s_is_amount (rest, alone || sums);
}

static bool s_is_footer (const struct csv_non_record *self, const struct row *row, size_t kept, size_t first)
{
    struct text cell = text_trim (row->fields[first]), nothing = {NULL, 0};
    if (s_is_row_count (cell))
        return s_is_total (self, row, kept, first, nothing, true);
    for (size_t i = 0; i < sizeof TOTALS / sizeof *TOTALS; i++)
        if (s_begins_with (cell, TOTALS[i].word)) {
            struct text rest = s_after (cell, TOTALS[i].word.n);
            if (s_is_total (self, row, kept, first, rest, TOTALS[i].alone))
                return true;
        }
    return false;
}

static void s_mark (struct csv_non_record *self, const char *bytes, size_t n, int what)
{
    for (size_t i = 0; i < n; i++)
        self->begins[(unsigned char) bytes[i]] |= (unsigned char) what;
}

void csv_non_record_begin (struct csv_non_record *self, const struct dialect *dialect)
{
    *self = (struct csv_non_record){.dialect = dialect->names && !dialect->every_line ? dialect : NULL};
    if (!self->dialect)
        return;
    s_mark (self, "-=_*+", 5, BEGINS_SEPARATOR);
    s_mark (self, "(", 1, BEGINS_FOOTER);
    for (size_t i = 0; i < sizeof TOTALS / sizeof *TOTALS; i++) {
        const char upper = to_upper (*TOTALS[i].word.at);
        s_mark (self, TOTALS[i].word.at, 1, BEGINS_FOOTER);
        s_mark (self, &upper, 1, BEGINS_FOOTER);
    }
    //  The header's first cell that holds something: empty ones before it are named column_N.
    s_mark (self, "#\xef", 2, BEGINS_HEADER);
    for (size_t i = 0; i < dialect->name_count; i++) {
        s_mark (self, dialect->names[i], 1, BEGINS_HEADER);
        if (!s_is_named ((struct text){"", 0}, dialect, i))
            break;
    }
    s_mark (self, dialect->units_line.at, dialect->units_line.n, BEGINS_UNITS);
}

enum rule csv_non_record_rule (const struct csv_non_record *self, const struct row *row, size_t kept)
{
    size_t first = 0;
    struct text cell = {NULL, 0};
    if (!self->dialect)
        return RULE_NONE;
    while (first < kept && (cell = text_trim (row->fields[first])).n == 0)
        first++;
    int begins = first < kept ? self->begins[(unsigned char) *cell.at] : 0;
    if (begins == 0)
        return RULE_NONE;
    if (begins & BEGINS_UNITS && text_equal (row->raw, self->dialect->units_line))
        return RULE_RECORD_UNITS;
    if (begins & BEGINS_HEADER && row->problem == RULE_NONE && s_is_header (self->dialect, row))
        return RULE_RECORD_HEADER;
    if (begins & BEGINS_SEPARATOR && s_is_separator (row, kept))
        return RULE_RECORD_SEPARATOR;
    if (begins & BEGINS_FOOTER && s_is_footer (self, row, kept, first))
        return RULE_RECORD_FOOTER;
    return RULE_NONE;
}
