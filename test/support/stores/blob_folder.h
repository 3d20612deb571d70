//  blob_folder.h: for tests: a store of files in a folder of the test's own, and one file to send there.
#ifndef DMH_TEST_SUPPORT_BLOB_FOLDER_H
#define DMH_TEST_SUPPORT_BLOB_FOLDER_H

#include "broker/files/blob_store.h"
#include "messages/base/digest.h"

#include <sys/types.h>

//  Keys.
#define ANNA "anna456789012345678901234567890123456789"
#define BERT "bert456789012345678901234567890123456789"
#define CARL "carl456789012345678901234567890123456789"

enum { ROOM = 1 << 20, FILE_BYTES = 100000, PIECE_BYTES = 7000 };

extern char blob_folder_path[64], blob_folder_sha[DIGEST_HEX_BYTES];
extern unsigned char blob_folder_bytes[FILE_BYTES];

//  Before and after each test.
void blob_folder_make (void);
void blob_folder_remove (void);

//  The store there. The test fails when it cannot be opened.
blob_store_t *blob_folder_open (uint64_t room);

//  One piece; what blob_store_put answers.
int blob_folder_put_as (blob_store_t *blob_store, const char *sender, const char *owner, const char *sha256,
                        uint64_t bytes, uint64_t offset, const void *at, size_t n, uint64_t *wanted,
                        struct error *error);
//  The same without keys.
int blob_folder_put (blob_store_t *blob_store, const char *sha256, uint64_t bytes, uint64_t offset,
                     const void *at, size_t n, uint64_t *wanted, struct error *error);

//  Sends pieces of the file from `at` up to `end`; what the store wants then.
uint64_t blob_folder_send (blob_store_t *blob_store, uint64_t at, uint64_t end);
//  What it wants of the file now.
uint64_t blob_folder_ask (blob_store_t *blob_store);
//  All of the file comes back.
void blob_folder_is_whole (blob_store_t *blob_store);

//  A file of the folder, to be spoiled; the caller closes it.
int blob_folder_file (const char *name);
//  The permissions of a file.
mode_t blob_folder_mode (const char *path);
//  How many are there, with lists and parts.
size_t blob_folder_count (void);

#endif
