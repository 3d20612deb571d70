//  json_line.h: one JSON object a line on standard output, written with yajl_gen, one call a member. Called
//  by whatever answers --json. Text that is no UTF-8 is written with '?' for each wrong byte.
#ifndef DMH_CLIENT_TERMINAL_JSON_LINE_H
#define DMH_CLIENT_TERMINAL_JSON_LINE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "messages/event.h"
#include "messages/request.h"

typedef struct line line_t;

//  An object that is open. NULL when out of memory; every function below takes NULL and does nothing.
line_t *line_new (void);

//  `key` is NULL inside an array.
void line_object (line_t *self, const char *key);
void line_array (line_t *self, const char *key);
void line_close (line_t *self, bool array);
void line_text (line_t *self, const char *key, const char *value);    //  NULL or empty: null
void line_number (line_t *self, const char *key, uint64_t value);
void line_real (line_t *self, const char *key, double value);
void line_flag (line_t *self, const char *key, bool value);
void line_time (line_t *self, const char *key, int64_t wall_ms);     //  RFC 3339; 0: null
void line_counts (line_t *self, const struct counts *counts);        //  member "counts"
void line_record (line_t *self, const struct job_record *record);    //  the members of a job

//  Closes the object, writes it with a line end, flushes, and destroys the line. Nothing is written when
//  memory ran out.
void line_print (line_t **self_p, FILE *to);

//  One event of the feed as a line.
void line_event (const struct event *event, FILE *to);

#endif
