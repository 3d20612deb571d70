//  check_words.c: see check_words.h.
#include "worker/inspect/check_words.h"

#include "worker/rules/schema/check.h"

#include <string.h>

const char *check_words (const char *check)
{
    for (int c = 0; c < CHECK_COUNT; c++)
        if (strcmp (CHECK[c].name, check) == 0)
            return CHECK[c].counts;
    return "";
}
