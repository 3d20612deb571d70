//  input_encoder.h: text in UTF-8, written as an input had it: in its encoding, with what charset_decode
//  (worker/formats/encoding) made of bytes that mean nothing there put back.
#ifndef DMH_CLIENT_RESULT_INPUT_ENCODER_H
#define DMH_CLIENT_RESULT_INPUT_ENCODER_H

#include <iconv.h>
#include <stdbool.h>
#include <stdio.h>

#include "messages/base/error.h"

struct input_encoder {
    FILE *to;
    bool encodes;         //  the input is not UTF-8
    bool wide, little;    //  but UTF-16, of that byte order
    iconv_t encoder;
};

//  In the encoding of that name ("": UTF-8), to `to`; UTF-16 begins with its mark. DMH_OK, DMH_UNSUPPORTED.
int input_encoder_open (struct input_encoder *self, const char *encoding, FILE *to, struct error *error);
void input_encoder_close (struct input_encoder *self);    //  takes zeroed ones

//  n bytes. DMH_OK; DMH_UNSUPPORTED: it has no letter for one of them. That writing failed, `to` says.
int input_encoder_write (struct input_encoder *self, char *text, size_t n, struct error *error);

#endif
