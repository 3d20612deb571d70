//  statistics_part.h: what a worker in R has found in results (dmh statistics, worker/r), as a part of a
//  page: the tables of its statistics.json and its pictures.
#ifndef DMH_CLIENT_REPORT_TASK_STATISTICS_PART_H
#define DMH_CLIENT_REPORT_TASK_STATISTICS_PART_H

#include "client/report/document/document.h"
#include "messages/json/value.h"

//  Writes it with its headings. `folder` is a result of the task; `values`: the page may hold what stands in
//  records. What was made with values is not shown where it may not be. DMH_OK; or what of it cannot be read.
int statistics_part (document_t *document, const char *folder, bool values, struct error *error);

//  Tables (statistics_tables.c), pictures (statistics_pictures.c); of statistics.json.
void statistics_tables (document_t *document, const struct json_value *statistics, bool values);
int statistics_pictures (document_t *document, const char *folder, const struct json_value *statistics,
                         struct error *error);

#endif
