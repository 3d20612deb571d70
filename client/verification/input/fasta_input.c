//  fasta_input.c: see fasta_input.h.
#include "client/verification/input/fasta_input.h"

#include "client/result/reading/report_values.h"
#include "client/verification/input/input_text.h"
#include "messages/base/buffer.h"
#include "messages/base/digest.h"
#include "messages/base/narrow.h"

#include <ctype.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AHEAD = 64 * 1024, VALUES_MAX = 16, WORD_MOST = 512 };

struct fasta_input {
    input_text_t *text;
    EVP_MD_CTX *md5, *sha512;
    uint64_t line;           //  where the reading stands, from 1
    struct buffer header;    //  of the record that was taken, ended by NUL
    char source[WORD_MOST], id[2 * WORD_MOST];
    uint64_t counts[256];    //  of its letters, in upper case
    char numbers[5][64];
    struct input_value values[VALUES_MAX];
    size_t count;
};

static bool s_is_end (char byte)
{
    return byte == '\n' || byte == '\r';
}

static int s_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while reading the input");
}

fasta_input_t *fasta_input_new (const char *path, const struct json_value *report, struct error *error)
{
    const struct json_value *input = json_value_member (report, "input");
    fasta_input_t *self = calloc (1, sizeof *self);
    digest_ready ();
    if (!self) {
        s_memory (error);
        return NULL;
    }
    self->line = 1;
    self->md5 = EVP_MD_CTX_new ();
    self->sha512 = EVP_MD_CTX_new ();
    self->text =
        input_text_new (path, report_text (input, "encoding"), report_text (input, "compression"), error);
    if (!self->md5 || !self->sha512)
        s_memory (error);
    if (!self->text || !self->md5 || !self->sha512)
        fasta_input_destroy (&self);
    return self;
}

void fasta_input_destroy (fasta_input_t **self_p)
{
    fasta_input_t *self = *self_p;
    if (!self)
        return;
    input_text_destroy (&self->text);
    EVP_MD_CTX_free (self->md5);
    EVP_MD_CTX_free (self->sha512);
    free (self->header.at);
    free (self);
    *self_p = NULL;
}

//  Goes over n bytes, of which the last is no CR before an LF.
static void s_skip (fasta_input_t *self, const char *at, size_t n)
{
    for (size_t i = 0; i < n; i++)
        self->line += at[i] == '\n' || (at[i] == '\r' && (i + 1 == n || at[i + 1] != '\n'));
    input_text_skip (self->text, n);
}

//  The length of the line that begins here with its end, or of a part of a long one of at least `most`
//  bytes. 0: the input is over.
static int s_line (fasta_input_t *self, size_t most, const char **at, size_t *length, struct error *error)
{
    size_t n = 0;
    for (size_t want = AHEAD;; want = 2 * n) {
        int rc = input_text_show (self->text, want, at, &n, error);
        if (rc != DMH_OK)
            return rc;
        size_t end = 0;
        while (end < n && !s_is_end ((*at)[end]))
            end++;
        bool pair = end + 1 < n && (*at)[end] == '\r' && (*at)[end + 1] == '\n';
        *length = end < n ? end + 1 + pair : end;
        if (n < want || end + 1 < n || (end == n && n >= most))
            return DMH_OK;
    }
}

int fasta_input_at (fasta_input_t *self, uint64_t *line, struct error *error)
{
    for (;;) {
        const char *at;
        size_t n = 0;
        int rc = s_line (self, SIZE_MAX, &at, &n, error);
        if (rc != DMH_OK || n == 0)
            return rc;
        *line = self->line;
        if (*at == '>')
            return 1;
        if (!s_is_end (*at) && !isblank ((unsigned char) *at) && *at != ';')
            return error_set (error, DMH_MALFORMED, "line %" PRIu64 " of the input belongs to no record",
                              self->line);
        s_skip (self, at, n);
    }
}

//  The identifier between the bars of a first word.
static void s_find_id (fasta_input_t *self)
{
    static const char *const BEFORE[] = {"sp",  "tr",  "ref", "gb",  "emb", "dbj",
                                         "tpg", "tpe", "tpd", "gpp", "nat", "lcl"};
    char word[WORD_MOST], *parts[4] = {NULL}, *at = word;
    snprintf (word, sizeof word, "%s", self->source);
    snprintf (self->id, sizeof self->id, "%s", self->source);
    for (int i = 0; at && i < 2; i++)
        if (strncmp (at, "gi|", 3) == 0 && (at = strchr (at + 3, '|')))
            at++;
    for (size_t i = 0; i < 3 && at; i++) {
        parts[i] = at;
        if ((at = strchr (at, '|')))
            *at++ = 0;
    }
    if (!parts[1])
        return;
    const char *second = parts[2] ? parts[2] : "";
    bool pdb = strcmp (parts[0], "pdb") == 0,
         name = strcmp (parts[0], "pir") == 0 || strcmp (parts[0], "prf") == 0;
    bool known = pdb || name;
    for (size_t i = 0; i < sizeof BEFORE / sizeof *BEFORE; i++)
        known = known || strcmp (parts[0], BEFORE[i]) == 0;
    const char *id = (name && *second) || !*parts[1] ? second : parts[1];
    if (!known || !*id)
        return;
    bool uniprot = strcmp (parts[0], "sp") == 0 || strcmp (parts[0], "tr") == 0;
    bool part = !uniprot && *second == ':' && second[1];
    snprintf (self->id, sizeof self->id, "%s%s%s", id, pdb && *second ? "_" : "",
              (pdb && *second) || part ? second : "");
}

static void s_take_header (fasta_input_t *self)
{
    char *at = self->header.at;
    while (isblank ((unsigned char) *at))
        at++;
    size_t n = strcspn (at, " \t");
    snprintf (self->source, sizeof self->source, "%.*s", NARROW (int, n < WORD_MOST ? n : WORD_MOST - 1), at);
    s_find_id (self);
    at += n;
    while (isblank ((unsigned char) *at))
        at++;
    self->values[0] = (struct input_value){"", self->header.at, strlen (self->header.at)};
    self->values[1] = (struct input_value){"source_id", self->source, strlen (self->source)};
    self->values[2] = (struct input_value){"sequence_id", self->id, strlen (self->id)};
    self->values[3] = (struct input_value){"description", at, strlen (at)};
    self->count = 4;
}

static void s_add (fasta_input_t *self, const char *name, const char *text)
{
    self->values[self->count++] = (struct input_value){name, text, strlen (text)};
}

static uint64_t s_sum (const fasta_input_t *self, const char *letters)
{
    uint64_t sum = 0;
    for (; *letters; letters++)
        sum += self->counts[(unsigned char) *letters];
    return sum;
}

static void s_take_digests (fasta_input_t *self)
{
    unsigned char hash[EVP_MAX_MD_SIZE] = {0};
    EVP_DigestFinal_ex (self->md5, hash, NULL);
    for (size_t i = 0; i < 16; i++)
        snprintf (self->numbers[0] + 2 * i, 3, "%02x", hash[i]);
    s_add (self, "md5", self->numbers[0]);
    EVP_DigestFinal_ex (self->sha512, hash, NULL);
    memcpy (self->numbers[1], "SQ.", 3);
    EVP_EncodeBlock ((unsigned char *) self->numbers[1] + 3, hash, 24);
    for (char *at = self->numbers[1]; *at; at++)
        *at = *at == '+' ? '-' : *at == '/' ? '_' : *at;
    s_add (self, "ga4gh_sq", self->numbers[1]);
}

//  What the letters come to, as nucleic acid and as protein.
static void s_take_facts (fasta_input_t *self)
{
    uint64_t all = 0, bases = s_sum (self, "ACGTU"), gc = s_sum (self, "GC");
    for (size_t c = 0; c < 256; c++)
        all += self->counts[c];
    s_take_digests (self);
    snprintf (self->numbers[2], sizeof self->numbers[2], "%" PRIu64, all);
    s_add (self, "length", self->numbers[2]);
    snprintf (self->numbers[3], sizeof self->numbers[3], "%" PRIu64, s_sum (self, "RYKMSWBDHVNX"));
    s_add (self, "ambiguous_count", self->numbers[3]);
    snprintf (self->numbers[4], 24, "%" PRIu64, s_sum (self, "BJXZ"));
    s_add (self, "", self->numbers[4]);
    char *fraction = self->numbers[4] + 32;
    snprintf (fraction, 16, "%.6f", bases ? (double) gc / (double) bases : 0);
    for (size_t n = strlen (fraction); n && (fraction[n - 1] == '0' || fraction[n - 1] == '.'); n--) {
        bool point = fraction[n - 1] == '.';
        fraction[n - 1] = 0;
        if (point)
            break;
    }
    s_add (self, "gc_fraction", fraction);
    bool amino = s_sum (self, "EFIJLOPQZ") > 0;
    s_add (self, "", amino ? "protein" : self->counts['U'] > self->counts['T'] ? "rna" : "dna");
    s_add (self, "", "protein");
}

//  The letters of a line, or of a part of one.
static void s_feed (fasta_input_t *self, const char *at, size_t n)
{
    char kept[4096];
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        if (isspace ((unsigned char) at[i]))
            continue;
        kept[used] = (char) toupper ((unsigned char) at[i]);
        self->counts[(unsigned char) kept[used++]]++;
        if (used == sizeof kept) {
            EVP_DigestUpdate (self->md5, kept, used);
            EVP_DigestUpdate (self->sha512, kept, used);
            used = 0;
        }
    }
    EVP_DigestUpdate (self->md5, kept, used);
    EVP_DigestUpdate (self->sha512, kept, used);
}

int fasta_input_take (fasta_input_t *self, struct error *error)
{
    const char *at;
    size_t n = 0;
    int rc = s_line (self, SIZE_MAX, &at, &n, error);
    if (rc != DMH_OK)
        return rc;
    self->header.used = 0;
    if (buffer_reserve (&self->header, n + 1) != 0)
        return s_memory (error);
    size_t end = n;
    while (end > 1 && s_is_end (at[end - 1]))
        end--;
    memcpy (self->header.at, at + 1, end - 1);
    self->header.at[end - 1] = 0;
    s_skip (self, at, n);
    s_take_header (self);
    memset (self->counts, 0, sizeof self->counts);
    if (EVP_DigestInit_ex (self->md5, EVP_md5 (), NULL) != 1 ||
        EVP_DigestInit_ex (self->sha512, EVP_sha512 (), NULL) != 1)
        return s_memory (error);
    for (bool begins = true;;) {
        rc = s_line (self, AHEAD, &at, &n, error);
        if (rc != DMH_OK)
            return rc;
        if (n == 0 || (begins && *at == '>'))
            break;
        begins = s_is_end (at[n - 1]);
        s_feed (self, at, n);
        s_skip (self, at, n);
    }
    s_take_facts (self);
    return 1;
}

int fasta_input_claim (fasta_input_t *self, const char *raw, size_t n, struct error *error)
{
    const char *at;
    size_t shown = 0;
    int rc = input_text_show (self->text, n + 2, &at, &shown, error);
    if (rc != DMH_OK)
        return rc;
    if (n == 0 || shown < n || memcmp (at, raw, n) != 0 || (shown > n && !s_is_end (at[n])))
        return 0;
    bool pair = shown > n + 1 && at[n] == '\r' && at[n + 1] == '\n';
    s_skip (self, at, shown > n ? n + 1 + pair : n);
    for (;;) {    //  blank lines belong to no text; then another record begins
        rc = s_line (self, AHEAD, &at, &n, error);
        if (rc != DMH_OK || n == 0 || *at == '>')
            return rc == DMH_OK ? 1 : rc;
        if (!s_is_end (*at))
            return 0;
        s_skip (self, at, n);
    }
}

size_t fasta_input_count (const fasta_input_t *self)
{
    return self->count;
}

struct input_value fasta_input_value (const fasta_input_t *self, size_t i)
{
    return self->values[i];
}
