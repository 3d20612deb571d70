//  stored_result.c: see stored_result.h.
#include "test/support/results/stored_result.h"

#include "messages/base/digest.h"
#include "messages/uri.h"

#include <criterion/criterion.h>
#include <sys/stat.h>
#include <unistd.h>

void stored_result_make (struct stored_result *self)
{
    struct error error = {.code = DMH_OK};
    *self = (struct stored_result){.output = {.name = "records.csv", .bytes = 5}};
    workplace_make (&self->place);
    snprintf (self->results, sizeof self->results, "%s/results", self->place.folder);
    snprintf (self->store, sizeof self->store, "%s/store", self->place.folder);
    snprintf (self->folder, sizeof self->folder, "%s/job.2", self->results);
    cr_assert (mkdir (self->results, 0700) == 0 && mkdir (self->folder, 0700) == 0);
    workplace_write (&self->place, "results/job.2/records.csv", "hello", 5);
    workplace_write (&self->place, "secret", "hello", 5);
    digest_of ("hello", 5, self->output.sha256);
    self->order =
        (struct hand_over){.job = "job", .attempt = 2, .outputs = &self->output, .outputs_count = 1};
    cr_assert_eq (uri_from_path (self->folder, self->order.uri, sizeof self->order.uri, &error), DMH_OK);
    blob_store_t *blob_store = blob_store_new (self->store, UINT64_MAX, &error);
    zsock_t *router = zsock_new (ZMQ_ROUTER);
    cr_assert (blob_store && router);
    snprintf (self->endpoint, sizeof self->endpoint, "tcp://127.0.0.1:%d",
              zsock_bind (router, "tcp://127.0.0.1:*"));
    self->files = files_new (&router, &blob_store, NULL, &error);
    cr_assert_not_null (self->files, "%s", error.text);
}

void stored_result_remove (struct stored_result *self)
{
    files_destroy (&self->files);
    workplace_remove (&self->place);
}

bool stored_result_is_there (const struct stored_result *self)
{
    char path[700];
    snprintf (path, sizeof path, "%s/%s", self->store, self->output.sha256);
    return access (path, F_OK) == 0;
}
