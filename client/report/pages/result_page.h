//  result_page.h: a page about one result.
#ifndef DMH_CLIENT_REPORT_PAGES_RESULT_PAGE_H
#define DMH_CLIENT_REPORT_PAGES_RESULT_PAGE_H

#include "client/report/document/document.h"
#include "client/report/result_list.h"

//  Writes one about the only result of the list, and the statistics of it, to `page`, with `values` including
//  what stands in records. DMH_OK, or what cannot be read or written.
int result_page_write (const struct result_list *list, enum document_format format, bool values, FILE *page,
                       struct error *error);

//  One about statistics alone, where their results are elsewhere.
int result_page_write_statistics (const struct result_list *list, enum document_format format, bool values,
                                  FILE *page, struct error *error);

#endif
