//  mark.h: the bytes with which a file's records begin and nothing in them does. See split.h.
#ifndef DMH_WORKER_FORMATS_JSON_MARK_H
#define DMH_WORKER_FORMATS_JSON_MARK_H

#include "worker/formats/dialect.h"

//  Sets the dialect's mark from the sample's records, which begin at `at`, where there is one.
void json_find_mark (struct dialect *dialect, const char *bytes, size_t n, size_t at);

#endif
