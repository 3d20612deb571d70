//  peers.c: see peers.h.
#include "broker/access/peers.h"

//  Peers that see one disk and open paths in the same folders.
struct peer_outlook {
    size_t count;
    char text[DISK_NAME_BYTES + URI_BYTES];    //  both
};

struct peers {
    zhashx_t *by_worker;      //  owns the peers
    zhashx_t *by_identity;    //  identity in hex → the same peers
    zhashx_t *outlooks;       //  by their text; owned
};

static void s_free (void **item_p)
{
    struct peer *peer = *item_p;
    if (!peer)
        return;
    zframe_destroy (&peer->identity);
    zstr_free (&peer->hex);
    free (peer);
    *item_p = NULL;
}

static void s_free_outlook (void **item_p)
{
    free (*item_p);
    *item_p = NULL;
}

peers_t *peers_new (void)
{
    peers_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->by_worker = zhashx_new ();
    self->by_identity = zhashx_new ();
    self->outlooks = zhashx_new ();
    if (!self->by_worker || !self->by_identity || !self->outlooks) {
        peers_destroy (&self);
        return NULL;
    }
    zhashx_set_destructor (self->outlooks, s_free_outlook);
    zhashx_set_destructor (self->by_worker, s_free);
    return self;
}

void peers_destroy (peers_t **self_p)
{
    peers_t *self = *self_p;
    if (!self)
        return;
    zhashx_destroy (&self->by_identity);
    zhashx_destroy (&self->by_worker);
    zhashx_destroy (&self->outlooks);
    free (self);
    *self_p = NULL;
}

static void s_forget_outlook (peers_t *self, struct peer_outlook *outlook)
{
    char text[sizeof outlook->text];    //  the outlook is gone while its key is still looked at
    if (--outlook->count)
        return;
    memcpy (text, outlook->text, sizeof text);
    zhashx_delete (self->outlooks, text);
}

void peers_forget (peers_t *self, const char *worker)
{
    struct peer *peer = zhashx_lookup (self->by_worker, worker);
    if (!peer)
        return;
    zhashx_delete (self->by_identity, peer->hex);
    s_forget_outlook (self, peer->sees);
    zhashx_delete (self->by_worker, worker);
}

//  NULL when out of memory.
static struct peer_outlook *s_outlook (peers_t *self, const struct ready *ready)
{
    struct peer_outlook *made = calloc (1, sizeof *made);
    if (!made)
        return NULL;
    snprintf (made->text, sizeof made->text, "%s\n%s", ready->disk, ready->roots);
    struct peer_outlook *there = zhashx_lookup (self->outlooks, made->text);
    if (there)
        free (made);
    else
        zhashx_insert (self->outlooks, made->text, there = made);
    return there;
}

int peers_put (peers_t *self, zframe_t *identity, const struct ready *ready, const char *user)
{
    const struct peer *other = peers_of_identity (self, identity);
    if (other) {
        char gone[ID_BYTES];
        memcpy (gone, other->worker, sizeof gone);
        peers_forget (self, gone);
    }
    const struct peer *before = peers_of_worker (self, ready->worker);
    bool drains = before && before->drains;
    peers_forget (self, ready->worker);
    void *peer = calloc (1, sizeof (struct peer));
    struct peer *made = peer;
    if (!made)
        return -1;
    memcpy (made->worker, ready->worker, sizeof made->worker);
    memcpy (made->host, ready->host, sizeof made->host);
    memcpy (made->disk, ready->disk, sizeof made->disk);
    memcpy (made->roots, ready->roots, sizeof made->roots);
    snprintf (made->user, sizeof made->user, "%s", user ? user : "");
    made->drains = drains;
    made->identity = zframe_dup (identity);
    made->hex = zframe_strhex (identity);
    made->sees = made->identity && made->hex ? s_outlook (self, ready) : NULL;
    if (!made->sees) {
        s_free (&peer);
        return -1;
    }
    made->sees->count++;
    zhashx_insert (self->by_worker, made->worker, made);
    zhashx_insert (self->by_identity, made->hex, made);
    return 0;
}

void peers_drain (peers_t *self, const char *worker)
{
    struct peer *peer = zhashx_lookup (self->by_worker, worker);
    if (peer)
        peer->drains = true;
}

const struct peer *peers_of_worker (const peers_t *self, const char *worker)
{
    return zhashx_lookup (self->by_worker, worker);
}

const struct peer *peers_of_identity (const peers_t *self, zframe_t *identity)
{
    char *hex = zframe_strhex (identity);
    const struct peer *peer = hex ? zhashx_lookup (self->by_identity, hex) : NULL;
    zstr_free (&hex);
    return peer;
}

const struct peer *peers_alike (const peers_t *self)
{
    return zhashx_size (self->outlooks) == 1 ? zhashx_first (self->by_worker) : NULL;
}

size_t peers_count (const peers_t *self)
{
    return zhashx_size (self->by_worker);
}

const struct peer *peers_any (const peers_t *self, bool (*is) (void *context, const struct peer *peer),
                              void *context)
{
    const struct peer *peer = zhashx_first (self->by_worker);
    while (peer && !is (context, peer))
        peer = zhashx_next (self->by_worker);
    return peer;
}
