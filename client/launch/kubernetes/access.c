//  access.c: see access.h.
#define _GNU_SOURCE
#include "client/launch/kubernetes/access.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void kube_access_make (struct kube_access *self)
{
    *self = (struct kube_access){.authority = {.fd = -1}, .certificate = {.fd = -1}, .key = {.fd = -1}};
}

void kube_access_clear (struct kube_access *self)
{
    struct kube_file *files[] = {&self->authority, &self->certificate, &self->key};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (files[i]->fd >= 0)
            close (files[i]->fd);
    explicit_bzero (self->token, sizeof self->token);
    kube_access_make (self);
}

//  libcurl with GnuTLS takes certificates as files alone.
int kube_file_keep (struct kube_file *self, const void *bytes, size_t n, struct error *error)
{
    if (self->fd >= 0)
        close (self->fd);
    self->fd = memfd_create ("dmh-credential", MFD_CLOEXEC);
    if (self->fd < 0 || write (self->fd, bytes, n) != (ssize_t) n)
        return error_set (error, DMH_INTERNAL, "a certificate cannot be kept in memory: %s",
                          strerror (errno));
    snprintf (self->path, sizeof self->path, "/proc/self/fd/%d", self->fd);
    return DMH_OK;
}

int kube_token_read (const char *path, char token[KUBE_TOKEN_BYTES], struct error *error)
{
    FILE *file = fopen (path, "re");
    size_t n = file ? fread (token, 1, KUBE_TOKEN_BYTES, file) : 0;
    int why = errno;
    if (file)
        fclose (file);
    while (n > 0 && isspace ((unsigned char) token[n - 1]))
        n--;
    if (n == 0 || n == KUBE_TOKEN_BYTES)
        return error_set (error, DMH_USAGE, "the token in %s cannot be used: %s", path,
                          !file ? strerror (why)
                          : n   ? "it is too long"
                                : "it is empty");
    token[n] = 0;
    return DMH_OK;
}

//  What a namespace may be called: a label of DNS.
static bool s_is_label (const char *text)
{
    size_t n = strlen (text);
    return n > 0 && n < KUBE_SPACE_BYTES && strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789-") == n &&
           text[0] != '-' && text[n - 1] != '-';
}

//  A header is a line, and so is what is noted of a launch.
static bool s_is_line (const char *text, char least)
{
    for (; *text; text++)
        if ((unsigned char) *text < (unsigned char) least || *text == 127)
            return false;
    return true;
}

//  HTTP without TLS is for what listens on this host, as kubectl proxy does: Secrets go that way.
static bool s_is_server (const char *server)
{
    static const char *const BEGINNINGS[] = {"http://127.0.0.1:", "http://localhost:", "http://[::1]:"};
    if (strpbrk (server, "?# @"))
        return false;
    for (size_t i = 0; i < sizeof BEGINNINGS / sizeof *BEGINNINGS; i++)
        if (strncmp (server, BEGINNINGS[i], strlen (BEGINNINGS[i])) == 0)
            return true;
    return strncmp (server, "https://", 8) == 0;
}

int kube_access_check (struct kube_access *self, struct error *error)
{
    for (size_t n = strlen (self->server); n > 0 && self->server[n - 1] == '/'; n--)
        self->server[n - 1] = 0;
    if (!s_is_server (self->server))
        return error_set (error, DMH_USAGE,
                          "the API server of Kubernetes is at https://HOST:PORT, not “%.200s”", self->server);
    if (!s_is_label (self->space))
        return error_set (error, DMH_USAGE, "“%.100s” is no name of a namespace", self->space);
    if (!s_is_line (self->context, ' '))
        return error_set (error, DMH_USAGE, "the name of the context is not one line");
    if (!s_is_line (self->token, '!'))
        return error_set (error, DMH_USAGE, "the token for %.200s is not one word", self->server);
    self->trust = (struct http_trust){.authority = *self->authority.path ? self->authority.path : NULL,
                                      .certificate = *self->certificate.path ? self->certificate.path : NULL,
                                      .key = *self->key.path ? self->key.path : NULL};
    return DMH_OK;
}
