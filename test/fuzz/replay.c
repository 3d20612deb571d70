//  replay.c: main of a fuzz target built without libFuzzer: gives it every file of the folders and files
//  named, and each beginning of a small one, in a buffer of just its size, so that the sanitizers see each
//  byte read beyond.
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_BYTES = 1 << 20, CUT_BYTES = 512, PATH_BYTES = 4096 };

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static int s_run (const char *bytes, size_t n)
{
    uint8_t *exact = malloc (n ? n : 1);
    if (!exact)
        return -1;
    memcpy (exact, bytes, n);
    LLVMFuzzerTestOneInput (exact, n);
    free (exact);
    return 0;
}

static int s_replay_file (const char *path)
{
    static char bytes[FILE_BYTES];
    FILE *file = fopen (path, "rb");
    if (!file) {
        fprintf (stderr, "%s cannot be read\n", path);
        return -1;
    }
    size_t n = fread (bytes, 1, sizeof bytes, file);
    fclose (file);
    for (size_t cut = n < CUT_BYTES ? 0 : n; cut < n; cut++)
        if (s_run (bytes, cut) != 0)
            return -1;
    return s_run (bytes, n);
}

//  A file, or every file of a folder. Returns how many there were, -1 on failure.
static int s_replay (const char *path)
{
    DIR *folder = opendir (path);
    if (!folder)
        return s_replay_file (path) == 0 ? 1 : -1;
    int count = 0;
    for (struct dirent *entry; count >= 0 && (entry = readdir (folder));) {
        char inner[PATH_BYTES];
        if (entry->d_name[0] == '.')
            continue;
        snprintf (inner, sizeof inner, "%s/%s", path, entry->d_name);
        count = s_replay_file (inner) == 0 ? count + 1 : -1;
    }
    closedir (folder);
    return count;
}

int main (int argc, char **argv)
{
    int total = 0;
    for (int i = 1; i < argc; i++) {
        int count = s_replay (argv[i]);
        if (count < 0)
            return 1;
        total += count;
    }
    printf ("%d inputs\n", total);
    return total > 0 ? 0 : 1;
}
