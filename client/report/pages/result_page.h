//  result_page.h: a page about one result.
#ifndef DMH_CLIENT_REPORT_PAGES_RESULT_PAGE_H
#define DMH_CLIENT_REPORT_PAGES_RESULT_PAGE_H

#include "client/report/document/document.h"

//  Writes it to `page`, with `values` including what stands in records. DMH_OK, or what cannot be read or
//  written.
int result_page_write (const char *folder, enum document_format format, bool values, FILE *page,
                       struct error *error);

#endif
