//  document.h: the XML that S3 answers, by expat: each element that holds text and no other, by the path of
//  names that leads to it. Nothing is taken from a document type; names are without their namespace. Pure.
#ifndef DMH_MESSAGES_S3_DOCUMENT_H
#define DMH_MESSAGES_S3_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

enum { S3_DOCUMENT_DEPTH = 8, S3_DOCUMENT_PATH_BYTES = 256, S3_DOCUMENT_TEXT_BYTES = 4096 };

//  Called for each of them, in order of their ends, and with NULL for the text at the end of an element that
//  holds others. false: no more is wanted of the document, which is then not right.
typedef bool s3_document_fn (void *context, const char *path, const char *text);

//  DMH_OK: all of it was well-formed and within the bounds above; else DMH_MALFORMED, or DMH_INTERNAL out of
//  memory.
int s3_document_read (const char *bytes, size_t n, s3_document_fn *fn, void *context);

#endif
