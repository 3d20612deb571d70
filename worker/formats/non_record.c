//  non_record.c: see non_record.h.
#include "worker/formats/non_record.h"

#include "worker/formats/footer.h"
#include "worker/text/ascii.h"

#include <stdio.h>

//  What a line may be by the first byte of its first cell: most may be nothing, which costs them nothing.
enum { BEGINS_HEADER = 1, BEGINS_UNITS = 2, BEGINS_SEPARATOR = 4, BEGINS_FOOTER = 8 };

static const struct text BOM = {"\xef\xbb\xbf", 3};

static struct text s_after (struct text in, size_t n)
{
    return text_trim ((struct text){in.at + n, in.n - n});
}

static bool s_is_number (struct text in)
{
    size_t digits = 0;
    for (size_t i = 0; i < in.n; i++) {
        digits += is_digit (in.at[i]);
        if (!is_digit (in.at[i]) && (!strchr (".,' -%", in.at[i]) || !in.at[i]))
            return false;
    }
    return digits > 0;
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

static bool s_is_same_sign (char a, char b)
{
    return to_lower (a) == to_lower (b) || (a && b && strchr (" _-.", a) && strchr (" _-.", b));
}

//  The name in any case, with any of the signs that stand between words.
static bool s_is_spelling (struct text cell, struct text name)
{
    bool same = cell.n == name.n;
    for (size_t i = 0; same && i < cell.n; i++)
        same = s_is_same_sign (cell.at[i], name.at[i]);
    return same;
}

//  Whether the look made the name of this cell: of nothing, or of one that another column had. `loose`: in
//  any spelling.
static bool s_is_named (struct text cell, const struct dialect *dialect, size_t column, bool loose)
{
    struct text name = {dialect->names[column], dialect->name_bytes[column]};
    if (cell.n && (cell.n > name.n || !s_is_same_sign (cell.at[cell.n - 1], name.at[cell.n - 1])))
        return false;    //  it is the name, or begins it; mostly this tells
    if (text_equal (cell, name) || (loose && s_is_spelling (cell, name)))
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

//  A record of JSON need not have all of its keys.
static bool s_is_header (const struct non_record *self, const struct row *row, size_t first)
{
    const struct dialect *dialect = self->dialect;
    bool loose = dialect->name_count > 1;
    size_t named = 1;
    if (dialect->options.no_header || row->count != dialect->name_count)
        return false;
    struct text cell = text_trim (row->fields[first]);
    bool marked = cell.n && (*cell.at == '#' || *cell.at == *BOM.at);
    if (!s_is_named (cell, dialect, first, loose) &&
        !(marked && s_is_named (s_first_cell (cell), dialect, first, loose)))
        return false;
    for (size_t i = first + 1; i < row->count; i++) {
        cell = text_trim (row->fields[i]);
        if (self->keyed && cell.n == 0)
            continue;
        if (!s_is_named (cell, dialect, i, loose))
            return false;
        named++;
    }
    return !self->keyed || named > 1;
}

//  Where a footer may stand: as the only cell that holds something, in a row that is none by its number of
//  fields, or as the first cell of a row that is half empty and holds numbers only besides.
enum place { PLACE_NONE, PLACE_LONE, PLACE_BROKEN, PLACE_SUMS };

static enum place s_place (const struct non_record *self, const struct row *row, size_t kept, size_t first)
{
    size_t filled = 1, columns = self->dialect->name_count;
    if (row->problem == RULE_FIELD_COUNT)
        return PLACE_BROKEN;
    for (size_t i = first + 1; i < kept; i++) {
        struct text other = text_trim (row->fields[i]);
        filled += other.n > 0;
        if (other.n && (first > 0 || self->keyed || filled * 2 > columns + 1 || !s_is_number (other)))
            return PLACE_NONE;
    }
    if (filled > 1)
        return PLACE_SUMS;
    return columns > 1 ? PLACE_LONE : PLACE_NONE;
}

static bool s_is_footer (const struct non_record *self, const struct row *row, size_t kept, size_t first)
{
    struct text cell = text_trim (row->fields[first]);
    enum place place = s_place (self, row, kept, first);
    return place != PLACE_NONE && (footer_is_total (cell, place == PLACE_SUMS, place == PLACE_BROKEN) ||
                                   (place != PLACE_SUMS && footer_is_remark (cell)));
}

//  “2 rows selected.”: of the many cells that begin with a digit the few that go on with words.
static bool s_may_count (const struct row *row, size_t kept, size_t first)
{
    struct text cell = row->fields[first];
    bool lone = first + 1 >= kept || row->fields[first + 1].n == 0;
    return is_digit (*text_trim (cell).at) && (lone || row->problem == RULE_FIELD_COUNT) &&
           memchr (cell.at, ' ', cell.n);
}

static void s_mark (struct non_record *self, const char *bytes, size_t n, int what)
{
    for (size_t i = 0; i < n; i++)
        self->begins[(unsigned char) bytes[i]] |= (unsigned char) what;
}

void non_record_begin (struct non_record *self, const struct dialect *dialect)
{
    *self = (struct non_record){.dialect = NULL};
    if (!dialect->names || dialect->every_line)
        return;
    self->dialect = dialect;
    self->keyed = dialect->delimiter == 0;
    s_mark (self, "-=_*+", 5, BEGINS_SEPARATOR);
    footer_mark (self->begins, BEGINS_FOOTER);
    s_mark (self, "#\xef", 2, BEGINS_HEADER);
    //  CSV: the header's first cell that holds something; empty ones before it are named column_N.
    for (size_t i = 0; i < dialect->name_count; i++) {
        const char first = dialect->name_bytes[i] ? *dialect->names[i] : 0;
        const char cases[] = {first, to_lower (first), to_upper (first)};
        s_mark (self, cases, sizeof cases, BEGINS_HEADER);
        if (!self->keyed && !s_is_named ((struct text){"", 0}, dialect, i, false))
            break;
    }
    s_mark (self, dialect->units_line.at, dialect->units_line.n, BEGINS_UNITS);
}

enum rule non_record_rule (const struct non_record *self, const struct row *row, size_t kept)
{
    size_t first = 0;
    struct text cell = {NULL, 0};
    if (!self->dialect)
        return RULE_NONE;
    while (first < kept && (cell = text_trim (row->fields[first])).n == 0)
        first++;
    if (first == kept)
        return RULE_NONE;
    int begins = self->begins[(unsigned char) *cell.at];
    if (begins == 0)
        return s_may_count (row, kept, first) && s_is_footer (self, row, kept, first) ? RULE_RECORD_FOOTER
                                                                                      : RULE_NONE;
    if (begins & BEGINS_UNITS && text_equal (row->raw, self->dialect->units_line))
        return RULE_RECORD_UNITS;
    if (begins & BEGINS_HEADER && row->problem == RULE_NONE &&
        s_is_header (self, row, self->keyed ? first : 0))
        return RULE_RECORD_HEADER;
    if (begins & BEGINS_SEPARATOR && s_is_separator (row, kept))
        return RULE_RECORD_SEPARATOR;
    if (begins & BEGINS_FOOTER && s_is_footer (self, row, kept, first))
        return RULE_RECORD_FOOTER;
    return RULE_NONE;
}
