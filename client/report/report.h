//  report.h: dmh report: a result, or all that a folder holds, as one page for people.
#ifndef DMH_CLIENT_REPORT_REPORT_H
#define DMH_CLIENT_REPORT_REPORT_H

#include "client/report/document/document.h"

struct report {
    const char *folder;    //  without a slash at its end
    enum document_format format;
    bool values;       //  the page may hold what stands in records
    size_t results;    //  out: how many it is about
};

//  Writes the page. Reads the results alone and changes none. DMH_OK; DMH_NOT_FOUND: no result is there; else
//  what cannot be read or written.
int report_make (struct report *self, FILE *page, struct error *error);

#endif
