//  links.c: see links.h.
#define _GNU_SOURCE
#include "worker/formats/fhir/links/links.h"

#include "worker/formats/fhir/links/people.h"
#include "worker/formats/fhir/links/reference.h"

#include "messages/base/buffer.h"

#include <stdlib.h>

struct fhir_links {
    people_t *people;
    tree_t *tree;        //  of a Patient
    tree_path_t *own;    //  where dmh keeps a record's patient_id
    struct buffer list;
    uint64_t last[LINK_SORTS];    //  of each sort: it mostly comes again
};

fhir_links_t *fhir_links_new (void)
{
    fhir_links_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->tree = tree_new ();
    self->own = tree_path_new ("identifier[system=urn:dmh:patient_id].value");
    if (!self->tree || !self->own)
        fhir_links_destroy (&self);
    return self;
}

void fhir_links_destroy (fhir_links_t **self_p)
{
    fhir_links_t *self = *self_p;
    if (!self)
        return;
    tree_destroy (&self->tree);
    tree_path_destroy (&self->own);
    free (self->list.at);
    free (self);
    *self_p = NULL;
}

void fhir_links_begin (fhir_links_t *self, people_t *people)
{
    self->people = people;
    self->list.used = 0;
    memset (self->last, 0, sizeof self->last);
}

static int s_note (fhir_links_t *self, enum link_sort sort, struct text text)
{
    struct link link = {people_hash (text), (uint64_t) sort};
    if (link.hash == self->last[sort])
        return 0;
    self->last[sort] = link.hash;
    if (buffer_reserve (&self->list, sizeof link) != 0)
        return -1;
    memcpy (self->list.at + self->list.used, &link, sizeof link);
    self->list.used += sizeof link;
    return 0;
}

static bool s_is_urn (struct text url)
{
    return url.n > 4 && memcmp (url.at, "urn:", 4) == 0;
}

//  The id that the record of the Patient has: as table.c says.
static int s_patient (fhir_links_t *self, const struct fhir_outline *outline)
{
    uint32_t found;
    if (tree_parse (self->tree, outline->resource) != RULE_NONE)
        return tree_is_out_of_memory (self->tree) ? -1 : 0;
    tree_t *tree = self->tree;
    struct text id = tree_find (tree, TREE_ROOT, self->own, false, &found, 1)
                         ? tree_at (tree, found)->value
                         : tree_text (tree, TREE_ROOT, TEXT ("id"));
    struct text by_url = fhir_reference_id (outline->full_url);
    id = id.n ? id : by_url;
    struct text server = fhir_reference_server (outline->full_url);
    if (!self->people) {
        int rc = server.n ? s_note (self, LINK_SERVER, server) : 0;
        return rc == 0 && by_url.n && !text_equal (id, by_url) ? fhir_links_ask (self) : rc;
    }
    struct person person = people_read (tree_text (tree, TREE_ROOT, TEXT ("birthDate")),
                                        tree_text (tree, TREE_ROOT, TEXT ("gender")));
    char room[FHIR_URL_BYTES];
    struct text url = fhir_reference_whole (outline->full_url, (struct text){NULL, 0}, room);
    int rc = people_add (self->people, url, id, &person);
    return rc == 0 ? people_add_server (self->people, id, server) : rc;
}

int fhir_links_entry (fhir_links_t *self, const struct fhir_outline *outline)
{
    if (text_equal (outline->type, TEXT ("Patient")))
        return s_patient (self, outline);
    if (!s_is_urn (outline->full_url) || outline->type.n == 0)
        return 0;
    return self->people ? people_add_other (self->people, outline->full_url)
                        : s_note (self, LINK_OTHER, outline->full_url);
}

int fhir_links_subject (fhir_links_t *self, const tree_t *tree, struct text full_url, struct text id)
{
    char room[FHIR_URL_BYTES];
    uint32_t subject = tree_member (tree, TREE_ROOT, TEXT ("subject"));
    struct text reference = tree_at (tree, tree_member (tree, subject, TEXT ("reference")))->value;
    struct text whole = fhir_reference_whole (reference, full_url, room);
    struct text server = fhir_reference_server (whole);
    if (self->people)
        return people_add_server (self->people, id, server);
    int rc = s_is_urn (whole) ? s_note (self, LINK_ASKED, whole) : 0;
    return rc == 0 && server.n ? s_note (self, LINK_SERVER, server) : rc;
}

int fhir_links_ask (fhir_links_t *self)
{
    return self->people ? 0 : s_note (self, LINK_PATIENT, TEXT (""));
}

const struct link *fhir_links_list (const fhir_links_t *self, size_t *count)
{
    *count = self->list.used / sizeof (struct link);
    return (const struct link *) (const void *) self->list.at;
}
