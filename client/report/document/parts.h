//  parts.h: what a document is made of, as plain data.
#ifndef DMH_CLIENT_REPORT_DOCUMENT_PARTS_H
#define DMH_CLIENT_REPORT_DOCUMENT_PARTS_H

#include <stdbool.h>

//  How a text looks: plain, quiet, or that something is good, to be looked at, wrong.
enum document_tone { DOCUMENT_PLAIN, DOCUMENT_QUIET, DOCUMENT_GOOD, DOCUMENT_WARN, DOCUMENT_BAD };

//  A column of a table.
struct document_column {
    const char *title;
    bool number;    //  stands to the right
};

#endif
