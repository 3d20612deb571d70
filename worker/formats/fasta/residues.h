//  residues.h: what the letters of one sequence come to, in pieces of any length: how many, which alphabet,
//  how much G and C, their digests, and the first byte that is no letter of it. Keeps none of them. Knows no
//  file and no header.
#ifndef DMH_WORKER_FORMATS_FASTA_RESIDUES_H
#define DMH_WORKER_FORMATS_FASTA_RESIDUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MD5_HEX_BYTES = 33, GA4GH_SQ_BYTES = 36 };    //  with a terminator

enum alphabet { ALPHABET_NONE, ALPHABET_DNA, ALPHABET_RNA, ALPHABET_PROTEIN };

//  What else tells of which sort a sequence is: its header, or the others of its file.
enum residue_sort { RESIDUES_ANY, RESIDUES_NUCLEIC, RESIDUES_PROTEIN };

//  Where a byte stands: lines before it since residues_begin, its column from 1.
struct residue_place {
    uint64_t line, column;
    unsigned char byte;
};

struct residue_facts {
    enum alphabet alphabet;    //  ALPHABET_NONE: there is not one letter
    uint64_t length;           //  letters, gaps and stops: what samtools faidx counts
    uint64_t gc, acgt;         //  G and C; A, C, G, T and U. Of nucleic acids
    uint64_t ambiguous;        //  codes that stand for more than one residue
    bool bad;                  //  `first_bad` is where the first byte stands that it cannot have
    struct residue_place first_bad;
    char md5[MD5_HEX_BYTES];          //  of the letters in upper case: M5 of SAM
    char ga4gh_sq[GA4GH_SQ_BYTES];    //  SQ. and sha512t24u of the same; empty where not all are letters
};

typedef struct residues residues_t;

//  NULL when out of memory, or where libcrypto has no MD5.
residues_t *residues_new (void);
void residues_destroy (residues_t **self_p);

void residues_begin (residues_t *self);

//  The next bytes of it, line ends and spaces among them.
void residues_feed (residues_t *self, const char *bytes, size_t n);

//  Ends it. `header` tells what its header says; `file` what the file's other sequences are, which counts
//  where the letters can be read as both.
void residues_end (residues_t *self, enum residue_sort header, enum residue_sort file,
                   struct residue_facts *out);

//  "dna", "rna", "protein", "".
const char *alphabet_name (enum alphabet alphabet);

//  The letters of n bytes, as below or in their own case, into out [n]; how many they are.
size_t residues_of (const char *bytes, size_t n, bool keep_case, char *out);

//  A letter as digests and files have it: in upper case; 0: a space or a line end, which is none.
unsigned char residue_of (unsigned char byte);

#endif
