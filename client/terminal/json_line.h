//  json_line.h: one JSON object a line, one call a member. Of text that is not UTF-8 each
//  wrong byte is written as U+FFFD.
#ifndef DMH_CLIENT_TERMINAL_JSON_LINE_H
#define DMH_CLIENT_TERMINAL_JSON_LINE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "messages/event.h"
#include "messages/json/writer.h"
#include "messages/request.h"

typedef struct json_line json_line_t;

//  An object that is open. NULL when out of memory; every function below takes NULL and does nothing.
json_line_t *json_line_new (void);

//  What writes it, for members that others write; NULL when out of memory.
json_writer_t *json_line_writer (json_line_t *self);

//  `key` is NULL inside an array.
void json_line_object (json_line_t *self, const char *key);
void json_line_array (json_line_t *self, const char *key);
void json_line_close (json_line_t *self);                                       //  what was opened last
void json_line_text (json_line_t *self, const char *key, const char *value);    //  NULL or empty: null
void json_line_number (json_line_t *self, const char *key, uint64_t value);
void json_line_real (json_line_t *self, const char *key, double value);
void json_line_flag (json_line_t *self, const char *key, bool value);
void json_line_time (json_line_t *self, const char *key, int64_t wall_ms);     //  RFC 3339; 0: null
void json_line_counts (json_line_t *self, const struct counts *counts);        //  member "counts"
void json_line_record (json_line_t *self, const struct job_record *record);    //  the members of a job

//  Closes the object, writes it with a line end, flushes, and destroys the line. Nothing is written when
//  memory ran out.
void json_line_print (json_line_t **self_p, FILE *to);

//  One event of the feed as a line.
void json_line_event (const struct event *event, FILE *to);

#endif
