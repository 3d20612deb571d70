//  narrow.h: a number in fewer bits, when it fits.
#ifndef DMH_MESSAGES_BASE_NARROW_H
#define DMH_MESSAGES_BASE_NARROW_H

#include <assert.h>
#include <stdbool.h>

//  N, an integer of any type, as a TYPE. That it fits is what the caller has made sure of: else it is a bug
//  of ours, and the program ends instead of going on with another number. What is cut on purpose, as a hash
//  is, says so with a mask. make lint finds the other casts from 64 bits to fewer.
#define NARROW(TYPE, N)                                                                                      \
    ({                                                                                                       \
        TYPE narrow_;                                                                                        \
        bool cut_ = __builtin_add_overflow ((N), 0, &narrow_);                                               \
        assert (!cut_);                                                                                      \
        narrow_;                                                                                             \
    })

#endif
