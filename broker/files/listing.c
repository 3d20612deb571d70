//  listing.c: see listing.h.
#include "broker/files/listing.h"

#include "broker/files/part.h"
#include "messages/files/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int64_t listing_used_at (const struct stat *found)
{
    enum { MS = 1000, NS_OF_MS = 1000000 };
    return (int64_t) found->st_mtim.tv_sec * MS + found->st_mtim.tv_nsec / NS_OF_MS;
}

//  false: not one of ours.
static bool s_describe (int folder, const char *name, char sha256[DIGEST_HEX_BYTES], struct listing_file *out)
{
    struct stat found;
    snprintf (sha256, DIGEST_HEX_BYTES, "%.64s", name);
    const char *rest = name + strlen (sha256);
    bool whole = *rest == 0;
    if (!file_is_sha256 (sha256) || (!whole && !part_is_end (rest)) ||
        fstatat (folder, name, &found, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG (found.st_mode))
        return false;
    *out = (struct listing_file){sha256, name, (uint64_t) found.st_size, listing_used_at (&found), whole};
    return true;
}

int listing_each (int folder, listing_tell *tell, void *context, struct error *error)
{
    int fd = openat (folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *listing = fd >= 0 ? fdopendir (fd) : NULL;
    if (!listing) {
        int rc = error_set (error, DMH_IO, "the folder for files cannot be read: %s", strerror (errno));
        if (fd >= 0)
            close (fd);
        return rc;
    }
    int rc = DMH_OK;
    struct dirent *entry;
    while (rc == DMH_OK && (entry = readdir (listing)) != NULL) {
        char sha256[DIGEST_HEX_BYTES];
        struct listing_file file;
        if (s_describe (folder, entry->d_name, sha256, &file))
            rc = tell (context, &file);
    }
    closedir (listing);
    return rc;
}
