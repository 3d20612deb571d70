//  interruption_test.c: an inspection ends wherever it is told to, and leaves nothing behind.
#include "worker/inspect/inspection.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { LINES = 100000 };

struct asking {
    int left;
};

static bool s_stops (void *context)
{
    struct asking *asking = context;
    return asking->left-- <= 0;
}

//  A table in ISO 8859-1, so that all of it is looked at for its encoding, too.
static void s_write (const char *path, bool packed)
{
    gzFile file = gzopen (path, packed ? "wb1" : "wbT");
    cr_assert_not_null (file);
    gzputs (file, "patient_id,first_name,last_name,dob\n");
    for (int i = 0; i < LINES; i++)
        gzprintf (file, "%d,Ren\xe9,M\xfcller,1970-01-01\n", i);
    cr_assert_eq (gzclose (file), Z_OK);
}

static int s_inspect (const char *path, int asks)
{
    struct asking asking = {asks};
    struct options options = {.kind = ""};
    struct error error = {.code = DMH_OK};
    struct inspection seen;
    const struct interruption interruption = {s_stops, &asking};
    int rc = inspection_of_file (path, "table.csv", &options, 1, &interruption, &seen, &error);
    if (rc == DMH_OK) {
        cr_expect_eq (seen.records, LINES);
        inspection_clear (&seen);
    } else
        cr_expect (strstr (error.text, "table.csv was ended"), "%s", error.text);
    return rc;
}

static void s_interrupt (bool packed)
{
    char path[] = "/tmp/interruption_test-XXXXXX";
    int rc = DMH_CANCELLED, asks = 0;
    close (mkstemp (path));
    s_write (path, packed);
    for (; rc == DMH_CANCELLED && asks < LINES; asks++)
        rc = s_inspect (path, asks);
    cr_expect_eq (rc, DMH_OK);
    cr_expect_gt (asks, 20, "it was asked %d times alone", asks);
    unlink (path);
}

Test (interruption, ends_an_inspection_at_any_piece_of_a_file)
{
    s_interrupt (false);
}

Test (interruption, ends_it_at_any_piece_of_a_packed_file)
{
    s_interrupt (true);
}
