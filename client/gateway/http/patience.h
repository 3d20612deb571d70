//  patience.h: ends connections on which a request comes too slowly: headers within a time, a body at a least
//  rate. libmicrohttpd itself ends only those on which nothing comes at all, so that a byte now and then
//  would hold one for ever. Knows sockets and times, no HTTP. Any thread.
#ifndef DMH_CLIENT_GATEWAY_HTTP_PATIENCE_H
#define DMH_CLIENT_GATEWAY_HTTP_PATIENCE_H

#include <stddef.h>
#include <stdint.h>

//  A body has at least this rate, looked at over a window of as many seconds as headers may take.
enum { PATIENCE_BYTES_A_SECOND = 512 };

typedef struct patience patience_t;
typedef struct patient patient_t;    //  a connection

//  What it waits for. PATIENT_IDLE: for a request's first line, as long as a connection may be idle.
enum patient_state { PATIENT_IDLE, PATIENT_HEADERS, PATIENT_BODY, PATIENT_ANSWER };

//  `seconds` for headers, twice as many for a first line. NULL: out of memory, or there is no thread.
patience_t *patience_new (unsigned seconds);
//  Takes NULL. No connection may be left.
void patience_destroy (patience_t **self_p);

//  A connection has come, or has gone, before its descriptor is closed. NULL: out of memory, and it is not
//  looked after; every call takes that.
patient_t *patience_enter (patience_t *self, int fd);
void patience_leave (patience_t *self, patient_t *patient);

//  What it waits for from now on; in PATIENT_BODY also: n bytes have come.
void patience_turn (patience_t *self, patient_t *patient, enum patient_state state);
void patience_heard (patience_t *self, patient_t *patient, size_t n);

//  Ends those that have been too slow by `now`, as the thread does each second. How many.
size_t patience_check (patience_t *self, int64_t now);

#endif
