//  transfer_pool_test.c: a connection for files is used again, also when the broker is another one meanwhile.
#include "client/gateway/broker/transfer_pool.h"

#include "messages/codec/frame.h"
#include "messages/files/file.h"
#include "messages/request.h"

#include <criterion/criterion.h>
#include <unistd.h>

//  A files service that has every file as soon as it comes, and counts from how many connections.
struct service {
    zsock_t *router;
    char endpoint[URI_BYTES];
    zhashx_t *peers;
};

static void s_run (zsock_t *pipe, void *argument)
{
    struct service *self = argument;
    zpoller_t *poller = zpoller_new (pipe, self->router, NULL);
    zsock_signal (pipe, 0);
    while (zpoller_wait (poller, -1) == self->router) {
        zmsg_t *message = zmsg_recv (self->router);
        zframe_t *identity = zmsg_pop (message);
        char *peer = zframe_strhex (identity);
        struct frame frame;
        struct put put;
        cr_assert_eq (frame_open (message, &frame, NULL), DMH_OK);
        cr_assert_eq (put_decode (frame.body, frame.body_bytes, &put, NULL), DMH_OK);
        struct stored stored = {.whole = true, .offset = put.bytes};
        memcpy (stored.request, put.request, sizeof stored.request);
        memcpy (stored.sha256, put.sha256, sizeof stored.sha256);
        zhashx_update (self->peers, peer, self);
        frame_send (self->router, identity, &stored_shape, &stored, NULL);
        zstr_free (&peer);
        zframe_destroy (&identity);
        zmsg_destroy (&message);
    }
    zpoller_destroy (&poller);
}

static zactor_t *s_start (struct service *self)
{
    self->router = zsock_new (ZMQ_ROUTER);
    self->peers = zhashx_new ();
    cr_assert (self->router && self->peers);
    int port = zsock_bind (self->router, "tcp://127.0.0.1:*");
    snprintf (self->endpoint, sizeof self->endpoint, "tcp://127.0.0.1:%d", port);
    return zactor_new (s_run, self);
}

static void s_end (struct service *self, zactor_t *actor, size_t peers)
{
    zactor_destroy (&actor);
    cr_expect_eq (zhashx_size (self->peers), peers, "%zu connections", zhashx_size (self->peers));
    zhashx_destroy (&self->peers);
    zsock_destroy (&self->router);
}

static void s_put (transfer_t *transfer)
{
    struct error error = {.code = DMH_OK};
    char sha[DIGEST_HEX_BYTES];
    FILE *file = tmpfile ();
    cr_assert (file && fputs ("x", file) >= 0 && fflush (file) == 0);
    cr_assert_eq (transfer_put (transfer, fileno (file), digest_of ("x", 1, sha), 1, &error), DMH_OK, "%s",
                  error.text);
    fclose (file);
}

static transfer_t *s_take (transfer_pool_t *pool)
{
    struct error error = {.code = DMH_OK};
    transfer_t *transfer = transfer_pool_take (pool, &error);
    cr_assert_not_null (transfer, "%s", error.text);
    return transfer;
}

Test (transfer_pool, one_connection_serves_one_upload_after_the_other, .timeout = 60)
{
    struct service service;
    zactor_t *actor = s_start (&service);
    route_t *route = route_new ();
    transfer_pool_t *pool = transfer_pool_new (route, NULL, -1);
    cr_assert (pool && route);
    route_set (route, service.endpoint);
    for (int i = 0; i < 5; i++) {
        transfer_t *transfer = s_take (pool);
        s_put (transfer);
        transfer_pool_give (pool, &transfer, true);
        cr_assert_null (transfer);
    }
    transfer_t *first = s_take (pool), *second = s_take (pool);
    s_put (first);
    s_put (second);
    transfer_pool_give (pool, &first, false);    //  it is not used again
    transfer_pool_give (pool, &second, false);
    first = s_take (pool);
    s_put (first);
    transfer_pool_give (pool, &first, true);
    transfer_pool_destroy (&pool);
    s_end (&service, actor, 3);
    route_destroy (&route);
}

Test (transfer_pool, a_connection_that_was_kept_goes_to_the_broker_of_now, .timeout = 60)
{
    struct service before, now;
    zactor_t *actor_before = s_start (&before), *actor_now = s_start (&now);
    route_t *route = route_new ();
    transfer_pool_t *pool = transfer_pool_new (route, NULL, -1);
    cr_assert (pool && route);
    route_set (route, before.endpoint);
    transfer_t *transfer = s_take (pool);
    s_put (transfer);
    transfer_pool_give (pool, &transfer, true);
    route_set (route, now.endpoint);
    transfer = s_take (pool);
    s_put (transfer);
    transfer_pool_give (pool, &transfer, true);
    transfer_pool_destroy (&pool);
    s_end (&before, actor_before, 1);
    s_end (&now, actor_now, 1);
    route_destroy (&route);
}

Test (transfer_pool, more_than_are_kept_are_made_and_destroyed, .timeout = 60)
{
    struct service service;
    transfer_t *all[TRANSFER_POOL_MAX + 2];
    zactor_t *actor = s_start (&service);
    route_t *route = route_new ();
    transfer_pool_t *pool = transfer_pool_new (route, NULL, -1);
    cr_assert (pool && route);
    route_set (route, service.endpoint);
    for (size_t i = 0; i < TRANSFER_POOL_MAX + 2; i++)
        s_put (all[i] = s_take (pool));
    for (size_t i = 0; i < TRANSFER_POOL_MAX + 2; i++)
        transfer_pool_give (pool, &all[i], true);
    transfer_pool_give (pool, &all[0], true);    //  none
    transfer_pool_destroy (&pool);
    s_end (&service, actor, TRANSFER_POOL_MAX + 2);
    route_destroy (&route);
}
