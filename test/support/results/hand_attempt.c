//  hand_attempt.c: see hand_attempt.h.
#include "test/support/results/hand_attempt.h"

#include "messages/uri.h"
#include "worker/pipeline/harmonizer.h"
#include "worker/rules/schema/catalog.h"

#include <criterion/criterion.h>
#include <stdio.h>

void hand_attempt_make (struct hand_attempt *self)
{
    *self = (struct hand_attempt){.assignment = {.job = "job", .attempt = 1}};
    workplace_make (&self->place);
    snprintf (self->folder, sizeof self->folder, "%s/result", self->place.folder);
    self->catalog = catalog_new (NULL, &self->error);
    cr_assert_not_null (self->catalog, "%s", self->error.text);
    self->assignment.options = &self->options;
    self->assignment.folder = self->folder;
    self->assignment.results = self->place.folder;
    self->assignment.catalog = self->catalog;
}

void hand_attempt_drop (struct hand_attempt *self)
{
    attempt_clear (&self->attempt);
    catalog_destroy (&self->catalog);
    workplace_remove (&self->place);
}

int hand_attempt_prepare (struct hand_attempt *self, const char *name, const void *bytes, size_t n)
{
    struct input *input = &self->assignment.input;
    char path[300];
    attempt_clear (&self->attempt);
    workplace_write (&self->place, name, bytes, n);
    snprintf (path, sizeof path, "%s/%s", self->place.folder, name);
    snprintf (input->name, sizeof input->name, "%s", name);
    cr_assert_eq (uri_from_path (path, input->uri, sizeof input->uri, &self->error), DMH_OK);
    return attempt_prepare (&self->attempt, &self->assignment, &self->fetched_files, 1, &self->error);
}

bool hand_attempt_pass (struct hand_attempt *self, size_t most)
{
    struct attempt *attempt = &self->attempt;
    struct block *block = attempt_block (attempt);
    harmonizer_t *harmonizer = harmonizer_new (&attempt->pass);
    bool again = false;
    int rc = 1;
    cr_assert (block && harmonizer);
    for (size_t i = 0; i < most && rc == 1; i++) {
        rc = attempt_fill (attempt, block, attempt->block_bytes, &self->error);
        cr_assert_geq (rc, 0, "%s", self->error.text);
        if (rc == 0)
            break;
        bool more = harmonizer_harmonize (harmonizer, block);
        for (writer_take (attempt->writer, block); more; writer_take (attempt->writer, block))
            more = harmonizer_go_on (harmonizer, block);
    }
    cr_assert_eq (writer_check (attempt->writer, &self->error), DMH_OK, "%s", self->error.text);
    harmonizer_destroy (&harmonizer);
    block_destroy (&block);
    cr_assert_eq (attempt_reconsider (attempt, rc == 0, &again, &self->error), DMH_OK, "%s",
                  self->error.text);
    return again;
}

void hand_attempt_again (struct hand_attempt *self)
{
    cr_assert_eq (attempt_again (&self->attempt, &self->error), DMH_OK, "%s", self->error.text);
}
