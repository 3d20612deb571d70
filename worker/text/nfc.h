//  nfc.h: canonical composition, Unicode Normalization Form C (UAX #15), of all scripts, by utf8proc. Never
//  allocates. Any thread.
#ifndef DMH_WORKER_TEXT_NFC_H
#define DMH_WORKER_TEXT_NFC_H

#include <stdbool.h>
#include <stddef.h>

//  true: n bytes of text are in NFC. false: it has a character that may make it another, which nfc_write
//  finds out. Hot path: without such a character it costs a look at each one above U+02FF. Bytes that are no
//  UTF-8 do not count.
bool nfc_is (const char *bytes, size_t n);

//  Writes the text in NFC to `to`, which has room for NFC_GROWTH times its bytes. Returns how many were
//  written. A run of marks of more than 256 bytes, which no language has and whose order would take the
//  square of its length, stays as it is; so do bytes that are no UTF-8.
size_t nfc_write (const char *bytes, size_t n, char *to);
enum { NFC_GROWTH = 3 };    //  UAX #15, table 3: U+1D160 becomes three characters

#endif
