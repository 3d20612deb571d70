//  authorization.h: who may do what at the broker: the keys of a folder, libzmq's questions about each
//  connection (ZAP), and the question about each message whether its sender still may. Part of the broker's
//  loop, its thread.
//
//  Each socket has a domain ("front", "back", "feed-in", "feed", "files"); a key with a right is let in where
//  the right holds, and known there by its public key (the User-Id of each message).
#ifndef DMH_BROKER_ACCESS_AUTHORIZATION_H
#define DMH_BROKER_ACCESS_AUTHORIZATION_H

#include <czmq.h>

#include "messages/keys/keyring.h"

typedef struct authorization authorization_t;

//  Reads the folder and its server.key, and listens for libzmq's questions; before any guarded socket is
//  bound. One a process. NULL with `error` set: DMH_USAGE for what the operator has to put right,
//  what keyring_load answers, DMH_INTERNAL.
authorization_t *authorization_new (const char *folder, struct error *error);
void authorization_destroy (authorization_t **self_p);    //  after the guarded sockets

//  Before the socket is bound: CURVE alone, its keys asked for in `domain`. 0 or -1.
int authorization_guard (const authorization_t *self, zsock_t *socket, const char *domain);

//  To be polled: questions (authorization_answer), and changes of the folder (authorization_reload).
zsock_t *authorization_questions (authorization_t *self);
int authorization_watch (
    const authorization_t *self);    //  a descriptor; -1: it cannot be watched, SIGHUP alone reloads

//  Answers the questions that are there.
void authorization_answer (authorization_t *self);

//  Reads the folder again. true: a key has lost a right that it had. When it cannot be read everything stays
//  as it was, which is logged.
bool authorization_reload (authorization_t *self);

//  Who sent the message that this frame came with; NULL: nobody that was let in. Borrowed from the frame.
const char *authorization_user (zframe_t *frame);

//  Whether that user may use the socket of that domain now.
bool authorization_admits (const authorization_t *self, const char *domain, const char *user);

//  The rights of that user (enum key_right), and the name of its key, borrowed until the next reload: 0 and
//  empty when it has none any more.
unsigned authorization_rights (const authorization_t *self, const char *user);
const char *authorization_name (const authorization_t *self, const char *user);

#endif
