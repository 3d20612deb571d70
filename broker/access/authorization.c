//  authorization.c: see authorization.h.
#include "broker/access/authorization.h"

#include "broker/access/zap.h"
#include "messages/base/log.h"
#include "messages/sockets/socket.h"

#include <sys/inotify.h>
#include <unistd.h>

enum { QUESTIONS_A_TURN = 64, PATH_BYTES = 4096, EVENTS_BYTES = 4096 };
#ifndef ZMQ_ZAP_ENFORCE_DOMAIN
#define ZMQ_ZAP_ENFORCE_DOMAIN 93    //  declared among libzmq's drafts, known to its releases
#endif
static const char ZAP_ENDPOINT[] = "inproc://zeromq.zap.01";

struct authorization {
    char *folder;
    struct key server;
    keyring_t *ring;
    zsock_t *questions;
    int watch;
};

enum { CLIENTS = KEY_CLIENT | KEY_ADMIN | KEY_CLIENT_ALL | KEY_GATEWAY };

static const struct {
    const char *domain;
    unsigned rights;
} DOMAINS[] = {{"front", CLIENTS},
               {"back", KEY_WORKER},
               {"feed-in", KEY_WORKER},
               {"feed", CLIENTS | KEY_OBSERVER},
               {"files", CLIENTS | KEY_WORKER}};
enum { DOMAIN_COUNT = sizeof DOMAINS / sizeof *DOMAINS };

static unsigned s_rights (const char *domain)
{
    for (size_t i = 0; i < DOMAIN_COUNT; i++)
        if (streq (DOMAINS[i].domain, domain))
            return DOMAINS[i].rights;
    return 0;
}

static void s_say_wrong (void *context, const char *sentence)
{
    (void) context;
    log_event (LOG_LEVEL_WARNING, "key.refused", NULL, NULL, "error", sentence, NULL);
}

static int s_read_server (authorization_t *self, struct error *error)
{
    char path[PATH_BYTES];
    int rc = keyring_path (self->folder, "server", ".key", path, sizeof path, error);
    if (rc == DMH_OK)
        rc = key_read (path, &self->server, error);
    if (rc == DMH_NOT_FOUND)
        return error_set (error, DMH_USAGE,
                          "the broker's own key %s is not there; make it by: dmh keys new server --keys %s",
                          path, self->folder);
    if (rc == DMH_OK && !*self->server.secret_text)
        rc = error_set (error, DMH_USAGE, "the broker's own key %s holds no secret", path);
    return rc == DMH_OK ? rc : DMH_USAGE;
}

//  The folder may be another one by now; watching the same one again changes nothing.
static void s_watch (authorization_t *self)
{
    enum { EVENTS = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_MOVE_SELF | IN_ATTRIB };
    if (self->watch >= 0 && inotify_add_watch (self->watch, self->folder, EVENTS) < 0)
        log_event (LOG_LEVEL_WARNING, "keys.not_watched", NULL, NULL, "error", strerror (errno), NULL);
}

authorization_t *authorization_new (const char *folder, struct error *error)
{
    authorization_t *self = calloc (1, sizeof *self);
    if (!self) {
        error_set (error, DMH_INTERNAL, "out of memory for the keys");
        return NULL;
    }
    self->watch = inotify_init1 (IN_CLOEXEC | IN_NONBLOCK);
    self->folder = strdup (folder);
    self->questions = socket_new (ZMQ_ROUTER);
    error->code = DMH_OK;
    if (!self->folder || !self->questions)
        error_set (error, DMH_INTERNAL, "the keys cannot be served: %s", strerror (errno));
    else if (!zsys_has_curve ())
        error_set (error, DMH_INTERNAL, "this libzmq has no CURVE, so --keys cannot be served");
    else if (zsock_bind (self->questions, "%s", ZAP_ENDPOINT) != 0)
        error_set (error, DMH_INTERNAL, "another part of this process answers for keys already");
    else if (s_read_server (self, error) == DMH_OK) {
        s_watch (self);    //  before it is read: no change is missed
        self->ring = keyring_load (folder, s_say_wrong, NULL, error);
    }
    if (!self->ring)
        authorization_destroy (&self);
    return self;
}

void authorization_destroy (authorization_t **self_p)
{
    authorization_t *self = *self_p;
    if (!self)
        return;
    if (self->questions)
        zsock_unbind (self->questions, "%s", ZAP_ENDPOINT);    //  free at once, for the next one
    zsock_destroy (&self->questions);
    keyring_destroy (&self->ring);
    key_forget (&self->server);
    if (self->watch >= 0)
        close (self->watch);
    free (self->folder);
    free (self);
    *self_p = NULL;
}

int authorization_guard (const authorization_t *self, zsock_t *socket, const char *domain)
{
    void *handle = zsock_resolve (socket);
    int yes = 1;
    //  Without an answer nobody gets in; libzmq's default would let everybody in. A libzmq that does not know
    //  it is asked by a authorization that is there before the socket and after it, and each message is
    //  looked at.
    zmq_setsockopt (handle, ZMQ_ZAP_ENFORCE_DOMAIN, &yes, sizeof yes);
    bool good = zmq_setsockopt (handle, ZMQ_CURVE_SERVER, &yes, sizeof yes) == 0 &&
                zmq_setsockopt (handle, ZMQ_CURVE_SECRETKEY, self->server.secret_text, KEY_TEXT_BYTES) == 0 &&
                zmq_setsockopt (handle, ZMQ_ZAP_DOMAIN, domain, strlen (domain)) == 0;
    return good ? 0 : -1;
}

zsock_t *authorization_questions (authorization_t *self)
{
    return self->questions;
}

int authorization_watch (const authorization_t *self)
{
    return self->watch;
}

//  `message` without its envelope.
static zmsg_t *s_decide (const authorization_t *self, zmsg_t *message)
{
    struct zap_request request;
    struct error error = {.code = DMH_OK};
    int rc = zap_decode (message, &request, &error);
    const struct key *key = rc == DMH_OK ? keyring_find (self->ring, request.public_text) : NULL;
    bool in = key && authorization_admits (self, request.domain, request.public_text);
    log_event (LOG_LEVEL_DEBUG, in ? "peer.admitted" : "peer.refused", NULL, NULL, "at",
               rc == DMH_OK ? request.domain : "", "address", rc == DMH_OK ? request.address : "", "key",
               key ? key->name : "", "error", error.code ? error.text : "", NULL);
    return zap_answer (&request, in ? request.public_text : NULL);
}

void authorization_answer (authorization_t *self)
{
    for (int i = 0; i < QUESTIONS_A_TURN && zsock_events (self->questions) & ZMQ_POLLIN; i++) {
        zmsg_t *message = zmsg_recv (self->questions);
        zframe_t *peer = message ? zmsg_pop (message) : NULL, *empty = message ? zmsg_pop (message) : NULL;
        zmsg_t *answer = empty && zframe_size (empty) == 0 ? s_decide (self, message) : NULL;
        if (answer && zmsg_pushmem (answer, "", 0) == 0 && zmsg_prepend (answer, &peer) == 0)
            zmsg_send (&answer, self->questions);
        zframe_destroy (&peer);
        zframe_destroy (&empty);
        zmsg_destroy (&message);
        zmsg_destroy (&answer);
    }
}

//  Whether a key of `before` has a right there that it has not in `now`.
static bool s_lost (const keyring_t *before, const keyring_t *now)
{
    for (size_t i = 0; i < keyring_size (before); i++) {
        const struct key *was = keyring_at (before, i), *is = keyring_find (now, was->public_text);
        if (was->rights & ~(is ? is->rights : 0))
            return true;
    }
    return false;
}

bool authorization_reload (authorization_t *self)
{
    char events[EVENTS_BYTES];
    struct error error = {.code = DMH_OK};
    while (self->watch >= 0 && read (self->watch, events, sizeof events) > 0)
        ;
    s_watch (self);
    keyring_t *ring = keyring_load (self->folder, s_say_wrong, NULL, &error);
    if (!ring) {
        log_event (LOG_LEVEL_ERROR, "keys.not_reloaded", NULL, NULL, "error", error.text, NULL);
        return false;
    }
    bool lost = s_lost (self->ring, ring);
    keyring_destroy (&self->ring);
    self->ring = ring;
    log_event (LOG_LEVEL_INFO, "keys.reloaded", NULL, NULL, LOG_NUMBER ("keys", keyring_size (ring)),
               "revoked", lost ? "yes" : "no", NULL);
    return lost;
}

const char *authorization_user (zframe_t *frame)
{
    const char *user = frame ? zframe_meta (frame, "User-Id") : NULL;
    return user && *user ? user : NULL;
}

bool authorization_admits (const authorization_t *self, const char *domain, const char *user)
{
    return keyring_allows (self->ring, user, s_rights (domain));
}

unsigned authorization_rights (const authorization_t *self, const char *user)
{
    const struct key *key = keyring_find (self->ring, user);
    return key ? key->rights : 0;
}

const char *authorization_name (const authorization_t *self, const char *user)
{
    const struct key *key = keyring_find (self->ring, user);
    return key ? key->name : "";
}
