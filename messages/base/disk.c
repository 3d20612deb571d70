//  disk.c: see disk.h.
#include "messages/base/disk.h"

#include "messages/base/digest.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

char *disk_name (char out[DISK_NAME_BYTES])
{
    char boot[64] = "", text[160], hex[DIGEST_HEX_BYTES];
    struct stat space;
    *out = 0;
    FILE *file = fopen ("/proc/sys/kernel/random/boot_id", "re");
    if (!file)
        return out;
    char *read = fgets (boot, sizeof boot, file);
    fclose (file);
    if (!read || stat ("/proc/self/ns/mnt", &space) != 0)
        return out;
    int n = snprintf (text, sizeof text, "dmh disk %s %" PRIuMAX " %" PRIuMAX, boot, (uintmax_t) space.st_dev,
                      (uintmax_t) space.st_ino);
    digest_of (text, (size_t) n, hex);
    snprintf (out, DISK_NAME_BYTES, "%.32s", hex);
    return out;
}

uint64_t disk_free (const char *path)
{
    struct statvfs about;
    return statvfs (path, &about) == 0 ? (uint64_t) about.f_bavail * about.f_frsize : 0;
}
