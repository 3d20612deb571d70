//  limits.h: how many bytes a job may unpack and write: as its options say, else in proportion to its input,
//  so generously that only a file made for it gets there; and never more than the worker allows. Pure.
#ifndef DMH_WORKER_INPUT_LIMITS_H
#define DMH_WORKER_INPUT_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

//  What a worker allows any job; 0: whatever it asks for.
struct ceilings {
    uint64_t output_bytes, unpacked_bytes;
};

struct byte_limit {
    uint64_t most;
    bool of_worker;    //  no option of the job raises it
};

//  Of records, rejects and audit together. `asked`: the option, 0 without. Else 256 MiB and 256 bytes for
//  each byte of the input, of which a byte of a compressed file counts as 32.
struct byte_limit limits_output (uint64_t asked, uint64_t ceiling, uint64_t input_bytes, bool packed);

//  Of the input once it is unpacked. Else 1 GiB and 250 bytes for each byte of the file.
struct byte_limit limits_unpacked (uint64_t asked, uint64_t ceiling, uint64_t input_bytes);

//  For the keys of its records, which lie on the disk beyond that: `asked`, at most what the worker has for a
//  slot (0: that is not said); without either, half of what the host has, which has so many slots.
uint64_t limits_keys (uint64_t asked, uint64_t slot_bytes, size_t slots);

#endif
