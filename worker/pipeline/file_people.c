//  file_people.c: see file_people.h.
#include "worker/pipeline/file_people.h"

#include <stdlib.h>

static void s_tell (const struct preparation *preparation)
{
    if (preparation->moved)
        preparation->moved (preparation->context, reader_position (preparation->reader),
                            reader_bytes (preparation->reader));
}

int file_people_meet (struct preparation *preparation, size_t block_bytes, people_t **people,
                      struct error *error)
{
    struct dialect *dialect = &preparation->dialect;
    struct buffer block = {.at = NULL};
    uint64_t line;
    int rc = reader_rewind (preparation->reader, dialect, error);
    *people = people_new ();
    while (rc == DMH_OK && *people) {
        block.used = 0;
        rc = reader_fill (preparation->reader, &block, block_bytes, &line, error);
        if (rc <= 0)
            break;
        if ((rc = dialect->format->survey (dialect, block.at, block.used, *people)) != 0)
            people_destroy (people);
        s_tell (preparation);
    }
    free (block.at);
    dialect->people = *people;
    return *people ? rc
                   : error_set (error, DMH_INTERNAL, "out of memory while preparing %s", preparation->name);
}
