//  peers_test.c: which workers see one disk, whoever comes, goes or comes back.
#include "broker/access/peers.h"

#include <criterion/criterion.h>
#include <string.h>

static void s_put (peers_t *peers, const char *worker, const char *identity, const char *disk,
                   const char *roots)
{
    struct ready ready = {.worker = ""};
    zframe_t *frame = zframe_from (identity);
    snprintf (ready.worker, sizeof ready.worker, "%s", worker);
    snprintf (ready.disk, sizeof ready.disk, "%s", disk);
    snprintf (ready.roots, sizeof ready.roots, "%s", roots);
    cr_assert_eq (peers_put (peers, frame, &ready, NULL), 0);
    zframe_destroy (&frame);
}

static void s_expect_alike (const peers_t *peers, const char *disk, const char *roots)
{
    const struct peer *peer = peers_alike (peers);
    cr_assert_not_null (peer);
    cr_expect_str_eq (peer->disk, disk);
    cr_expect_str_eq (peer->roots, roots);
}

Test (peers, are_alike_as_long_as_all_see_one_disk_in_the_same_folders)
{
    peers_t *peers = peers_new ();
    cr_assert_null (peers_alike (peers));
    s_put (peers, "a", "1", "near", "");
    s_expect_alike (peers, "near", "");
    s_put (peers, "b", "2", "near", "");
    s_expect_alike (peers, "near", "");
    cr_expect_eq (peers_count (peers), 2);
    s_put (peers, "c", "3", "far", "");
    cr_expect_null (peers_alike (peers));
    peers_forget (peers, "c");
    s_expect_alike (peers, "near", "");
    s_put (peers, "c", "3", "near", "/data");
    cr_expect_null (peers_alike (peers), "in folders of its own");
    s_put (peers, "c", "3", "near", "");
    s_expect_alike (peers, "near", "");
    peers_destroy (&peers);
}

//  One that registers anew is one worker, and one that speaks as another did has taken its place.
Test (peers, that_come_back_or_take_a_place_count_once)
{
    peers_t *peers = peers_new ();
    s_put (peers, "a", "1", "near", "/x");
    s_put (peers, "a", "2", "far", "/x");
    s_expect_alike (peers, "far", "/x");
    s_put (peers, "b", "2", "near", "/y");
    cr_expect_eq (peers_count (peers), 1);
    s_expect_alike (peers, "near", "/y");
    peers_forget (peers, "b");
    cr_expect_null (peers_alike (peers));
    cr_expect_eq (peers_count (peers), 0);
    peers_destroy (&peers);
}
