//  object_results.c: see object_results.h.
#include "worker/results/object_results.h"

#include "messages/s3/listing.h"

#include <fcntl.h>
#include <unistd.h>

static const char REPORT[] = "report.json";
enum { CALLED_BYTES = 128, BEFORE_MOST = 8 };    //  attempts that are looked after

//  A connection to the store.
struct store {
    struct s3_access access;
    struct s3_client_config config;
    s3_client_t *client;
};

static int s_open (const struct object_results *self, struct store *out, struct error *error)
{
    int rc = s3_access_find (&out->access, error);
    if (rc != DMH_OK)
        return error->code = rc == DMH_USAGE ? DMH_BAD_INPUT : rc;
    out->config = (struct s3_client_config){.access = &out->access,
                                            .patience_ms = S3_PATIENCE_MS,
                                            .stop = self->stop,
                                            .moved = self->moved,
                                            .context = self->context};
    out->client = s3_client_new (&out->config, error);
    return out->client ? DMH_OK : error->code;
}

static void s_close (struct store *self)
{
    s3_client_destroy (&self->client);
    s3_access_clear (&self->access);
}

//  An object of the attempt; an empty `file` is the folder of all. false: it is too long.
static bool s_name (const struct s3_name *root, const char *job, uint64_t attempt, const char *file,
                    struct s3_name *out)
{
    size_t n = strlen (root->key);
    const char *between = n && root->key[n - 1] != '/' ? "/" : "";
    *out = *root;
    int more =
        snprintf (out->key + n, sizeof out->key - n, "%s%s.%" PRIu64 "/%s", between, job, attempt, file);
    return more > 0 && (size_t) more < sizeof out->key - n;
}

static int s_find_name (const struct object_results *self, const char *job, uint64_t attempt,
                        const char *file, struct s3_name *out, struct error *error)
{
    return s_name (self->root, job, attempt, file, out)
               ? DMH_OK
               : error_set (error, DMH_TOO_LARGE, "the key of a result is longer than one may be");
}

int object_results_uri (const struct s3_name *root, const char *job, uint64_t attempt, char uri[URI_BYTES],
                        struct error *error)
{
    static const char LETTERS[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
    struct s3_name name;
    if (!*job || strspn (job, LETTERS) != strlen (job))
        return error_set (error, DMH_MALFORMED, "a result of a job without a right id is asked for");
    if (!s_name (root, job, attempt, "", &name))
        return error_set (error, DMH_TOO_LARGE, "the key of a result is longer than one may be");
    name.key[strlen (name.key) - 1] = 0;    //  its slash
    return s3_name_to_uri (&name, uri, URI_BYTES, error);
}

int object_results_check (const struct s3_name *root, const char *job, uint64_t attempt, const char *uri,
                          struct error *error)
{
    char own[URI_BYTES];
    if (root && object_results_uri (root, job, attempt, own, error) == DMH_OK && streq (own, uri))
        return DMH_OK;
    return error_set (error, DMH_NOT_FOUND, "%.64s.%" PRIu64 " is not among the results of this worker", job,
                      attempt);
}

struct removal {
    struct store *store;
    const char *called;
};

static int s_remove (void *context, const struct s3_name *name, uint64_t bytes, struct error *error)
{
    const struct removal *self = context;
    (void) bytes;
    return s3_object_remove (self->store->client, name, self->called, error);
}

static int s_remove_all (const struct object_results *self, struct store *store, const char *job,
                         uint64_t attempt, struct error *error)
{
    char called[CALLED_BYTES];
    struct s3_name name;
    const struct removal removal = {store, called};
    snprintf (called, sizeof called, "the result %.64s.%" PRIu64, job, attempt);
    int rc = s_find_name (self, job, attempt, REPORT, &name, error);
    if (rc == DMH_OK)
        rc = s3_object_remove (store->client, &name, called, error);
    if (rc == DMH_OK)
        rc = s_find_name (self, job, attempt, "", &name, error);
    if (rc == DMH_OK)
        rc = s3_listing_read (store->client, &name, true, s_remove, (void *) (uintptr_t) &removal, error);
    return rc;
}

int object_results_remove (const struct object_results *self, const char *job, uint64_t attempt,
                           struct error *error)
{
    struct store store = {.client = NULL};
    int rc = s_open (self, &store, error);
    if (rc == DMH_OK)
        rc = s_remove_all (self, &store, job, attempt, error);
    s_close (&store);
    return rc;
}

static int s_put (const struct object_results *self, struct store *store, const char *job, uint64_t attempt,
                  int folder, const struct output *output, struct error *error)
{
    struct s3_name name;
    int rc = s_find_name (self, job, attempt, output->name, &name, error);
    if (rc != DMH_OK)
        return rc;
    int fd = openat (folder, output->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    rc = fd < 0 ? error_set (error, DMH_IO, "%s cannot be read: %s", output->name, strerror (errno))
                : s3_object_put (store->client, &name, output->name, fd, output->bytes, error);
    if (fd >= 0)
        close (fd);
    return rc;
}

static int s_put_all (const struct object_results *self, struct store *store, const char *job,
                      uint64_t attempt, int folder, const struct output *outputs, size_t count,
                      struct error *error)
{
    int rc = DMH_OK;
    const struct output *report = NULL;
    for (size_t i = 0; rc == DMH_OK && i < count; i++) {
        if (!output_name_is_plain (outputs[i].name))
            rc = error_set (error, DMH_MALFORMED, "an output is named that is no plain file name");
        else if (streq (outputs[i].name, REPORT))
            report = &outputs[i];
        else
            rc = s_put (self, store, job, attempt, folder, &outputs[i], error);
    }
    uint64_t least = attempt > BEFORE_MOST ? attempt - BEFORE_MOST : 1;
    for (uint64_t before = attempt; rc == DMH_OK && before > least; before--)
        rc = s_remove_all (self, store, job, before - 1, error);
    return rc == DMH_OK && report ? s_put (self, store, job, attempt, folder, report, error) : rc;
}

int object_results_put (const struct object_results *self, const char *job, uint64_t attempt,
                        const char *path, const struct output *outputs, size_t count, struct error *error)
{
    struct store store = {.client = NULL};
    struct error ignored = {.code = DMH_OK};
    int folder = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0)
        return error_set (error, DMH_IO, "the result %s cannot be read: %s", path, strerror (errno));
    int rc = s_open (self, &store, error);
    if (rc == DMH_OK) {
        rc = s_put_all (self, &store, job, attempt, folder, outputs, count, error);
        if (rc != DMH_OK) {    //  in a moment, whoever wants to end
            store.config.stop = (zmq_pollitem_t){NULL, -1, 0, 0};
            store.config.patience_ms = 0;
            s_remove_all (self, &store, job, attempt, &ignored);
        }
    }
    s_close (&store);
    close (folder);
    return rc;
}

int object_results_get (const struct object_results *self, const char *job, uint64_t attempt,
                        const char *name, int fd, struct error *error)
{
    struct store store = {.client = NULL};
    struct s3_name object_name;
    struct s3_object object;
    int rc = s_find_name (self, job, attempt, name, &object_name, error);
    if (rc == DMH_OK)
        rc = s_open (self, &store, error);
    if (rc == DMH_OK)
        rc = s3_object_find (store.client, &object_name, name, &object, error);
    if (rc == DMH_OK)
        rc = s3_object_get (store.client, &object_name, name, &object, fd, error);
    s_close (&store);
    return rc;
}
