//  backup.h: BACKUP: a copy of the store for an operator, made in parts between the turns and handed out
//  piece by piece.
#ifndef DMH_BROKER_CLIENTS_BACKUP_H
#define DMH_BROKER_CLIENTS_BACKUP_H

#include "broker/clients/request.h"

//  DMH_OK: backup_answer answers, when nothing is inside a group.
int backup_take (struct client_request *request, const void *message, struct error *error);

//  After a turn: the next part of the copy and the answer to who has asked; one for which nobody asks any
//  more is thrown away.
void backup_answer (struct broker *self);

//  Before the store is closed.
void backup_close (struct broker *self);

#endif
