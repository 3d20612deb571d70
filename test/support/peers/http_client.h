//  http_client.h: for tests: HTTP/1.1 over one socket, byte for byte as the test wants it, and answers taken
//  apart. Waits for what has to come; a test fails where it does not.
#ifndef DMH_TEST_SUPPORT_HTTP_CLIENT_H
#define DMH_TEST_SUPPORT_HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

struct http_answer {
    unsigned status;
    char *headers;    //  all lines, each ended by \r\n
    char *body;       //  terminated; chunks are put together
    size_t bytes;
};
void http_answer_clear (struct http_answer *self);
//  The value of a header, yours until the next call; NULL: it has none.
const char *http_answer_header (const struct http_answer *self, const char *name);

//  A connection to 127.0.0.1; close it.
int http_connect (unsigned port);
//  Sends all bytes; false: the peer has closed.
bool http_send (int fd, const void *bytes, size_t n);
//  The next answer on the connection; `head`: one without a body. Interim ones (100) are passed over.
struct http_answer http_receive (int fd, bool head);
//  Reads what comes, as it is, until `part` is in it; all of that, yours to free. The test fails when the
//  connection ends before.
char *http_read_until (int fd, const char *part);
//  Waits for the peer's end of the connection.
bool http_is_closed (int fd);

//  One request on a connection of its own: `headers` are whole lines, or NULL; a body has its length said.
struct http_answer http_request (unsigned port, const char *method, const char *target, const char *headers,
                                 const void *body, size_t n);
#define http_get(PORT, TARGET) http_request (PORT, "GET", TARGET, NULL, NULL, 0)

//  The text of a JSON document holds that member somewhere, as "NAME":VALUE.
bool http_answer_has (const struct http_answer *self, const char *part);
//  The text value of the first member of that name; yours to free. The test fails where there is none.
char *http_answer_text (const struct http_answer *self, const char *name);

#endif
