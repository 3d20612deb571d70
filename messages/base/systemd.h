//  systemd.h: what a service manager that asks for it is told (sd_notify(3)), and its journal. Without one
//  (NOTIFY_SOCKET, JOURNAL_STREAM) nothing happens. Any thread. The one file that includes libsystemd.
#ifndef DMH_SYSTEMD_H
#define DMH_SYSTEMD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

//  It serves from now on, or again after systemd_reloading. `status` is a line for systemctl status.
void systemd_ready (const char *status);
void systemd_reloading (void);
void systemd_stopping (void);

//  Whether standard error is the journal's stream (systemd.exec(5), JOURNAL_STREAM).
bool systemd_has_journal (void);

enum { JOURNAL_BYTES = 12 * 1024, JOURNAL_FIELDS = 32, JOURNAL_NAME_BYTES = 64 };

//  An entry of the journal: fields "NAME=value" as sd_journal_sendv takes them. Begin with {.count = 0}. The
//  fields point into it, so it must not move.
struct journal_entry {
    struct iovec fields[JOURNAL_FIELDS];
    int count;
    size_t used;
    char bytes[JOURNAL_BYTES];
};

//  Adds a field of n bytes of any kind; sends nothing. Its name is `prefix` and `name` in letters that
//  journald takes (A-Z, 0-9, _; the first one a letter, at most 64), so `prefix` begins with a letter. A
//  field without room is left out.
void journal_add (struct journal_entry *self, const char *prefix, const char *name, const char *value,
                  size_t n);

//  Sends the fields of an entry. 0; negative: the journal did not take it.
int systemd_journal_send (const struct iovec *fields, int count);

#endif
