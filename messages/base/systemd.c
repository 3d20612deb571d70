//  systemd.c: see systemd.h.
#include "messages/base/systemd.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>
#include <time.h>
#include <unistd.h>

void systemd_ready (const char *status)
{
    sd_notifyf (0, "READY=1\nSTATUS=%s", status);
}

//  The manager tells an old READY from the new one by the time, which is CLOCK_MONOTONIC and not a seam's.
void systemd_reloading (void)
{
    struct timespec now;
    clock_gettime (CLOCK_MONOTONIC, &now);
    sd_notifyf (0, "RELOADING=1\nSTATUS=reading the configuration again\nMONOTONIC_USEC=%" PRIu64,
                (uint64_t) now.tv_sec * 1000000 + (uint64_t) now.tv_nsec / 1000);
}

void systemd_stopping (void)
{
    sd_notify (0, "STOPPING=1\nSTATUS=stopping");
}

bool systemd_has_journal (void)
{
    const char *stream = getenv ("JOURNAL_STREAM");
    struct stat file;
    char here[64];
    if (!stream || fstat (STDERR_FILENO, &file) != 0)
        return false;
    snprintf (here, sizeof here, "%ju:%ju", (uintmax_t) file.st_dev, (uintmax_t) file.st_ino);
    return strcmp (stream, here) == 0;
}

static char s_letter (char c)
{
    if (c >= 'a' && c <= 'z')
        return (char) (c - 'a' + 'A');
    bool taken = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return taken ? c : '_';
}

void journal_add (struct journal_entry *self, const char *prefix, const char *name, const char *value,
                  size_t n)
{
    size_t before = strlen (prefix), length = before + strlen (name);
    if (length > JOURNAL_NAME_BYTES)
        length = JOURNAL_NAME_BYTES;
    if (self->count == JOURNAL_FIELDS || sizeof self->bytes - self->used < length + 1 ||
        sizeof self->bytes - self->used - length - 1 < n)
        return;
    char *start = self->bytes + self->used, *to = start;
    for (size_t i = 0; i < length; i++)
        *to++ = s_letter (i < before ? prefix[i] : name[i - before]);
    *to++ = '=';
    memcpy (to, value, n);
    to += n;
    self->fields[self->count++] = (struct iovec){start, (size_t) (to - start)};
    self->used += (size_t) (to - start);
}

int systemd_journal_send (const struct iovec *fields, int count)
{
    return sd_journal_sendv (fields, count);
}
