//  authorization_test.c: who gets in where nobody answers for keys.
#include "broker/access/authorization.h"
#include "messages/keys/credential.h"
#include "test/support/processes/workplace.h"

#include <criterion/criterion.h>
#include <sys/stat.h>

static void s_write_key (const struct workplace *place, const char *name, unsigned rights, struct key *key)
{
    char path[300];
    struct error error = {.code = DMH_OK};
    cr_assert_eq (key_make (name, rights, key, &error), DMH_OK, "%s", error.text);
    snprintf (path, sizeof path, "%s/%s.pub", place->folder, name);
    cr_assert_eq (key_write (key, path, false, &error), DMH_OK, "%s", error.text);
    snprintf (path, sizeof path, "%s/%s.key", place->folder, name);
    cr_assert_eq (key_write (key, path, true, &error), DMH_OK, "%s", error.text);
}

//  What libzmq says of the first handshake that comes to an end at a socket.
static unsigned s_handshake (void *monitor)
{
    for (;;) {
        zmq_msg_t event, address;
        uint16_t number;
        zmq_msg_init (&event);
        cr_assert_geq (zmq_msg_recv (&event, monitor, 0), 0);
        memcpy (&number, zmq_msg_data (&event), sizeof number);
        zmq_msg_close (&event);
        zmq_msg_init (&address);
        cr_assert_geq (zmq_msg_recv (&address, monitor, 0), 0);
        zmq_msg_close (&address);
        if (number != ZMQ_EVENT_ACCEPTED)
            return number;
    }
}

//  libzmq's own way is to let everybody in then.
Test (authorization, where_nobody_answers_for_keys_nobody_gets_in, .timeout = 60)
{
    struct workplace place;
    struct key server, client;
    struct error error = {.code = DMH_OK};
    int off = 0;
    workplace_make (&place);
    chmod (place.folder, 0700);
    s_write_key (&place, "server", 0, &server);
    s_write_key (&place, "anna", KEY_CLIENT, &client);
    authorization_t *authorization = authorization_new (place.folder, &error);
    cr_assert_not_null (authorization, "%s", error.text);
    zsock_t *front = zsock_new (ZMQ_ROUTER), *dealer = zsock_new (ZMQ_DEALER),
            *monitor = zsock_new (ZMQ_PAIR);
    cr_assert (front && dealer && monitor);
    cr_assert_eq (authorization_guard (authorization, front, "front"), 0);
    cr_assert_eq (zmq_socket_monitor (zsock_resolve (front), "inproc://handshakes",
                                      ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                                          ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                                          ZMQ_EVENT_HANDSHAKE_FAILED_AUTH),
                  0);
    cr_assert_eq (zsock_connect (monitor, "inproc://handshakes"), 0);
    authorization_destroy (&authorization);
    int port = zsock_bind (front, "tcp://127.0.0.1:*");
    cr_assert_gt (port, 0);
    zsock_set_curve_serverkey (dealer, server.public_text);
    zsock_set_curve_publickey (dealer, client.public_text);
    zsock_set_curve_secretkey (dealer, client.secret_text);
    zsock_set_linger (dealer, off);
    cr_assert_eq (zsock_connect (dealer, "tcp://127.0.0.1:%d", port), 0);
    cr_assert_neq (s_handshake (zsock_resolve (monitor)), ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
    zmq_socket_monitor (zsock_resolve (front), NULL, 0);
    zsock_destroy (&dealer);
    zsock_destroy (&monitor);
    zsock_destroy (&front);
    workplace_remove (&place);
}
