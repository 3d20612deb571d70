//  fasta_file.c: see fasta_file.h.
#include "client/result/reading/fasta_file.h"

#include "client/result/reading/result_file.h"
#include "messages/base/buffer.h"
#include "messages/base/digest.h"

#include <errno.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { PIECE_BYTES = 64 * 1024, SQ_BYTES = 24, UPPER_BYTES = 4096 };

const char *const FASTA_FILE_FIELDS[FASTA_FILE_VALUES] = {"sequence_id", "description", "length", "md5",
                                                          "ga4gh_sq"};

struct fasta_file {
    const char *name;    //  borrowed
    gzFile file;
    EVP_MD_CTX *md5, *sha512;
    size_t used, at;         //  of the piece
    struct buffer header;    //  of the sequence: its name, NUL, its description, NUL
    uint64_t length;
    bool letters_only;
    char numbers[3][48];
    char piece[PIECE_BYTES];
};

static int s_memory (const char *name, struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while reading %s", name);
}

static int s_open (fasta_file_t *self, const char *folder, struct error *error)
{
    FILE *file = result_file_open (folder, self->name, error);
    if (!file)
        return error->code;
    int copy = dup (fileno (file));
    fclose (file);
    self->file = copy < 0 ? NULL : gzdopen (copy, "rb");
    if (!self->file && copy >= 0)
        close (copy);
    return self->file ? DMH_OK : s_memory (self->name, error);
}

fasta_file_t *fasta_file_new (const char *folder, const char *name, struct error *error)
{
    fasta_file_t *self = calloc (1, sizeof *self);
    digest_ready ();
    if (!self) {
        s_memory (name, error);
        return NULL;
    }
    self->name = name;
    self->md5 = EVP_MD_CTX_new ();
    self->sha512 = EVP_MD_CTX_new ();
    int rc = self->md5 && self->sha512 ? s_open (self, folder, error) : s_memory (name, error);
    if (rc != DMH_OK)
        fasta_file_destroy (&self);
    return self;
}

void fasta_file_destroy (fasta_file_t **self_p)
{
    fasta_file_t *self = *self_p;
    if (!self)
        return;
    if (self->file)
        gzclose (self->file);
    EVP_MD_CTX_free (self->md5);
    EVP_MD_CTX_free (self->sha512);
    free (self->header.at);
    free (self);
    *self_p = NULL;
}

//  More of the file, when the piece is over. 1; 0: the file is over; DMH_MALFORMED.
static int s_more (fasta_file_t *self, struct error *error)
{
    if (self->at < self->used)
        return 1;
    int n = gzread (self->file, self->piece, PIECE_BYTES), why = Z_OK;
    gzerror (self->file, &why);
    if (n < 0 || (why != Z_OK && why != Z_STREAM_END))
        return error_set (error, DMH_MALFORMED, "%s cannot be unpacked", self->name);
    self->at = 0;
    self->used = (size_t) n;
    return n > 0 ? 1 : 0;
}

//  The line that begins here up to its end. 1, or an error.
static int s_header (fasta_file_t *self, struct error *error)
{
    self->header.used = 0;
    for (;;) {
        int rc = s_more (self, error);
        if (rc < 0)
            return rc;
        if (buffer_reserve (&self->header, self->used - self->at + 2) != 0)
            return s_memory (self->name, error);
        const char *from = self->piece + self->at, *end = memchr (from, '\n', self->used - self->at);
        size_t n = end ? (size_t) (end - from) : self->used - self->at;
        memcpy (self->header.at + self->header.used, from, n);
        self->header.used += n;
        self->at += n + (end != NULL);
        if (!end && rc == 1)
            continue;
        memset (self->header.at + self->header.used, 0, 2);
        char *space = memchr (self->header.at, ' ', self->header.used);
        if (space)
            *space = 0;
        return end && self->header.used > 1 && *self->header.at == '>'
                   ? 1
                   : error_set (error, DMH_MALFORMED, "%s holds a line that is no header of a sequence",
                                self->name);
    }
}

//  Digests are of letters in upper case, whatever case they were kept in.
static void s_feed (fasta_file_t *self, const char *letters, size_t n)
{
    char upper[UPPER_BYTES];
    for (size_t at = 0, part; at < n; at += part) {
        part = n - at < sizeof upper ? n - at : sizeof upper;
        for (size_t i = 0; i < part; i++) {
            char letter = letters[at + i];
            upper[i] = letter >= 'a' && letter <= 'z' ? (char) (letter - 'a' + 'A') : letter;
            self->letters_only = self->letters_only && upper[i] >= 'A' && upper[i] <= 'Z';
        }
        EVP_DigestUpdate (self->md5, upper, part);
        EVP_DigestUpdate (self->sha512, upper, part);
    }
}

//  The letters up to the next header, or the file's end. 1, or an error.
static int s_letters (fasta_file_t *self, struct error *error)
{
    bool line_start = true;
    int rc;
    while ((rc = s_more (self, error)) == 1) {
        const char *from = self->piece + self->at;
        if (line_start && *from == '>')
            return 1;
        const char *end = memchr (from, '\n', self->used - self->at);
        size_t n = end ? (size_t) (end - from) : self->used - self->at;
        s_feed (self, from, n);
        self->length += n;
        self->at += n + (end != NULL);
        line_start = end != NULL;
    }
    return rc < 0 ? rc : 1;
}

static void s_digests (fasta_file_t *self)
{
    unsigned char hash[EVP_MAX_MD_SIZE] = {0};
    EVP_DigestFinal_ex (self->md5, hash, NULL);
    for (size_t i = 0; i < 16; i++)
        snprintf (self->numbers[1] + 2 * i, 3, "%02x", hash[i]);
    EVP_DigestFinal_ex (self->sha512, hash, NULL);
    memcpy (self->numbers[2], "SQ.", 3);
    EVP_EncodeBlock ((unsigned char *) self->numbers[2] + 3, hash, SQ_BYTES);
    for (char *at = self->numbers[2]; *at; at++)
        *at = *at == '+' ? '-' : *at == '/' ? '_' : *at;
    if (!self->letters_only)
        self->numbers[2][0] = 0;
    snprintf (self->numbers[0], sizeof self->numbers[0], "%" PRIu64, self->length);
}

int fasta_file_next (fasta_file_t *self, struct error *error)
{
    int rc = s_more (self, error);
    if (rc != 1 || (rc = s_header (self, error)) != 1)
        return rc;
    self->length = 0;
    self->letters_only = true;
    if (EVP_DigestInit_ex (self->md5, EVP_md5 (), NULL) != 1 ||
        EVP_DigestInit_ex (self->sha512, EVP_sha512 (), NULL) != 1)
        return s_memory (self->name, error);
    rc = s_letters (self, error);
    if (rc == 1)
        s_digests (self);
    return rc;
}

const char *fasta_file_value (const fasta_file_t *self, size_t i)
{
    const char *name = self->header.at + 1;
    return i == 0   ? name
           : i == 1 ? name + strlen (name) + (name + strlen (name) < self->header.at + self->header.used)
                    : self->numbers[i - 2];
}
