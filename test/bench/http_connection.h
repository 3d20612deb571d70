//  http_connection.h: for benches: HTTP/1.1 to a gateway of this host over a connection that is kept. What
//  goes wrong ends the program with a sentence: a bench has nobody to tell. Links nothing of dmh.
#ifndef DMH_TEST_BENCH_HTTP_CONNECTION_H
#define DMH_TEST_BENCH_HTTP_CONNECTION_H

#include <stddef.h>

enum { HTTP_BODY_BYTES = 64 * 1024 };

struct http_reply {
    unsigned status;
    size_t bytes;
    char body[HTTP_BODY_BYTES + 1];    //  terminated
};

//  A connection to 127.0.0.1.
int http_open (unsigned port);
void http_send (int fd, const void *bytes, size_t n);
//  A request with a body (n may be 0). Waits until it is sent.
void http_ask (int fd, const char *method, const char *target, const void *body, size_t n);
//  The head of a request whose n bytes of body follow by http_send.
void http_begin (int fd, const char *target, size_t n);
//  Waits for the whole answer, which has to have that status.
void http_answer (int fd, unsigned status, struct http_reply *out);
//  The id of the first job of a 202.
void http_job (const struct http_reply *reply, char out[64]);

double http_now (void);                             //  ms
int http_by_size (const void *a, const void *b);    //  for qsort of double

#endif
