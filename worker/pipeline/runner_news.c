//  runner_news.c: see runner_news.h.
#include "worker/pipeline/runner_news.h"

#include <stdlib.h>

void runner_news_clear (struct runner_news *self)
{
    free (self->outputs);
    self->outputs = NULL;
    self->outputs_count = 0;
}
