//  batch_page.h: a page about several results: side by side, sorted by what is wrong with them.
#ifndef DMH_CLIENT_REPORT_PAGES_BATCH_PAGE_H
#define DMH_CLIENT_REPORT_PAGES_BATCH_PAGE_H

#include "client/report/document/document.h"
#include "client/report/result_list.h"

//  Writes it to `page`. `folder` is what was asked for: its batch.json, where there is one, says which inputs
//  failed without a result. DMH_OK, or what cannot be read or written.
int batch_page_write (const char *folder, const struct result_list *list, enum document_format format,
                      bool values, FILE *page, struct error *error);

#endif
