//  journal.c: see journal.h.
#include "messages/base/journal.h"

#include <stdbool.h>
#include <string.h>

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
