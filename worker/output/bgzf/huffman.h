//  huffman.h: a text as one last block of DEFLATE (RFC 1951) that holds literals alone, by Huffman codes made
//  for it. Letters of sequences repeat too little for a search to pay, and this is five times as fast as zlib
//  is with its Z_HUFFMAN_ONLY. Pure.
#ifndef DMH_WORKER_OUTPUT_BGZF_HUFFMAN_H
#define DMH_WORKER_OUTPUT_BGZF_HUFFMAN_H

#include <stddef.h>

//  Writes the block into out. Its bytes; 0: the text is not of this sort, and zlib does better: it is empty,
//  more than half of it is one byte, it has more than HUFFMAN_SYMBOLS_MOST different ones, some are too rare,
//  or the block does not fit.
enum { HUFFMAN_SYMBOLS_MOST = 64 };
size_t huffman_deflate (const unsigned char *text, size_t n, unsigned char *out, size_t size);

#endif
