//  blob_folder.c: see blob_folder.h.
#include "test/support/stores/blob_folder.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char blob_folder_path[64], blob_folder_sha[DIGEST_HEX_BYTES];
unsigned char blob_folder_bytes[FILE_BYTES];

void blob_folder_make (void)
{
    snprintf (blob_folder_path, sizeof blob_folder_path, "/tmp/dmh-blob_store-XXXXXX");
    cr_assert_not_null (mkdtemp (blob_folder_path));
    strcat (blob_folder_path, "/files");
    for (size_t i = 0; i < FILE_BYTES; i++)
        blob_folder_bytes[i] = (unsigned char) (i * i / 7);
    digest_of (blob_folder_bytes, FILE_BYTES, blob_folder_sha);
}

void blob_folder_remove (void)
{
    char command[128];
    *strrchr (blob_folder_path, '/') = 0;
    snprintf (command, sizeof command, "rm -rf %s", blob_folder_path);
    cr_assert_eq (system (command), 0);
}

blob_store_t *blob_folder_open (uint64_t room)
{
    struct error error = {.code = DMH_OK};
    blob_store_t *blob_store = blob_store_new (blob_folder_path, room, &error);
    cr_assert_not_null (blob_store, "%s", error.text);
    return blob_store;
}

int blob_folder_put_as (blob_store_t *blob_store, const char *sender, const char *owner, const char *sha256,
                        uint64_t bytes, uint64_t offset, const void *at, size_t n, uint64_t *wanted,
                        struct error *error)
{
    struct blob_store_piece piece = {sha256, bytes, offset, at, n, sender, owner};
    return blob_store_put (blob_store, &piece, wanted, error);
}

int blob_folder_put (blob_store_t *blob_store, const char *sha256, uint64_t bytes, uint64_t offset,
                     const void *at, size_t n, uint64_t *wanted, struct error *error)
{
    return blob_folder_put_as (blob_store, NULL, NULL, sha256, bytes, offset, at, n, wanted, error);
}

uint64_t blob_folder_send (blob_store_t *blob_store, uint64_t at, uint64_t end)
{
    while (at < end) {
        struct error error = {.code = DMH_OK};
        size_t n = end - at < PIECE_BYTES ? end - at : PIECE_BYTES;
        uint64_t wanted = 0;
        cr_assert_eq (blob_folder_put (blob_store, blob_folder_sha, FILE_BYTES, at, blob_folder_bytes + at, n,
                                       &wanted, &error),
                      DMH_OK, "%s", error.text);
        cr_assert_eq (wanted, at + n);
        at = wanted;
    }
    return at;
}

uint64_t blob_folder_ask (blob_store_t *blob_store)
{
    uint64_t wanted = UINT64_MAX;
    cr_assert_eq (blob_folder_put (blob_store, blob_folder_sha, FILE_BYTES, 0, NULL, 0, &wanted, NULL),
                  DMH_OK);
    return wanted;
}

void blob_folder_is_whole (blob_store_t *blob_store)
{
    static unsigned char back[FILE_BYTES];
    size_t got, all = 0;
    uint64_t bytes = 0;
    do {
        cr_assert_eq (blob_store_get (blob_store, blob_folder_sha, NULL, all, back + all,
                                      PIECE_BYTES < FILE_BYTES - all ? PIECE_BYTES : FILE_BYTES - all, &got,
                                      &bytes, NULL),
                      DMH_OK);
        all += got;
    } while (got);
    cr_assert_eq (bytes, FILE_BYTES);
    cr_assert_eq (all, FILE_BYTES);
    cr_assert_eq (memcmp (back, blob_folder_bytes, FILE_BYTES), 0);
}

int blob_folder_file (const char *name)
{
    char path[240];
    snprintf (path, sizeof path, "%s/%s", blob_folder_path, name);
    int fd = open (path, O_RDWR);
    cr_assert_geq (fd, 0, "%s", path);
    return fd;
}

mode_t blob_folder_mode (const char *path)
{
    struct stat found;
    cr_assert_eq (stat (path, &found), 0, "%s", path);
    return found.st_mode & 0777;
}

size_t blob_folder_count (void)
{
    size_t count = 0;
    DIR *folder = opendir (blob_folder_path);
    struct dirent *entry;
    while (folder && (entry = readdir (folder)) != NULL)
        count += *entry->d_name != '.';
    if (folder)
        closedir (folder);
    return count;
}
