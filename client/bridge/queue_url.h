//  queue_url.h: where a message queue is: redis://, rediss://, amqp:// and amqps:// with user, password,
//  host, port and a path (a number of Redis's databases, a virtual host of RabbitMQ). Pure. No sentence of it
//  has the URL in it, as that may hold a password.
#ifndef DMH_CLIENT_BRIDGE_QUEUE_URL_H
#define DMH_CLIENT_BRIDGE_QUEUE_URL_H

#include <stdbool.h>

#include "messages/base/error.h"

enum { QUEUE_SCHEME_BYTES = 16, QUEUE_HOST_BYTES = 256, QUEUE_WORD_BYTES = 256, QUEUE_SHOWN_BYTES = 320 };

struct queue_url {
    char scheme[QUEUE_SCHEME_BYTES];
    bool tls;    //  rediss and amqps
    char host[QUEUE_HOST_BYTES];
    unsigned port;                                              //  the scheme's own where none is named
    char user[QUEUE_WORD_BYTES], password[QUEUE_WORD_BYTES];    //  without escapes; empty: none
    char path[QUEUE_WORD_BYTES];                                //  behind the host's slash, without escapes
    bool has_path;                                              //  there is a slash
};

//  DMH_OK; DMH_USAGE with a sentence. What a password was is overwritten by queue_url_forget.
int queue_url_read (const char *text, struct queue_url *out, struct error *error);
void queue_url_forget (struct queue_url *self);

//  Scheme, host and port, for logs. Returns out.
char *queue_url_show (const struct queue_url *self, char out[QUEUE_SHOWN_BYTES]);

#endif
