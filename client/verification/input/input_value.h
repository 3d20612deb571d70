//  input_value.h: a value of a record that was read again: of CSV that of the i-th column, of JSON that of a
//  path ("name.0.family"). Pure.
#ifndef DMH_CLIENT_VERIFICATION_INPUT_INPUT_VALUE_H
#define DMH_CLIENT_VERIFICATION_INPUT_INPUT_VALUE_H

#include <stdbool.h>
#include <stddef.h>

struct input_value {
    const char *name;    //  NULL: its place tells
    const char *text;    //  terminated; NULL: there is none
    size_t n;
};

//  The same without the white space of Unicode, and characters that nobody sees, at its ends.
struct input_value input_value_trim (struct input_value value);

//  Whether two are the same text, white space at their ends aside. One that is not there is an empty one.
bool input_value_same (struct input_value a, struct input_value b);

#endif
