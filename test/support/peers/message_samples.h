//  message_samples.h: for tests and the fuzzer: every message of the protocol, and one of each with all its
//  fields filled.
#ifndef DMH_TEST_SUPPORT_MESSAGE_SAMPLES_H
#define DMH_TEST_SUPPORT_MESSAGE_SAMPLES_H

#include "messages/batch.h"
#include "messages/event.h"
#include "messages/files/file.h"
#include "messages/request.h"
#include "messages/work.h"

extern const struct shape *const MESSAGES[];
extern const size_t MESSAGE_COUNT;

//  Fills a struct of that shape: texts with their key, numbers with counting ones, lists with two entries.
//  shape_clear it.
void message_samples_fill (const struct shape *shape, void *message);

#endif
