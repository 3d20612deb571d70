//  event_text.h: what is published, as JSON lines: the members of dmh watch --json, behind the message's id
//  and what the line is: a change of one of its jobs, or its end.
#ifndef DMH_CLIENT_BRIDGE_EVENT_TEXT_H
#define DMH_CLIENT_BRIDGE_EVENT_TEXT_H

#include "client/bridge/delivery.h"

//  A job's change; without a line end. NULL: out of memory; else yours to free, *n bytes.
char *event_text_change (const char *id, const struct event *event, size_t *n);

//  The end of a message whose jobs all have ended, into its `line` and `state`: of one job as that job's last
//  event, of several as of all together, with the batch's id; `jobs` has each one's record. DMH_OK;
//  DMH_INTERNAL: out of memory.
int event_text_end (struct delivery *delivery, struct error *error);

#endif
