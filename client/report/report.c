//  report.c: see report.h.
#include "client/report/report.h"

#include "client/report/pages/batch_page.h"
#include "client/report/pages/result_page.h"
#include "client/report/result_list.h"
#include "client/result/reading/result_file.h"

//  Where inputs without a result are listed too, one result is not all that there is to say.
static bool s_has_index (const char *folder)
{
    struct error none;
    FILE *index = result_file_open (folder, "batch.json", &none);
    if (!index)
        return false;
    fclose (index);
    return true;
}

int report_make (struct report *self, FILE *page, struct error *error)
{
    struct result_list list;
    int rc = result_list_find (self->folder, &list, error);
    if (rc != DMH_OK)
        return rc;
    self->results = list.count + list.described_count;
    bool alone = list.count == 1 && (!*list.names[0] || !s_has_index (self->folder));
    if (list.count == 0)
        rc = result_page_write_statistics (&list, self->format, self->values, page, error);
    else
        rc = alone ? result_page_write (&list, self->format, self->values, page, error)
                   : batch_page_write (self->folder, &list, self->format, self->values, page, error);
    result_list_clear (&list);
    return rc;
}
