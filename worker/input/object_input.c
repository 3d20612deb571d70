//  object_input.c: see object_input.h.
#define _GNU_SOURCE
#include "worker/input/object_input.h"

#include <fcntl.h>
#include <unistd.h>

struct object_input {
    const struct input *input;
    struct s3_name name;
    struct s3_access access;
    struct s3_client_config config;
    s3_client_t *client;
    struct s3_object object;
};

static int s_open (object_input_t *self, const data_roots_t *roots, struct error *error)
{
    struct error why = {.code = DMH_OK};
    const char *called = self->input->name;
    int rc = s3_name_of_uri (self->input->uri, &self->name, &why);
    if (rc == DMH_OK)
        rc = data_roots_check_object (roots, &self->name, &why);
    if (rc == DMH_OK)
        rc = s3_access_find (&self->access, &why);
    if (rc != DMH_OK)    //  a usage of the worker is none of the job's
        return error_set (error, rc == DMH_USAGE ? DMH_BAD_INPUT : rc, "%s: %.400s", called, why.text);
    self->client = s3_client_new (&self->config, error);
    return self->client ? s3_object_find (self->client, &self->name, called, &self->object, error)
                        : error->code;
}

object_input_t *object_input_new (const struct input *input, const data_roots_t *roots, zmq_pollitem_t stop,
                                  void (*moved) (void *context, uint64_t done, uint64_t total), void *context,
                                  struct error *error)
{
    object_input_t *self = calloc (1, sizeof *self);
    if (!self) {
        error_set (error, DMH_INTERNAL, "out of memory while preparing %s", input->name);
        return NULL;
    }
    self->input = input;
    self->config = (struct s3_client_config){.access = &self->access,
                                             .patience_ms = S3_PATIENCE_MS,
                                             .stop = stop,
                                             .moved = moved,
                                             .context = context};
    if (s_open (self, roots, error) != DMH_OK)
        object_input_destroy (&self);
    return self;
}

void object_input_destroy (object_input_t **self_p)
{
    object_input_t *self = *self_p;
    if (!self)
        return;
    s3_client_destroy (&self->client);
    s3_access_clear (&self->access);
    free (self);
    *self_p = NULL;
}

char *object_input_mark (const object_input_t *self, char out[DIGEST_HEX_BYTES])
{
    char text[URI_BYTES + S3_ETAG_BYTES + 64];
    int n = snprintf (text, sizeof text, "%s %s\n%s\n%" PRIu64, self->access.host, self->input->uri,
                      self->object.etag, self->object.bytes);
    return digest_of (text, n > 0 ? strlen (text) : 0, out);
}

uint64_t object_input_bytes (const object_input_t *self)
{
    return self->object.bytes;
}

const char *object_input_etag (const object_input_t *self)
{
    return self->object.etag;
}

//  One that has changed is no input.
static int s_conclude (int rc, struct error *error)
{
    if (rc == DMH_CONFLICT)
        error->code = DMH_BAD_INPUT;
    return rc == DMH_CONFLICT ? DMH_BAD_INPUT : rc;
}

int object_input_bring (object_input_t *self, int fd, struct error *error)
{
    return s_conclude (s3_object_get (self->client, &self->name, self->input->name, &self->object, fd, error),
                       error);
}

int object_input_bring_piece (object_input_t *self, struct file_piece piece, int fd, struct error *error)
{
    return s_conclude (s3_object_get_piece (self->client, &self->name, self->input->name, &self->object,
                                            piece.at, piece.bytes, fd, error),
                       error);
}

int object_input_open (const char *uri, const char *name, const data_roots_t *roots, zmq_pollitem_t stop,
                       const char *folder, struct error *error)
{
    struct input input = {.bytes = 0};
    snprintf (input.uri, sizeof input.uri, "%s", uri);
    snprintf (input.name, sizeof input.name, "%.*s", NAME_BYTES - 1, name);
    object_input_t *self = object_input_new (&input, roots, stop, NULL, NULL, error);
    int fd = self ? open (folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600) : -1;
    if (self && fd < 0)
        error_set (error, DMH_IO, "%s cannot be kept in %s: %s", name, folder, strerror (errno));
    if (fd >= 0 && object_input_bring (self, fd, error) != DMH_OK) {
        close (fd);
        fd = -1;
    }
    object_input_destroy (&self);
    return fd;
}
