//  backup.c: see backup.h.
#include "broker/clients/backup.h"

#include "broker/reply.h"
#include "messages/base/log.h"
#include "messages/files/file.h"

enum { PATIENCE_MS = 60000 };    //  with who does not ask any more

int backup_take (struct client_request *request, const void *message, struct error *error)
{
    const struct backup *asked = message;
    struct broker *self = request->broker;
    struct store_copy *copy = &self->copy;
    char who[OWNER_BYTES];
    if (!request->removes_all)
        return error_set (error, DMH_UNAUTHORIZED, "a copy of the store needs a key with the right admin");
    if (copy->backup && !streq (copy->id, asked->copy))
        return error_set (error, DMH_CONFLICT, "another copy of the store is being made; try again later");
    if (!copy->backup && asked->offset)
        return error_set (error, DMH_NOT_FOUND, "this copy of the store is not there any more; begin again");
    if (!copy->backup) {
        copy->backup = store_backup_new (self->store, error);
        if (!copy->backup)
            return error->code;
        memcpy (copy->id, asked->copy, sizeof copy->id);
        request_who (request, who);
        log_event (LOG_LEVEL_INFO, "backup.begun", NULL, NULL, "by", who, NULL);
    }
    zframe_destroy (&copy->asker);    //  it is said again, and answered once
    copy->asker = zframe_dup (request->identity);
    copy->asked_at = self->clock_seen;
    copy->offset = asked->offset;
    memcpy (copy->request, request->request, sizeof copy->request);
    return DMH_OK;
}

void backup_close (struct broker *self)
{
    store_backup_destroy (&self->copy.backup);
    zframe_destroy (&self->copy.asker);
}

//  A peer that is gone, or does not read, loses the piece, and asks again.
static int s_send (struct broker *self, const struct backup_piece *piece, const void *bytes, size_t n,
                   struct error *error)
{
    zframe_t *asker = self->copy.asker;
    zmsg_t *message = frame_new (&backup_piece_shape, piece, error);
    if (!message || (n && zmsg_addmem (message, bytes, n) != 0) || zmsg_prepend (message, &asker) != 0) {
        zmsg_destroy (&message);
        return error_set (error, DMH_UNAVAILABLE, "the broker is out of memory; try again later");
    }
    self->copy.asker = NULL;    //  its frame is part of the message
    zmsg_send (&message, self->front);
    zmsg_destroy (&message);
    return DMH_OK;
}

static int s_answer (struct broker *self, char *bytes, struct error *error)
{
    struct store_copy *copy = &self->copy;
    struct backup_piece piece = {.offset = copy->offset};
    bool whole;
    size_t n = 0;
    memcpy (piece.request, copy->request, sizeof piece.request);
    memcpy (piece.copy, copy->id, sizeof piece.copy);
    int rc = store_backup_step (copy->backup, &whole, error);
    if (rc == DMH_OK && whole)
        rc = store_backup_read (copy->backup, copy->offset, bytes, CHUNK_BYTES, &n, &piece.bytes, error);
    if (rc == DMH_OK)
        rc = s_send (self, &piece, bytes, n, error);
    if (rc == DMH_OK && whole && copy->offset >= piece.bytes) {    //  it has all of it
        log_event (LOG_LEVEL_INFO, "backup.done", NULL, NULL, LOG_NUMBER ("bytes", piece.bytes), NULL);
        backup_close (self);
    }
    return rc;
}

void backup_answer (struct broker *self)
{
    struct store_copy *copy = &self->copy;
    struct error error = {.code = DMH_OK};
    if (!copy->backup || (!copy->asker && self->clock_seen - copy->asked_at < PATIENCE_MS))
        return;
    char *bytes = copy->asker ? malloc (CHUNK_BYTES) : NULL;
    int rc = bytes ? s_answer (self, bytes, &error)
                   : error_set (&error, DMH_UNAVAILABLE,
                                copy->asker ? "the broker is out of memory; try again later"
                                            : "nobody asks for it any more");
    free (bytes);
    if (rc == DMH_OK)
        return;
    log_event (LOG_LEVEL_WARNING, "backup.ended", NULL, NULL, "error", error.text, NULL);
    if (copy->asker)
        reply_refuse (self, self->front, copy->asker, copy->request, &error);
    backup_close (self);
}
