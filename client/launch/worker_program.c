//  worker_program.c: see worker_program.h.
#include "client/launch/worker_program.h"

#include "messages/base/narrow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char NAME[] = "dmh-worker";

static bool s_is (const char *folder, size_t n, char out[LAUNCHED_PATH_BYTES])
{
    int written = snprintf (out, LAUNCHED_PATH_BYTES, "%.*s/%s", NARROW (int, n), folder, NAME);
    return *folder == '/' && written < LAUNCHED_PATH_BYTES && access (out, X_OK) == 0;
}

int worker_program_find (char out[LAUNCHED_PATH_BYTES], struct error *error)
{
    char self[LAUNCHED_PATH_BYTES];
    ssize_t n = readlink ("/proc/self/exe", self, sizeof self - 1);
    self[n > 0 ? n : 0] = 0;
    const char *slash = strrchr (self, '/'), *path = getenv ("PATH");
    if (slash && s_is (self, (size_t) (slash - self), out))
        return DMH_OK;
    for (const char *at = path ? path : ""; *at; at += *at == ':') {
        size_t length = strcspn (at, ":");
        if (s_is (at, length, out))
            return DMH_OK;
        at += length;
    }
    return error_set (error, DMH_NOT_FOUND, "there is no %s beside %s and none on the PATH", NAME, self);
}
