//  audit_events.h: what the audit says of the records, in their order: whom one repeats, and which of its
//  values were changed, or earned a warning, and are listed. Checks no chain: audit_check does.
#ifndef DMH_CLIENT_VERIFICATION_AUDIT_EVENTS_H
#define DMH_CLIENT_VERIFICATION_AUDIT_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "messages/base/error.h"

typedef struct audit_events audit_events_t;

//  NULL with `error` set.
audit_events_t *audit_events_new (const char *folder, struct error *error);
void audit_events_destroy (audit_events_t **self_p);

//  Goes to a record, a later one each time. DMH_OK; else the file cannot be read, or a line is no JSON.
int audit_events_go (audit_events_t *self, uint64_t record, struct error *error);

//  Of that record: whom it repeats; 0: none.
uint64_t audit_events_repeats (const audit_events_t *self);
//  The next event about a value of it, from *at on (0: the first one), which then goes on: the field, the
//  value as it stood, and as it is written. false: there is none.
struct audit_value {
    const char *field, *raw, *value;
};
bool audit_events_value (const audit_events_t *self, size_t *at, struct audit_value *out);

//  Whether a later record repeats another: 1 or 0, or as audit_events_go.
int audit_events_left (audit_events_t *self, struct error *error);

#endif
