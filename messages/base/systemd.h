//  systemd.h: what a service manager that asks for it is told (sd_notify(3)), and its journal. Without one
//  (NOTIFY_SOCKET, JOURNAL_STREAM) nothing happens. Any thread. The one file that includes libsystemd.
#ifndef DMH_SYSTEMD_H
#define DMH_SYSTEMD_H

#include <stdbool.h>
#include <sys/uio.h>

//  It serves from now on, or again after systemd_reloading. `status` is a line for systemctl status.
void systemd_ready (const char *status);
void systemd_reloading (void);
void systemd_stopping (void);

//  Whether standard error is the journal's stream (systemd.exec(5), JOURNAL_STREAM).
bool systemd_has_journal (void);

//  One entry of fields "NAME=value". 0; negative: the journal did not take it.
int systemd_journal_send (const struct iovec *fields, int count);

#endif
