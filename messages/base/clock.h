//  clock.h: the one seam through which dmh reads the time. Tests replace the source.
#ifndef DMH_MESSAGES_BASE_CLOCK_H
#define DMH_MESSAGES_BASE_CLOCK_H

#include <stdint.h>

//  Milliseconds since an arbitrary start; never goes back. For leases, heartbeats, rates.
int64_t clock_mono_ms (void);
//  The same clock in microseconds, for what is measured.
int64_t clock_mono_us (void);

//  Milliseconds since 1970-01-01T00:00:00Z. For what people and other hosts read.
int64_t clock_wall_ms (void);

enum { CLOCK_TEXT_BYTES = 32 };

//  Writes `YYYY-MM-DDThh:mm:ss.fffZ` (RFC 3339, UTC) and returns `out`.
char *clock_text (int64_t wall_ms, char out[CLOCK_TEXT_BYTES]);

//  Tests only: both clocks answer from `source` (argument: 0 monotonic, 1 wall); NULL puts the real ones
//  back.
void clock_replace (int64_t (*source) (int which));

#endif
