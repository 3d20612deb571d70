//  log.c: see log.h.
#define _GNU_SOURCE
#include "messages/base/log.h"

#include "messages/base/clock.h"
#include "messages/base/systemd.h"
#include "messages/text/utf8.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    LINE_BYTES = 4096,
    VALUES_END = LINE_BYTES - 16,    //  behind it stand a cut's mark and what closes the line
    FIELD_BYTES_LEAST = 16           //  beside its key
};

static const char *const LEVELS[] = {"debug", "info", "warning", "error", "none"};
static const char *s_component = "dmh";
static _Atomic enum log_format s_format = LOG_FORMAT_TEXT;
static _Atomic enum log_level s_least = LOG_LEVEL_INFO;
static log_journal_fn *s_journal = NULL;

struct line {
    char text[LINE_BYTES];
    size_t n;
};

void log_open (const char *component, enum log_format format, enum log_level least)
{
    s_component = component;
    s_format = format;
    s_least = least;
    s_journal = systemd_has_journal () ? systemd_journal_send : NULL;
}

void log_journal_replace (log_journal_fn *send)
{
    s_journal = send;
}

void log_change (enum log_format format, enum log_level least)
{
    s_format = format;
    s_least = least;
}

int log_level_of (const char *word, enum log_level *out)
{
    for (int i = 0; i <= LOG_LEVEL_NONE; i++)
        if (strcmp (word, LEVELS[i]) == 0) {
            *out = (enum log_level) i;
            return DMH_OK;
        }
    return DMH_USAGE;
}

int log_format_of (const char *word, enum log_format *out)
{
    bool json = strcmp (word, "json") == 0;
    if (!json && strcmp (word, "text") != 0)
        return DMH_USAGE;
    *out = json ? LOG_FORMAT_JSON : LOG_FORMAT_TEXT;
    return DMH_OK;
}

int log_options (const char *format_word, const char *level_word, enum log_format *format,
                 enum log_level *level, struct error *error)
{
    if (log_format_of (format_word, format) != DMH_OK)
        return error_set (error, DMH_USAGE, "--log-format takes text or json, not “%s”", format_word);
    if (log_level_of (level_word, level) != DMH_OK)
        return error_set (error, DMH_USAGE, "--log-level takes debug, info, warning, error or none, not “%s”",
                          level_word);
    return DMH_OK;
}

//  Appends as much as fits.
static void s_add (struct line *line, const char *text)
{
    size_t room = sizeof line->text - line->n;
    size_t n = strlen (text);
    if (n > room)
        n = room;
    memcpy (line->text + line->n, text, n);
    line->n += n;
}

//  Whole characters as JSON and a terminal can take them: what must not be shown (utf8.h) escaped,
//  what is not UTF-8 as U+FFFD. What goes beyond VALUES_END is left out and marked with "…".
static void s_add_escaped (struct line *line, const char *text)
{
    while (*text) {
        unsigned char byte = (unsigned char) *text;
        char piece[UTF8_PIECE_BYTES];
        size_t n = utf8_piece (text, piece);
        if (byte == '"' || byte == '\\')
            snprintf (piece, sizeof piece, "\\%c", byte);
        else if (!utf8_bytes (text))
            snprintf (piece, sizeof piece, "%s", "\xef\xbf\xbd");
        if (line->n + strlen (piece) > VALUES_END) {
            s_add (line, "\xe2\x80\xa6");
            return;
        }
        s_add (line, piece);
        text += n;
    }
}

//  A line that is nearly full takes no more fields, so that it can always be closed; a number is never cut.
static bool s_is_full (const struct line *line, const char *key, bool is_number)
{
    size_t least = is_number ? LOG_NUMBER_BYTES + 4 : FIELD_BYTES_LEAST;
    return line->n + strlen (key) + least > VALUES_END;
}

static void s_json_field (struct line *line, const char *key, const char *value, bool is_number)
{
    if (s_is_full (line, key, is_number))
        return;
    s_add (line, line->n > 1 ? ",\"" : "\"");
    s_add (line, key);
    s_add (line, is_number ? "\":" : "\":\"");
    s_add_escaped (line, value);
    s_add (line, is_number ? "" : "\"");
}

static void s_text_field (struct line *line, const char *key, const char *value, bool is_number)
{
    if (s_is_full (line, key, is_number))
        return;
    bool quoted = !*value || strpbrk (value, " \"\\\n\t=") != NULL;
    s_add (line, " ");
    s_add (line, key);
    s_add (line, quoted ? "=\"" : "=");
    s_add_escaped (line, value);
    s_add (line, quoted ? "\"" : "");
}

//  What stands at the begin of a line. Returns where its message begins, for a journal that has the rest in
//  fields of its own.
static size_t s_begin (struct line *line, bool json, enum log_level level, const char *event)
{
    char now[CLOCK_TEXT_BYTES];
    clock_text (clock_wall_ms (), now);
    if (json) {
        s_add (line, "{");
        s_json_field (line, "time", now, false);
        s_json_field (line, "level", LEVELS[level], false);
        s_json_field (line, "component", s_component, false);
        s_json_field (line, "event", event, false);
        return 0;
    }
    const char *const words[] = {now, " ", LEVELS[level], " ", s_component, " "};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        s_add (line, words[i]);
    size_t message = line->n;
    s_add (line, event);
    return message;
}

const char log_number_mark[] = "number";

const char *log_number (uint64_t number, char out[LOG_NUMBER_BYTES])
{
    snprintf (out, LOG_NUMBER_BYTES, "%" PRIu64, number);
    return out;
}

const char *log_seconds (int64_t ms, char out[LOG_NUMBER_BYTES])
{
    int64_t left = ms > 0 ? ms : 0;
    snprintf (out, LOG_NUMBER_BYTES, "%" PRId64 ".%03" PRId64, left / 1000, left % 1000);
    return out;
}

//  The fields that log_event was given.
struct fields {
    va_list list;
};

//  The next one; false after the last.
static bool s_next (struct fields *self, const char **key, const char **value, bool *is_number)
{
    *key = va_arg (self->list, const char *);
    *is_number = *key == log_number_mark;
    if (*is_number)
        *key = va_arg (self->list, const char *);
    *value = *key ? va_arg (self->list, const char *) : NULL;
    return *key != NULL;
}

static void s_entry_field (struct journal_entry *entry, const char *prefix, const char *name,
                           const char *value)
{
    if (value)
        journal_add (entry, prefix, name, value, strlen (value));
}

//  The entry of a line without its end. true: the journal has it.
static bool s_send (log_journal_fn *send, const char *message, size_t n, enum log_level level,
                    const char *event, const char *job, const char *correlation, struct fields *fields)
{
    static const char *const PRIORITIES[] = {"7", "6", "4", "3"};    //  syslog(3)
    struct journal_entry entry = {.count = 0};
    journal_add (&entry, "MESSAGE", "", message, n);
    s_entry_field (&entry, "PRIORITY", "", PRIORITIES[level]);
    s_entry_field (&entry, "DMH_", "COMPONENT", s_component);
    s_entry_field (&entry, "DMH_", "EVENT", event);
    s_entry_field (&entry, "DMH_", "JOB", job);
    s_entry_field (&entry, "CORRELATION_ID", "", correlation);
    const char *key, *value;
    for (bool is_number; s_next (fields, &key, &value, &is_number);)
        s_entry_field (&entry, "DMH_", key, value);
    return send (entry.fields, entry.count) >= 0;
}

void log_event (enum log_level level, const char *event, const char *job, const char *correlation, ...)
{
    if (level < s_least || level >= LOG_LEVEL_NONE)
        return;
    struct line line = {.n = 0};
    bool json = s_format == LOG_FORMAT_JSON;
    size_t message = s_begin (&line, json, level, event);
    void (*add) (struct line *, const char *, const char *, bool) = json ? s_json_field : s_text_field;
    if (job)
        add (&line, "job", job, false);
    if (correlation)
        add (&line, "correlation", correlation, false);
    struct fields fields, again;
    va_start (fields.list, correlation);
    va_copy (again.list, fields.list);
    const char *key, *value;
    for (bool is_number; s_next (&fields, &key, &value, &is_number);)
        add (&line, key, value ? value : "", is_number);
    va_end (fields.list);
    s_add (&line, json ? "}" : "");
    log_journal_fn *send = s_journal;
    bool sent =
        send && s_send (send, line.text + message, line.n - message, level, event, job, correlation, &again);
    va_end (again.list);
    if (sent)
        return;
    s_add (&line, "\n");
    ssize_t ignored = write (STDERR_FILENO, line.text, line.n);
    (void) ignored;    //  nobody is left to tell when standard error is gone
}
