//  problems.c: see problems.h.
#include "client/verification/problems.h"

#include "messages/job.h"

#include <stdarg.h>
#include <stdio.h>

void problems_add (struct problems *self, const char *format, ...)
{
    char sentence[SENTENCE_BYTES];
    va_list arguments;
    if (self->count++ >= PROBLEMS_TOLD)
        return;
    va_start (arguments, format);
    vsnprintf (sentence, sizeof sentence, format, arguments);
    va_end (arguments);
    self->found (self->context, sentence);
}

void problems_end (struct problems *self)
{
    char sentence[SENTENCE_BYTES];
    if (self->count <= PROBLEMS_TOLD)
        return;
    snprintf (sentence, sizeof sentence, "and %zu more", self->count - PROBLEMS_TOLD);
    self->found (self->context, sentence);
}
