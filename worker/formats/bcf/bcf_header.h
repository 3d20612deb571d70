//  bcf_header.h: the header of a BCF file: VCF's, and the numbers that its records call tags and contigs by.
//  Source: VCF 4.3, section 6.2.
#ifndef DMH_WORKER_FORMATS_BCF_BCF_HEADER_H
#define DMH_WORKER_FORMATS_BCF_BCF_HEADER_H

#include "messages/base/buffer.h"
#include "worker/text/text.h"

enum { BCF_NUMBERS_MOST = 1 << 22 };    //  of a tag or contig

//  Names by their numbers; n = 0: none has it. Texts are borrowed from the header's.
struct bcf_names {
    struct text *at;
    size_t count, size;
};

struct bcf_header {
    char *text;    //  owned
    struct bcf_names tags, contigs;
    size_t samples;
};

//  Takes the text, and adds to *out what VCF has of it: without the numbers. 1; 0: it is no header; -1: out
//  of memory. bcf_header_clear in any case.
int bcf_header_read (struct bcf_header *self, struct text text, struct buffer *out);
void bcf_header_clear (struct bcf_header *self);

#endif
