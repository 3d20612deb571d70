//  object_inputs.c: see object_inputs.h.
#define _GNU_SOURCE
#include "client/arguments/object_inputs.h"

#include "messages/s3/listing.h"
#include "messages/s3/object.h"
#include "worker/inspect/recognition.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

//  A question that nobody has to answer.
enum { SIZE_PATIENCE_MS = 5000, SIZES_MOST = 128 };

//  An object below the folder.
struct found {
    struct s3_name name;
    uint64_t bytes;
};

struct search {
    const struct arguments *arguments;
    struct s3_name folder;
    zhashx_t *results;    //  folders, with their slash, that hold a report.json
    struct found *found;
    size_t count, room;
};

static int s_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while looking for the inputs");
}

static struct s3_client_config s_config (const struct s3_access *access, int patience_ms, int tries,
                                         int interrupt)
{
    return (struct s3_client_config){.access = access,
                                     .patience_ms = patience_ms,
                                     .tries = tries,
                                     .stop = {NULL, interrupt, ZMQ_POLLIN, 0}};
}

//  One more input, which is there as far as is known.
static int s_add (struct input_list *list, const struct s3_name *name, const char *place, uint64_t bytes,
                  struct error *error)
{
    char word[S3_KEY_BYTES + S3_BUCKET_BYTES + 8];
    struct input input;
    snprintf (word, sizeof word, "s3://%s/%s", name->bucket, name->key);
    struct input_argument *added = input_list_add (list, word, place);
    if (!added)
        return s_memory (error);
    named_input_get (&added->input, &input);
    input.bytes = bytes;
    if (s3_name_to_uri (name, input.uri, sizeof input.uri, &added->error) != DMH_OK)
        return DMH_OK;
    return named_input_set (&added->input, &input) == DMH_OK ? DMH_OK : s_memory (error);
}

//  What a folder's walk passes by without a word: names that begin with a dot, also of a folder.
static bool s_is_hidden (const char *below)
{
    return *below == '.' || strstr (below, "/.");
}

//  The folder that the key lies in, with its slash.
static size_t s_folder_bytes (const char *key)
{
    const char *slash = strrchr (key, '/');
    return slash ? (size_t) (slash - key) + 1 : 0;
}

//  Whether it lies in a folder that is a result of dmh, or below one.
static bool s_is_result (const struct search *self, const char *key)
{
    char folder[S3_KEY_BYTES];
    memcpy (folder, key, strlen (key) + 1);
    for (size_t n; (n = s_folder_bytes (folder)) > 0; folder[n - 1] = 0) {
        folder[n] = 0;
        if (zhashx_lookup (self->results, folder))
            return true;
    }
    return false;
}

static void s_note_result (struct search *self, const char *key)
{
    char folder[S3_KEY_BYTES];
    size_t n = s_folder_bytes (key);
    if (n == 0 || strcmp (key + n, "report.json") != 0)
        return;
    memcpy (folder, key, n);
    folder[n] = 0;
    zhashx_insert (self->results, folder, self);
}

static int s_take (void *context, const struct s3_name *name, uint64_t bytes, struct error *error)
{
    struct search *self = context;
    if (self->count == self->room) {
        size_t room = self->room ? 2 * self->room : 64;
        struct found *more = reallocarray (self->found, room, sizeof *more);
        if (!more)
            return s_memory (error);
        self->found = more;
        self->room = room;
    }
    self->found[self->count++] = (struct found){*name, bytes};
    s_note_result (self, name->key);
    return DMH_OK;
}

static const char *s_last (const char *below)
{
    return below + s_folder_bytes (below);
}

static int s_use (const struct search *self, struct input_list *list, size_t *added, size_t *passed,
                  struct error *error)
{
    size_t n = strlen (self->folder.key);
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < self->count; i++) {
        const struct found *found = &self->found[i];
        const char *below = found->name.key + n;
        if (s_is_hidden (below) || s_is_result (self, found->name.key))
            continue;
        if (recognition_is_named (s_last (below))) {
            rc = s_add (list, &found->name, below, found->bytes, error);
            ++*added;
        } else {
            rc = input_list_pass (list, below) == DMH_OK ? DMH_OK : s_memory (error);
            ++*passed;
        }
    }
    return rc;
}

//  With the credentials of who asks.
static int s_list (struct search *self, int interrupt, struct error *error)
{
    struct s3_access access;
    struct s3_client_config config = s_config (&access, S3_PATIENCE_MS, 0, interrupt);
    int rc = s3_access_find (&access, error);
    if (rc != DMH_OK)
        return rc;
    s3_client_t *client = s3_client_new (&config, error);
    rc = client ? s3_listing_read (client, &self->folder, self->arguments->recursive, s_take, self, error)
                : error->code;
    s3_client_destroy (&client);
    s3_access_clear (&access);
    return rc;
}

static int s_find_folder (struct search *self, const char *word, int interrupt, struct input_list *list,
                          struct error *error)
{
    struct error why = {.code = DMH_OK};
    size_t count = 0, passed = 0;
    self->results = zhashx_new ();
    int rc = self->results ? s_list (self, interrupt, &why) : s_memory (&why);
    if (rc == DMH_OK)
        rc = s_use (self, list, &count, &passed, error);
    else if (rc == DMH_CANCELLED || rc == DMH_INTERNAL)
        *error = why;
    if (rc == DMH_CANCELLED || rc == DMH_INTERNAL || count)
        return rc;
    struct input_argument *added = input_list_add (list, word, "folder");
    if (!added)
        return s_memory (error);
    if (rc != DMH_OK)
        added->error = why;
    else
        error_set (&added->error, DMH_BAD_INPUT,
                   "%s holds no object that is named as an input is (.csv, .json …)%s%s", word,
                   passed ? "; --verbose names those that it holds" : "",
                   self->arguments->recursive ? "" : "; --recursive looks below it, too");
    return DMH_OK;
}

int object_inputs_find (const struct arguments *arguments, const char *word, int interrupt,
                        struct input_list *list, struct error *error)
{
    struct search self = {.arguments = arguments};
    struct error why = {.code = DMH_OK};
    int rc = s3_name_read (word, &self.folder, &why);
    size_t n = rc == DMH_OK ? strlen (self.folder.key) : 0;
    bool folder = rc == DMH_OK && (n == 0 || self.folder.key[n - 1] == '/');
    const char *slash = strrchr (word, '/');
    if (rc == DMH_OK && !folder)
        return s_add (list, &self.folder, slash + 1, 0, error);
    if (folder && arguments->folders)
        rc = s_find_folder (&self, word, interrupt, list, error);
    else {
        struct input_argument *added = input_list_add (list, word, "object");
        if (!added)
            return s_memory (error);
        added->error = why;
        if (folder)
            error_set (&added->error, DMH_BAD_INPUT, "%s is a folder; give the objects in it", word);
        rc = DMH_OK;
    }
    free (self.found);
    zhashx_destroy (&self.results);
    return rc;
}

static bool s_has_no_size (const struct input_argument *input)
{
    return input->error.code == DMH_OK && input->input.bytes == 0 &&
           s3_name_is (named_input_uri (&input->input));
}

static int s_ask (s3_client_t *client, struct input_argument *input, struct error *error)
{
    struct s3_name name;
    struct s3_object object;
    int rc = s3_name_of_uri (named_input_uri (&input->input), &name, error);
    if (rc == DMH_OK)
        rc = s3_object_find (client, &name, input->word, &object, error);
    if (rc == DMH_OK)
        input->input.bytes = object.bytes;
    return rc;
}

int object_inputs_ask_sizes (struct input_list *list, int interrupt, struct error *error)
{
    struct s3_access access;
    struct s3_client_config config = s_config (&access, SIZE_PATIENCE_MS, 1, interrupt);
    struct error why = {.code = DMH_OK};
    s3_client_t *client = NULL;
    size_t asked = 0;
    int rc = DMH_OK;
    for (size_t i = 0; i < list->count && asked < SIZES_MOST && rc == DMH_OK; i++) {
        if (!s_has_no_size (&list->at[i]))
            continue;
        if (asked++ == 0 && s3_access_find (&access, &why) == DMH_OK)
            client = s3_client_new (&config, &why);
        rc = client ? s_ask (client, &list->at[i], &why) : why.code;
        if (rc == DMH_NOT_FOUND)    //  the others may be there
            rc = DMH_OK;
    }
    s3_client_destroy (&client);
    if (asked)
        s3_access_clear (&access);
    if (rc == DMH_CANCELLED)
        *error = why;
    return rc == DMH_CANCELLED ? rc : DMH_OK;
}
