//  log.h: structured log lines on standard error, or in the journal behind it. Text on a terminal, JSON
//  objects with --log-format json. A line holds time, level, component, event, job, correlation and named
//  fields, and never a patient value: callers pass names, counts, codes and sentences of struct error,
//  nothing out of a record. A line is at most 4 KiB of UTF-8, whatever its values hold: a longer value is cut
//  between characters and ends in "…", fields that have no room are left out. Any thread may call; a line is
//  one write(2).
#ifndef DMH_MESSAGES_BASE_LOG_H
#define DMH_MESSAGES_BASE_LOG_H

#include "messages/base/error.h"

#include <stdint.h>
#include <sys/uio.h>

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR, LOG_LEVEL_NONE };
enum log_format { LOG_FORMAT_TEXT, LOG_FORMAT_JSON };

//  Call once in main, before threads. `component` is borrowed for ever ("broker", "worker", "client").
void log_open (const char *component, enum log_format format, enum log_level least);

//  Where the journal is standard error, log_open sends each line as an entry of its own: MESSAGE, PRIORITY,
//  DMH_COMPONENT, DMH_EVENT, DMH_JOB, CORRELATION_ID and each named field as DMH_NAME. An entry that it does
//  not take is written as a line. `send` stands in for it (tests); NULL: lines on standard error.
typedef int log_journal_fn (const struct iovec *fields, int count);
void log_journal_replace (log_journal_fn *send);

//  Other lines from now on. Any thread, any time.
void log_change (enum log_format format, enum log_level least);

//  "debug" … "error", "none" and "text", "json"; DMH_USAGE on another word.
int log_level_of (const char *word, enum log_level *out);
int log_format_of (const char *word, enum log_format *out);

//  What a program was given as --log-format and --log-level. DMH_OK, or DMH_USAGE with a sentence that names
//  the option and what it takes.
int log_options (const char *format_word, const char *level_word, enum log_format *format,
                 enum log_level *level, struct error *error);

//  `event` is lower-case words with points ("job.accepted"). `job` and `correlation` may be NULL.
//  Then pairs of (const char *key, const char *value), or LOG_NUMBER (key, value) for a number, ended by
//  NULL; a NULL value is written as empty.
void log_event (enum log_level level, const char *event, const char *job, const char *correlation, ...)
    __attribute__ ((sentinel));

//  A named field that is a number, in JSON too: log_event (…, "host", host, LOG_NUMBER ("slots", slots),
//  NULL). KEY: const char *; N: a number that is not negative.
#define LOG_NUMBER(KEY, N) log_number_mark, (KEY), log_number ((N), (char[LOG_NUMBER_BYTES]){0})
//  The same of a time in ms, written in seconds with three decimals.
#define LOG_SECONDS(KEY, MS) log_number_mark, (KEY), log_seconds ((MS), (char[LOG_NUMBER_BYTES]){0})
enum { LOG_NUMBER_BYTES = 24 };
extern const char log_number_mark[];
const char *log_number (uint64_t number, char out[LOG_NUMBER_BYTES]);
//  Of less than 0 it is 0: a clock was set back.
const char *log_seconds (int64_t ms, char out[LOG_NUMBER_BYTES]);

#endif
