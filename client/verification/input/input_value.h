//  input_value.h: a value of a record that was read again: of CSV that of the i-th column, of JSON that of a
//  path
//  ("name.0.family").
#ifndef DMH_CLIENT_VERIFICATION_INPUT_INPUT_VALUE_H
#define DMH_CLIENT_VERIFICATION_INPUT_INPUT_VALUE_H

#include <stddef.h>

struct input_value {
    const char *name;    //  NULL: its place tells
    const char *text;    //  terminated; NULL: there is none
    size_t n;
};

#endif
