//  writer.h: a JSON text (RFC 8259) while it is written, one call a member. For documents and lines of
//  output; the records of a job have encoders of their own. The first failure sticks and shows in
//  json_writer_text.
#ifndef DMH_MESSAGES_JSON_WRITER_H
#define DMH_MESSAGES_JSON_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct json_writer json_writer_t;

//  `pretty`: a member a line, two spaces a level, a line end behind it all; else all on one line without one.
//  NULL when out of memory.
json_writer_t *json_writer_new (bool pretty);
//  The same, a member a line, without the spaces before it: for documents that there are thousands of.
json_writer_t *json_writer_new_flush (void);
void json_writer_destroy (json_writer_t **self_p);    //  takes NULL

//  `key`: the member's name, NULL in an array and for the outermost value. Text is terminated; of what is not
//  UTF-8 each byte is written as U+FFFD, and what must not be shown (utf8.h) is escaped.
void json_writer_object (json_writer_t *self, const char *key);
void json_writer_array (json_writer_t *self, const char *key);
void json_writer_close (json_writer_t *self);                                         //  what was opened last
void json_writer_string (json_writer_t *self, const char *key, const char *value);    //  NULL: null
void json_writer_number (json_writer_t *self, const char *key, uint64_t value);
void json_writer_real (json_writer_t *self, const char *key, double value,
                       int decimals);    //  not finite: null
void json_writer_digits (json_writer_t *self, const char *key,
                         const char *digits);    //  a number as it stands
void json_writer_boolean (json_writer_t *self, const char *key, bool value);

//  The text, n bytes without a terminator, borrowed until the next call. NULL: out of memory, something is
//  still open, or was opened deeper than 64 levels.
const char *json_writer_text (const json_writer_t *self, size_t *n);

#endif
