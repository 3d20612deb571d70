//  cut.c: see cut.h. What nobody would read is an error that says from which byte on.
#include "worker/formats/json/cut.h"

#include "worker/formats/json/scan.h"
#include "worker/formats/json/split.h"
#include "worker/text/bytes.h"

//  What an error says of a place.
struct place {
    const char *bytes;
    uint64_t line;    //  of the first byte
    const char *source;
    size_t *lost;    //  the place goes here
};

static unsigned long long s_line (const struct place *self, size_t at)
{
    *self->lost = at;
    return (unsigned long long) (self->line + bytes_lines (self->bytes, at));
}

static int s_cut_off (const struct dialect *dialect, const struct place *place, size_t at,
                      struct error *error)
{
    return error_set (error, DMH_BAD_INPUT,
                      "%s ends inside %s that begins on line %llu; the file seems to be cut off",
                      place->source, dialect->entries ? "an entry" : "a record", s_line (place, at));
}

static int s_lost (const struct place *place, size_t at, struct error *error)
{
    return error_set (
        error, DMH_BAD_INPUT,
        "%s: a bracket, quote or comma is wrong in what begins on line %llu, and where the next "
        "record begins cannot be told",
        place->source, s_line (place, at));
}

static size_t s_skip (const char *bytes, size_t n, size_t at)
{
    while (at < n && json_is_space (bytes[at]))
        at++;
    return at;
}

//  Whether a member behind the records holds records too.
static bool s_holds_records (const struct dialect *dialect, const char *bytes, size_t n, size_t key,
                             size_t value)
{
    static const char ENTRY[] = "\"entry\"";
    //  A key with escapes may be that one.
    if (dialect->entries && !memchr (bytes + key, '\\', (size_t) (value - key)))
        return n - key >= sizeof ENTRY - 1 && memcmp (bytes + key, ENTRY, sizeof ENTRY - 1) == 0;
    size_t first = bytes[value] == '[' ? s_skip (bytes, n, value + 1) : n;
    return first < n && bytes[first] == '{';
}

//  A member behind the records, from *at on, which is left behind it. Without one *at is where it stands: at
//  '}', at n where the file is cut off, at something else.
static bool s_take_member (const struct dialect *dialect, const char *bytes, size_t n, size_t *at,
                           size_t *records)
{
    size_t key = s_skip (bytes, n, *at);
    *at = key;
    if (key == n || bytes[key] == '}')
        return false;
    key = bytes[key] == ',' ? s_skip (bytes, n, key + 1) : key;
    *at = key;
    if (key == n || bytes[key] != '"')
        return false;
    size_t colon = json_end (bytes, n, key);
    colon = colon ? s_skip (bytes, n, colon) : n;
    *at = colon;
    if (colon == n || bytes[colon] != ':')
        return false;
    size_t value = s_skip (bytes, n, colon + 1), end = value < n ? json_end (bytes, n, value) : 0;
    if (value < n && s_holds_records (dialect, bytes, n, key, value))
        *records = key;
    *at = end == 0 ? n : end == value ? value : end;
    return end > value;
}

//  What is behind the ']' at `at`: the object's other members, its end, nothing else.
static int s_check_tail (const struct dialect *dialect, const struct place *place, size_t n, size_t at,
                         struct error *error)
{
    const char *bytes = place->bytes, *what = dialect->entries ? "Bundle" : "object";
    size_t records = n;
    for (at++; records == n && s_take_member (dialect, bytes, n, &at, &records);)
        ;
    if (records < n)
        return error_set (error, DMH_BAD_INPUT,
                          "%s: its %s holds a second array of records, on line %llu; give one array a file",
                          place->source, what, s_line (place, records));
    if (at == n)
        return error_set (error, DMH_BAD_INPUT, "%s ends inside its %s; the file seems to be cut off",
                          place->source, what);
    if (bytes[at] != '}')
        return error_set (error, DMH_BAD_INPUT,
                          "%s: what comes behind the records, on line %llu, is not the rest of its %s",
                          place->source, s_line (place, at), what);
    at = s_skip (bytes, n, at + 1);
    if (at < n)
        return error_set (error, DMH_BAD_INPUT,
                          "%s: something follows the %s on line %llu; give one %s a file, or one %s a line",
                          place->source, what, s_line (place, at), what,
                          dialect->entries ? "resource" : "record");
    return DMH_OK;
}

//  A file that began with '[' ends with ']'.
static int s_check_last (const struct dialect *dialect, const struct place *place, size_t n,
                         struct error *error)
{
    while (n > 0 && json_is_space (place->bytes[n - 1]))
        n--;
    if (!dialect->bracket || (n > 0 && place->bytes[n - 1] == ']'))
        return DMH_OK;
    *place->lost = n;
    return error_set (error, DMH_BAD_INPUT,
                      "%s begins with [ and does not end with ]; the file seems to be cut off",
                      place->source);
}

//  The records are over at `at`, in a file that ends at n.
static int s_check_end (const struct dialect *dialect, const struct place *place, size_t n, size_t at,
                        struct error *error)
{
    if (!dialect->wrapped && !dialect->entries)
        return s_check_last (dialect, place, n, error);
    if (at < n)
        return s_check_tail (dialect, place, n, at, error);
    *place->lost = n;
    return error_set (error, DMH_BAD_INPUT, "%s ends inside its %s; the file seems to be cut off",
                      place->source, dialect->entries ? "Bundle" : "array of records");
}

//  Values of an array, or one after another: a value counts when the byte behind it is there, so that the end
//  of the file is always looked at with the last of them.
static int s_cut_values (const struct dialect *dialect, const struct place *place, size_t n, bool last,
                         size_t *end, struct error *error)
{
    struct json_piece piece = {0};
    *end = 0;
    for (size_t at = 0;; at = piece.end) {
        switch (json_split (dialect, place->bytes, n, last, at, &piece)) {
        case JSON_PIECE:
            if (!last && piece.end == n)
                return DMH_OK;
            *end = piece.end;
            break;
        case JSON_OVER:
            if (!last)
                return DMH_OK;
            *end = n;
            return s_check_end (dialect, place, n, piece.begin, error);
        case JSON_UNDECIDED:
            return DMH_OK;
        case JSON_CUT_OFF:
            return s_cut_off (dialect, place, piece.begin, error);
        default:
            return s_lost (place, piece.begin, error);
        }
    }
}

int json_cut (const struct dialect *dialect, const char *bytes, size_t n, bool last, uint64_t line,
              const char *source, size_t *cut, uint64_t *lines, struct error *error)
{
    const struct place place = {bytes, line, source, cut};
    size_t end = n;
    if (dialect->array || dialect->entries) {
        int rc = s_cut_values (dialect, &place, n, last, &end, error);
        if (rc != DMH_OK)
            return rc;
    } else if (!last)
        end = json_last_hard (bytes, n);
    *cut = end;
    *lines += bytes_lines (bytes, end);
    return DMH_OK;
}
