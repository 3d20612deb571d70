//  table_page.h: some rows of a result's file from a place on, in bounded memory: of CSV as dmh writes it
//  (RFC 4180, a header, LF) or of NDJSON. Decides nothing about HTTP.
#ifndef DMH_CLIENT_GATEWAY_JOBS_TABLE_PAGE_H
#define DMH_CLIENT_GATEWAY_JOBS_TABLE_PAGE_H

#include "messages/base/buffer.h"
#include "messages/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TABLE_PAGE_BYTES_MAX = 8 * 1024 * 1024, TABLE_COLUMNS_MAX = 16384 };

struct table_page {
    bool csv;
    struct buffer header;    //  of CSV: its first line, as it stands
    struct buffer rows;      //  whole rows as they stand, each with its end
    size_t count;
    uint64_t next;    //  where to go on; 0: the file is over
};

//  At most `limit` rows of a file of `bytes` bytes from `at` on (0: the beginning), and no more than the
//  bytes above hold. table_page_clear it in any case. DMH_OK; DMH_MALFORMED: no row begins there;
//  DMH_TOO_LARGE: one row is longer; DMH_IO, DMH_INTERNAL.
int table_page_read (int fd, uint64_t bytes, bool csv, uint64_t at, size_t limit, struct table_page *out,
                     struct error *error);
void table_page_clear (struct table_page *self);

//  Appends the rows as JSON objects with `between` behind each but the last: those of CSV with a text a
//  column, null where it is empty. DMH_OK, DMH_TOO_LARGE (columns), DMH_INTERNAL.
int table_page_objects (const struct table_page *self, const char *between, struct buffer *out,
                        struct error *error);

#endif
