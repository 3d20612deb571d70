//  file_tickets.c: see file_tickets.h.
#include "broker/file_tickets.h"

#include "broker/access/ownership.h"
#include "messages/base/clock.h"
#include "messages/uri.h"

static bool s_are_needed (const struct broker *self)
{
    return self->authorization && self->files;
}

static void s_write (const struct broker *self, const char *user, const char *owner, const char *sha256,
                     struct file_ticket *out)
{
    char key[KEY_TEXT_BYTES];
    ownership_key (owner, key);
    struct ticket_terms terms = {.use = TICKET_GET,
                                 .sha256 = sha256,
                                 .user = user,
                                 .owner = key,
                                 .until = clock_wall_ms () / 1000 + TICKET_SECONDS};
    snprintf (out->sha256, sizeof out->sha256, "%s", sha256);
    ticket_write (&self->ticket_secret, &terms, out->ticket);
}

void file_tickets_deposit (const struct broker *self, const char *owner, char out[TICKET_BYTES])
{
    char key[KEY_TEXT_BYTES];
    ownership_key (owner, key);
    struct ticket_terms terms = {
        .use = TICKET_PUT, .user = "", .owner = key, .until = clock_wall_ms () / 1000 + TICKET_SECONDS};
    *out = 0;
    if (s_are_needed (self))
        ticket_write (&self->ticket_secret, &terms, out);
}

void file_tickets_order (const struct broker *self, const char *worker, const char *owner,
                         struct job_order *order, struct file_ticket room[1 + TABLES_MAX])
{
    order->tickets = room;
    order->tickets_count = 0;
    *order->deposit = 0;
    bool is_stored = uri_is_stored (order->input.uri);
    if (!s_are_needed (self) || (!is_stored && !order->follows && !order->options.tables_count))
        return;
    if (is_stored)
        s_write (self, worker, owner, order->input.sha256, &room[order->tickets_count++]);
    for (size_t i = 0; i < order->options.tables_count && i < TABLES_MAX; i++)
        s_write (self, worker, owner, order->options.tables[i].sha256, &room[order->tickets_count++]);
    file_tickets_deposit (self, owner, order->deposit);
}

size_t file_tickets_outputs (const struct broker *self, const char *worker, const struct job_record *record,
                             struct file_ticket room[OUTPUTS_MAX])
{
    size_t count = 0;
    for (; s_are_needed (self) && count < record->outputs_count && count < OUTPUTS_MAX; count++)
        s_write (self, worker, record->owner, record->outputs[count].sha256, &room[count]);
    return count;
}

size_t file_tickets_input (const struct broker *self, const char *worker, const char *owner,
                           const struct input *input, struct file_ticket *room)
{
    if (!s_are_needed (self) || !uri_is_stored (input->uri))
        return 0;
    s_write (self, worker, owner, input->sha256, room);
    return 1;
}

void file_tickets_record (const struct broker *self, const char *user, struct job_record *record,
                          struct file_ticket room[OUTPUTS_MAX])
{
    record->tickets = room;
    record->tickets_count = 0;
    if (user && job_has_result (record) && !ownership_covers (user, record->owner))
        record->tickets_count = file_tickets_outputs (self, user, record, room);
}
