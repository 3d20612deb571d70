//  limits.c: see limits.h.
#include "worker/input/limits.h"

#include <unistd.h>

static const uint64_t MIB = 1024 * 1024;

enum { OUTPUT_MIB = 256, OUTPUT_A_BYTE = 256, PACKED_AS = 32, UNPACKED_MIB = 1024, UNPACKED_A_BYTE = 250 };

static struct byte_limit s_limit (uint64_t asked, uint64_t ceiling, uint64_t base, uint64_t factor,
                                  uint64_t bytes)
{
    uint64_t most = bytes > (UINT64_MAX - base) / factor ? UINT64_MAX : base + factor * bytes;
    struct byte_limit limit = {asked ? asked : most, false};
    if (ceiling && ceiling < limit.most)
        limit = (struct byte_limit){ceiling, true};
    return limit;
}

struct byte_limit limits_output (uint64_t asked, uint64_t ceiling, uint64_t input_bytes, bool packed)
{
    return s_limit (asked, ceiling, OUTPUT_MIB * MIB, packed ? OUTPUT_A_BYTE * PACKED_AS : OUTPUT_A_BYTE,
                    input_bytes);
}

struct byte_limit limits_unpacked (uint64_t asked, uint64_t ceiling, uint64_t input_bytes)
{
    return s_limit (asked, ceiling, UNPACKED_MIB * MIB, UNPACKED_A_BYTE, input_bytes);
}

uint64_t limits_keys (uint64_t asked, uint64_t slot_bytes, size_t slots)
{
    long pages = sysconf (_SC_PHYS_PAGES), page = sysconf (_SC_PAGESIZE);
    uint64_t host = pages > 0 && page > 0 ? (uint64_t) pages * (uint64_t) page : 1024 * MIB;
    uint64_t most = slot_bytes ? slot_bytes : host / 2 / slots;
    uint64_t bytes = asked && (!slot_bytes || asked < most) ? asked : most;
    return bytes > MIB ? bytes : MIB;
}
