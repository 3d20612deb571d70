//  named_input.c: see named_input.h.
#include "client/arguments/named_input.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

//  The texts of both structs.
static const struct {
    size_t at, from, size;
} TEXTS[] = {
#define TEXT(M)                                                                                              \
    {                                                                                                        \
        offsetof (struct named_input, M), offsetof (struct input, M), sizeof ((struct input *) 0)->M         \
    }
    TEXT (uri), TEXT (name), TEXT (origin), TEXT (place), TEXT (source_file), TEXT (stands_at),
#undef TEXT
};
enum { TEXT_COUNT = sizeof TEXTS / sizeof *TEXTS };

static char **s_text (struct named_input *self, size_t i)
{
    return (char **) (void *) ((char *) self + TEXTS[i].at);
}

int named_input_set (struct named_input *self, const struct input *input)
{
    struct named_input made = {.bytes = input->bytes};
    bool starved = false;
    memcpy (made.sha256, input->sha256, sizeof made.sha256);
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        const char *text = (const char *) input + TEXTS[i].from;
        char **to = s_text (&made, i);
        *to = *text ? strdup (text) : NULL;
        starved = starved || (*text && !*to);
    }
    struct named_input gone = starved ? made : *self;
    if (!starved)
        *self = made;
    named_input_clear (&gone);
    return starved ? DMH_INTERNAL : DMH_OK;
}

void named_input_get (const struct named_input *self, struct input *out)
{
    *out = (struct input){.bytes = self->bytes};
    memcpy (out->sha256, self->sha256, sizeof out->sha256);
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        const char *text = *(char *const *) (const void *) ((const char *) self + TEXTS[i].at);
        snprintf ((char *) out + TEXTS[i].from, TEXTS[i].size, "%s", text ? text : "");
    }
}

const char *named_input_uri (const struct named_input *self)
{
    return self && self->uri ? self->uri : "";
}

const char *named_input_origin (const struct named_input *self)
{
    return self && self->origin ? self->origin : named_input_uri (self);
}

void named_input_clear (struct named_input *self)
{
    for (size_t i = 0; i < TEXT_COUNT; i++)
        free (*s_text (self, i));
    *self = (struct named_input){.bytes = 0};
}
