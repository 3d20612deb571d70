//  residues.c: see residues.h. Bytes are counted by value, which tells nearly everything at the end; only the
//  places of the first ones that may be wrong are looked for on the way.
#include "worker/formats/fasta/residues.h"

#include "messages/base/digest.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 16 * 1024, SQ_HASH_BYTES = 24 };

//  What a byte can be. Source: IUPAC-IUB (Cornish-Bowden 1985; JCBN 1983 with U and O), NCBI's FASTA page.
enum residue_class {
    CLASS_BAD,
    CLASS_SPACE,      //  is not part of the sequence
    CLASS_MARK,       //  a gap or a stop
    CLASS_BASE,       //  A C G T U
    CLASS_NUCLEIC,    //  a code for several bases, which may be an amino acid as well
    CLASS_AMINO,      //  an amino acid alone
    CLASS_UNKNOWN     //  X: any amino acid, or a base that is masked
};

//  Of bytes in upper case.
static const unsigned char CLASS[256] = {
    ['\t'] = CLASS_SPACE,  ['\n'] = CLASS_SPACE,  ['\v'] = CLASS_SPACE,  ['\f'] = CLASS_SPACE,
    ['\r'] = CLASS_SPACE,  [' '] = CLASS_SPACE,   ['-'] = CLASS_MARK,    ['.'] = CLASS_MARK,
    ['*'] = CLASS_MARK,    ['A'] = CLASS_BASE,    ['C'] = CLASS_BASE,    ['G'] = CLASS_BASE,
    ['T'] = CLASS_BASE,    ['U'] = CLASS_BASE,    ['R'] = CLASS_NUCLEIC, ['Y'] = CLASS_NUCLEIC,
    ['K'] = CLASS_NUCLEIC, ['M'] = CLASS_NUCLEIC, ['S'] = CLASS_NUCLEIC, ['W'] = CLASS_NUCLEIC,
    ['B'] = CLASS_NUCLEIC, ['D'] = CLASS_NUCLEIC, ['H'] = CLASS_NUCLEIC, ['V'] = CLASS_NUCLEIC,
    ['N'] = CLASS_NUCLEIC, ['E'] = CLASS_AMINO,   ['F'] = CLASS_AMINO,   ['I'] = CLASS_AMINO,
    ['J'] = CLASS_AMINO,   ['L'] = CLASS_AMINO,   ['O'] = CLASS_AMINO,   ['P'] = CLASS_AMINO,
    ['Q'] = CLASS_AMINO,   ['Z'] = CLASS_AMINO,   ['X'] = CLASS_UNKNOWN};

struct residues {
    EVP_MD_CTX *md5, *sha512;
    uint64_t counts[256];    //  of bytes in upper case
    uint64_t line;           //  lines that ended
    uint64_t column;         //  bytes of the line so far
    bool after_return;       //  the last byte was CR
    bool found_bad, found_amino;
    struct residue_place bad, amino;    //  the first of each
    unsigned char chunk[CHUNK_BYTES];
};

residues_t *residues_new (void)
{
    digest_ready ();
    residues_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->md5 = EVP_MD_CTX_new ();
    self->sha512 = EVP_MD_CTX_new ();
    if (!self->md5 || !self->sha512 || EVP_DigestInit_ex (self->md5, EVP_md5 (), NULL) != 1 ||
        EVP_DigestInit_ex (self->sha512, EVP_sha512 (), NULL) != 1)
        residues_destroy (&self);
    return self;
}

void residues_destroy (residues_t **self_p)
{
    residues_t *self = *self_p;
    if (!self)
        return;
    EVP_MD_CTX_free (self->md5);
    EVP_MD_CTX_free (self->sha512);
    free (self);
    *self_p = NULL;
}

void residues_begin (residues_t *self)
{
    EVP_DigestInit_ex (self->md5, NULL, NULL);
    EVP_DigestInit_ex (self->sha512, NULL, NULL);
    memset (self->counts, 0, sizeof self->counts);
    self->line = self->column = 0;
    self->after_return = self->found_bad = self->found_amino = false;
}

static inline unsigned char s_upper (unsigned char byte)
{
    return (unsigned char) (byte - (byte >= 'a' && byte <= 'z') * ('a' - 'A'));
}

unsigned char residue_of (unsigned char byte)
{
    unsigned char upper = s_upper (byte);
    return CLASS[upper] == CLASS_SPACE ? 0 : upper;
}

//  A line, or a piece of one. Nearly all lines have no space in them, and then none has to be
//  looked at alone.
static inline size_t s_copy_line (const unsigned char *bytes, size_t n, bool keep_case, unsigned char *out)
{
    unsigned char spaces = 0;
    for (size_t i = 0; i < n; i++) {
        out[i] = keep_case ? bytes[i] : s_upper (bytes[i]);
        spaces |= bytes[i] <= ' ';
    }
    if (!spaces)
        return n;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        out[kept] = keep_case ? bytes[i] : s_upper (bytes[i]);
        kept += CLASS[s_upper (bytes[i])] != CLASS_SPACE;
    }
    return kept;
}

//  All of them, line ends among them.
static inline size_t s_copy (const unsigned char *bytes, size_t n, bool keep_case, unsigned char *out)
{
    size_t kept = 0;
    for (size_t at = 0; at < n;) {
        const unsigned char *end = memchr (bytes + at, '\n', n - at);
        size_t stop = end ? (size_t) (end - bytes) : n;
        size_t back = stop > at && bytes[stop - 1] == '\r';
        kept += s_copy_line (bytes + at, stop - at - back, keep_case, out + kept);
        at = stop + (end != NULL);
    }
    return kept;
}

size_t residues_of (const char *bytes, size_t n, bool keep_case, char *out)
{
    const unsigned char *from = (const unsigned char *) bytes;
    unsigned char *to = (unsigned char *) out;
    return keep_case ? s_copy (from, n, true, to) : s_copy (from, n, false, to);
}

//  How many of the bytes are that one.
static uint32_t s_matches (const unsigned char *bytes, size_t n, unsigned char wanted)
{
    uint32_t count = 0;
    for (size_t at = 0; at < n; at += UINT8_MAX) {    //  so many fit a byte
        size_t stop = n - at < UINT8_MAX ? n - at : UINT8_MAX;
        unsigned char some = 0;
        for (size_t i = 0; i < stop; i++)
            some = (unsigned char) (some + (bytes[at + i] == wanted));
        count += some;
    }
    return count;
}

//  Most sequences are of five letters, which vectors count; what else comes is counted one by one.
static void s_count_letters (const unsigned char *letters, size_t n, uint32_t counts[256])
{
    static const unsigned char USUAL[] = {'A', 'C', 'G', 'T', 'N'};
    size_t seen = 0;
    for (size_t i = 0; i < sizeof USUAL; i++)
        seen += counts[USUAL[i]] = s_matches (letters, n, USUAL[i]);
    if (seen == n)
        return;
    memset (counts, 0, 256 * sizeof *counts);
    for (size_t i = 0; i < n; i++)
        counts[letters[i]]++;
}

//  Where the bytes stand that may be wrong; goes on from the line and column of the bytes before.
static void s_find (residues_t *self, const unsigned char *bytes, size_t n)
{
    uint64_t line = self->line, column = self->column;
    bool after_return = self->after_return;
    for (size_t i = 0; i < n; i++) {
        unsigned char byte = bytes[i], class = CLASS[s_upper (byte)];
        bool end = byte == '\r' || (byte == '\n' && !after_return);
        line += end;
        column = byte == '\r' || byte == '\n' ? 0 : column + 1;
        after_return = byte == '\r';
        if (class == CLASS_BAD && !self->found_bad) {
            self->bad = (struct residue_place){line, column, byte};
            self->found_bad = true;
        }
        if (class == CLASS_AMINO && !self->found_amino) {
            self->amino = (struct residue_place){line, column, byte};
            self->found_amino = true;
        }
    }
}

//  Line and column behind the bytes.
static void s_advance (residues_t *self, const unsigned char *bytes, size_t n)
{
    for (size_t i = 0; i < n;) {
        const unsigned char *end = memchr (bytes + i, '\n', n - i);
        size_t stop = end ? (size_t) (end - bytes) : n;
        const unsigned char *back = memchr (bytes + i, '\r', stop - i);
        if (back) {    //  CR ends a line, and the LF behind it is part of that end
            self->line++;
            self->column = 0;
            self->after_return = true;
            i = (size_t) (back - bytes) + 1;
            continue;
        }
        if (stop > i) {
            self->column += stop - i;
            self->after_return = false;
        }
        if (end) {
            self->line += !self->after_return;
            self->column = 0;
            self->after_return = false;
        }
        i = stop + (end != NULL);
    }
}

static void s_chunk (residues_t *self, const unsigned char *bytes, size_t n)
{
    uint32_t counts[256] = {0};
    size_t kept = s_copy (bytes, n, false, self->chunk);
    s_count_letters (self->chunk, kept, counts);
    bool bad = false, amino = false;
    for (size_t c = 0; c < 256; c++) {
        self->counts[c] += counts[c];
        bad = bad || (counts[c] && CLASS[c] == CLASS_BAD);
        amino = amino || (counts[c] && CLASS[c] == CLASS_AMINO);
    }
    if ((bad && !self->found_bad) || (amino && !self->found_amino))
        s_find (self, bytes, n);
    s_advance (self, bytes, n);
    EVP_DigestUpdate (self->md5, self->chunk, kept);
    EVP_DigestUpdate (self->sha512, self->chunk, kept);
}

void residues_feed (residues_t *self, const char *bytes, size_t n)
{
    for (size_t at = 0; at < n; at += CHUNK_BYTES)
        s_chunk (self, (const unsigned char *) bytes + at, n - at < CHUNK_BYTES ? n - at : CHUNK_BYTES);
}

//  The digest of refget: the first 24 bytes of SHA-512 in base64url (RFC 4648), which needs no padding.
static void s_truncated (EVP_MD_CTX *sha512, char *to)
{
    static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned char hash[EVP_MAX_MD_SIZE] = {0};
    EVP_DigestFinal_ex (sha512, hash, NULL);
    memcpy (to, "SQ.", 3);
    to += 3;
    for (size_t i = 0; i < SQ_HASH_BYTES; i += 3) {
        uint32_t bits = (uint32_t) hash[i] << 16 | (uint32_t) hash[i + 1] << 8 | hash[i + 2];
        for (int shift = 18; shift >= 0; shift -= 6)
            *to++ = DIGITS[bits >> shift & 63];
    }
    *to = 0;
}

static void s_md5 (EVP_MD_CTX *md5, char *to)
{
    unsigned char hash[EVP_MAX_MD_SIZE] = {0};
    EVP_DigestFinal_ex (md5, hash, NULL);
    for (int i = 0; i < 16; i++) {
        *to++ = "0123456789abcdef"[hash[i] >> 4];
        *to++ = "0123456789abcdef"[hash[i] & 15];
    }
    *to = 0;
}

static uint64_t s_count (const residues_t *self, enum residue_class class)
{
    uint64_t count = 0;
    for (size_t c = 0; c < 256; c++)
        count += CLASS[c] == class ? self->counts[c] : 0;
    return count;
}

//  Nine bases of ten are no chance in a protein, where A, C, G, T and N are a quarter of all; and in so few
//  letters nothing is said by it.
static bool s_is_nucleic (const residues_t *self, enum residue_sort header, enum residue_sort file)
{
    enum { TELLING_LETTERS = 10 };
    uint64_t bases = s_count (self, CLASS_BASE) + self->counts['N'];
    uint64_t amino = s_count (self, CLASS_AMINO), unknown = s_count (self, CLASS_UNKNOWN);
    uint64_t letters = s_count (self, CLASS_BASE) + s_count (self, CLASS_NUCLEIC) + amino + unknown;
    bool mostly = bases * 10 >= letters * 9;
    if (header != RESIDUES_ANY)
        return header == RESIDUES_NUCLEIC && (mostly || amino == 0);
    if (amino)
        return mostly && (file == RESIDUES_NUCLEIC || (file == RESIDUES_ANY && letters >= TELLING_LETTERS));
    if (mostly && (letters >= TELLING_LETTERS || file != RESIDUES_PROTEIN))
        return true;
    return unknown == 0 && file != RESIDUES_PROTEIN;
}

static void s_judge_bad (const residues_t *self, bool nucleic, struct residue_facts *out)
{
    bool amino = nucleic && self->found_amino;
    bool sooner = amino && (!self->found_bad || self->amino.line < self->bad.line ||
                            (self->amino.line == self->bad.line && self->amino.column < self->bad.column));
    out->bad = self->found_bad || amino;
    if (out->bad)
        out->first_bad = sooner ? self->amino : self->bad;
}

void residues_end (residues_t *self, enum residue_sort header, enum residue_sort file,
                   struct residue_facts *out)
{
    *out = (struct residue_facts){.alphabet = ALPHABET_NONE};
    uint64_t marks = s_count (self, CLASS_MARK), bad = s_count (self, CLASS_BAD);
    uint64_t all = 0;
    for (size_t c = 0; c < 256; c++)
        all += self->counts[c];
    out->length = all - s_count (self, CLASS_SPACE);
    bool letters = out->length > marks + bad, nucleic = letters && s_is_nucleic (self, header, file);
    if (letters)
        out->alphabet = !nucleic                                ? ALPHABET_PROTEIN
                        : self->counts['U'] > self->counts['T'] ? ALPHABET_RNA
                                                                : ALPHABET_DNA;
    out->gc = nucleic ? self->counts['G'] + self->counts['C'] : 0;
    out->acgt = nucleic ? s_count (self, CLASS_BASE) : 0;
    out->ambiguous = nucleic ? s_count (self, CLASS_NUCLEIC) + self->counts['X']
                             : self->counts['B'] + self->counts['J'] + self->counts['X'] + self->counts['Z'];
    s_judge_bad (self, nucleic, out);
    s_md5 (self->md5, out->md5);
    s_truncated (self->sha512, out->ga4gh_sq);
    if (marks || bad)
        out->ga4gh_sq[0] = 0;
}

const char *alphabet_name (enum alphabet alphabet)
{
    static const char *const NAME[] = {"", "dna", "rna", "protein"};
    return NAME[alphabet];
}
