//  ticket.c: see ticket.h. "UNTIL OWNER HMAC", an owner who is nobody as "-"; no owner holds a space.
#include "broker/files/ticket.h"

#include "messages/base/narrow.h"
#include "messages/base/random.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECRET "tickets.secret"
#define FRESH SECRET ".new"
enum { SAID_BYTES = 256, UNTIL_DIGITS_MAX = 18 };

static bool s_read (int folder, struct ticket_secret *out)
{
    int fd = openat (folder, SECRET, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    ssize_t got = fd >= 0 ? pread (fd, out->bytes, sizeof out->bytes, 0) : -1;
    if (got >= 0 && got < (ssize_t) sizeof out->bytes)
        errno = EINVAL;
    int why = errno;
    if (fd >= 0)
        close (fd);
    errno = why;
    return got == (ssize_t) sizeof out->bytes;
}

//  The folder is another broker's no more; what it left half is gone over.
static bool s_make (int folder, struct ticket_secret *out)
{
    unlinkat (folder, FRESH, 0);
    random_fill (out->bytes, sizeof out->bytes);
    int fd = openat (folder, FRESH, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    ssize_t put = pwrite (fd, out->bytes, sizeof out->bytes, 0);
    if (put >= 0 && put < (ssize_t) sizeof out->bytes)
        errno = ENOSPC;
    bool good = put == (ssize_t) sizeof out->bytes && fsync (fd) == 0;
    int why = errno;
    close (fd);
    errno = why;
    return good && renameat (folder, FRESH, folder, SECRET) == 0 && fsync (folder) == 0;
}

int ticket_secret_open (const char *folder, struct ticket_secret *out, struct error *error)
{
    int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = fd >= 0 && (s_read (fd, out) || (errno == ENOENT && s_make (fd, out)));
    int why = errno;
    if (fd >= 0)
        close (fd);
    return good ? DMH_OK
                : error_set (error, DMH_IO,
                             "%s/" SECRET " cannot be used: %s; where it is damaged, remove it: tickets that "
                             "were given are void then, and workers ask again",
                             folder, strerror (why));
}

static char *s_sign (const struct ticket_secret *secret, const struct ticket_terms *terms, const char *owner,
                     int64_t until, char out[DIGEST_HEX_BYTES])
{
    char said[SAID_BYTES];
    int n = snprintf (said, sizeof said, "%s\n%.64s\n%.40s\n%.40s\n%" PRId64,
                      terms->use == TICKET_GET ? "get" : "put", terms->sha256 ? terms->sha256 : "",
                      terms->user, owner, until);
    return digest_hmac (secret->bytes, sizeof secret->bytes, said, (size_t) n, out);
}

char *ticket_write (const struct ticket_secret *secret, const struct ticket_terms *terms,
                    char out[TICKET_BYTES])
{
    char hmac[DIGEST_HEX_BYTES];
    if (!s_sign (secret, terms, terms->owner, terms->until, hmac))
        *hmac = 0;    //  a ticket that opens nothing
    snprintf (out, TICKET_BYTES, "%" PRId64 " %.40s %s", terms->until, *terms->owner ? terms->owner : "-",
              hmac);
    return out;
}

bool ticket_read (const struct ticket_secret *secret, const char *text, const struct ticket_terms *terms,
                  int64_t now, char owner[KEY_TEXT_BYTES])
{
    char named[KEY_TEXT_BYTES], hmac[DIGEST_HEX_BYTES];
    size_t digits = strspn (text, "0123456789");
    const char *at = text + digits;
    if (digits == 0 || digits > UNTIL_DIGITS_MAX || *at++ != ' ')
        return false;
    size_t n = strcspn (at, " ");
    if (n == 0 || n >= sizeof named || at[n] != ' ' || strlen (at + n + 1) != DIGEST_HEX_BYTES - 1)
        return false;
    snprintf (named, sizeof named, "%.*s", n == 1 && *at == '-' ? 0 : NARROW (int, n), at);
    int64_t until = strtoll (text, NULL, 10);
    //  The comparison takes the same time wherever they differ.
    if (!s_sign (secret, terms, named, until, hmac) ||
        CRYPTO_memcmp (at + n + 1, hmac, DIGEST_HEX_BYTES - 1) != 0 || until < now)
        return false;
    memcpy (owner, named, sizeof named);
    return true;
}
