//  endpoints_file.c: see endpoints_file.h.
#include "broker/endpoints_file.h"

#include "messages/files/whole_file.h"

static int s_content (void *context, FILE *file, struct error *error)
{
    static const char *const NAMES[ENDPOINT_COUNT] = {"front", "back", "feed_in", "feed", "files"};
    char *const *endpoint = context;
    (void) error;
    for (int i = 0; i < ENDPOINT_COUNT; i++)
        fprintf (file, "%s=%s\n", NAMES[i], endpoint[i]);
    return DMH_OK;
}

int endpoints_file_write (const char *path, char *const endpoint[ENDPOINT_COUNT], struct error *error)
{
    return whole_file_write (path, s_content, (void *) endpoint, error);
}
