//  header.h: the line above a sequence taken apart, as NCBI, UniProt and Ensembl write it: under which name
//  the sequence is known, what sort it is of, and what else is said. Another line is a name and a
//  description. Pure.
#ifndef DMH_WORKER_FORMATS_FASTA_HEADER_H
#define DMH_WORKER_FORMATS_FASTA_HEADER_H

#include "worker/formats/fasta/residues.h"
#include "worker/text/text.h"

enum { HEADER_PARTS_MAX = 48, HEADER_ID_BYTES = 256 };

struct header_part {
    struct text name, value;
};

struct fasta_header {
    struct text id;             //  without the databases' names around it; in the line, or in `composed`
    struct text source;         //  the line's first word
    struct text description;    //  all behind it
    enum residue_sort sort;     //  RESIDUES_ANY: it does not tell
    struct header_part parts[HEADER_PARTS_MAX];    //  of the description and the first word, each name once
    size_t part_count;
    char composed[HEADER_ID_BYTES];
};

//  Takes apart a line without its '>' and its line end; borrows from it.
void fasta_header_read (struct fasta_header *self, struct text line);

#endif
