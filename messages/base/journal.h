//  journal.h: an entry of the journal: fields "NAME=value" as sd_journal_sendv takes them. Pure; sends
//  nothing.
#ifndef DMH_JOURNAL_H
#define DMH_JOURNAL_H

#include <stddef.h>
#include <sys/uio.h>

enum { JOURNAL_BYTES = 12 * 1024, JOURNAL_FIELDS = 32, JOURNAL_NAME_BYTES = 64 };

//  Begin with {.count = 0}. The fields point into it, so it must not move.
struct journal_entry {
    struct iovec fields[JOURNAL_FIELDS];
    int count;
    size_t used;
    char bytes[JOURNAL_BYTES];
};

//  Adds a field of n bytes of any kind. Its name is `prefix` and `name` in letters that journald takes (A-Z,
//  0-9,
//  _; the first one a letter, at most 64), so `prefix` begins with a letter. A field without room is left
//  out.
void journal_add (struct journal_entry *self, const char *prefix, const char *name, const char *value,
                  size_t n);

#endif
