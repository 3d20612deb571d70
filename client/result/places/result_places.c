//  result_places.c: see result_places.h. One pass to count names, one to give them.
#define _GNU_SOURCE
#include "client/result/places/result_places.h"

#include "client/arguments/input_name.h"
#include "messages/base/narrow.h"

#include <czmq.h>

//  A folder's name has 255 bytes, of which some are left for a number, and for .failed.
enum { NAME_ROOM = 255 - 24 };

static const char FAILED[] = ".failed";

struct places {
    zhashx_t *folders;    //  path → itself: the folders that inputs lie in
    zhashx_t *plain;      //  path without endings → how many inputs have it
    zhashx_t *taken;      //  path that is given → the last number behind it
    bool *settled;        //  [count]
};

static void *s_number (size_t number)
{
    return (void *) (uintptr_t) (number + 1);    //  NULL is: not there
}

static size_t s_lookup (zhashx_t *map, const char *key)
{
    void *found = zhashx_lookup (map, key);
    return found ? (size_t) (uintptr_t) found - 1 : SIZE_MAX;
}

//  The path with its last name cut to what a folder's may have, at a letter's beginning; without its endings
//  where `bare`. Yours to free.
static char *s_name (const char *path, bool bare)
{
    char name[NAME_BYTES], *out = NULL;
    const char *slash = strrchr (path, '/');
    int folder = slash ? NARROW (int, slash - path) + 1 : 0;
    if (bare)
        input_name_stem (path + folder, name);
    else
        snprintf (name, sizeof name, "%s", path + folder);
    size_t n = strlen (name);
    if (n > NAME_ROOM)
        for (n = NAME_ROOM; n > 0 && (name[n] & 0xc0) == 0x80;)
            n--;
    name[n] = 0;
    if (*name == '.')    //  hidden, and .dmh-… is what is being made
        *name = '_';
    return asprintf (&out, "%.*s%s", folder, path, name) < 0 ? NULL : out;
}

//  Names in the folder of the batch that are not for a result.
static bool s_is_reserved (const char *path)
{
    static const char *const NAMES[] = {"joined", "batch.json", "batch.csv"};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (strcmp (path, NAMES[i]) == 0)
            return true;
    return false;
}

//  Whether `path` and the failed result of one of `map`, or the other way round, are the same.
static bool s_meets_failed (zhashx_t *map, const char *path)
{
    size_t n = strlen (path), end = sizeof FAILED - 1;
    char *other = NULL;
    if (n <= end || strcmp (path + n - end, FAILED) != 0)
        return false;
    bool meets = asprintf (&other, "%.*s", NARROW (int, n - end), path) >= 0 && zhashx_lookup (map, other);
    free (other);
    return meets;
}

//  A folder that holds other results, or would with .failed behind it.
static bool s_holds_others (const struct places *self, const char *path)
{
    char *failed = NULL;
    bool holds = zhashx_lookup (self->folders, path) != NULL;
    if (!holds && asprintf (&failed, "%s%s", path, FAILED) >= 0) {
        holds = zhashx_lookup (self->folders, failed) != NULL;
        free (failed);
    }
    return holds;
}

static bool s_is_free (const struct places *self, const char *path)
{
    char *failed = NULL;
    if (s_is_reserved (path) || s_holds_others (self, path) || s_meets_failed (self->taken, path))
        return false;
    bool met = asprintf (&failed, "%s%s", path, FAILED) < 0 || zhashx_lookup (self->taken, failed);
    free (failed);
    return !met;
}

static void s_note_folders (struct places *self, const char *path)
{
    char *copy = strdup (path);
    for (char *slash = copy ? strrchr (copy, '/') : NULL; slash; slash = strrchr (copy, '/')) {
        *slash = 0;
        if (zhashx_insert (self->folders, copy, s_number (0)) != 0)
            break;    //  and those above it are there
    }
    free (copy);
}

static void s_count (zhashx_t *map, const char *key)
{
    size_t before = s_lookup (map, key);
    zhashx_update (map, key, s_number (before == SIZE_MAX ? 1 : before + 1));
}

//  The first of path-2, path-3 … that nobody has. Yours to free.
static char *s_numbered (struct places *self, const char *path)
{
    char *out = NULL;
    size_t last = s_lookup (self->taken, path);
    for (size_t number = last == SIZE_MAX ? 2 : last + 1;; number++) {
        if (asprintf (&out, "%s-%zu", path, number) < 0)
            return NULL;
        if (!zhashx_lookup (self->taken, out) && s_is_free (self, out)) {
            zhashx_update (self->taken, path, s_number (number));
            zhashx_insert (self->taken, out, s_number (1));
            return out;
        }
        free (out);
    }
}

//  First without endings, then with them where that does not do.
static bool s_settle (struct places *self, const char *const *paths, size_t count, char **out)
{
    bool good = true;
    for (size_t i = 0; good && i < count; i++) {
        s_note_folders (self, paths[i]);
        good = (out[i] = s_name (paths[i], true)) != NULL;
        if (good)
            s_count (self->plain, out[i]);
    }
    for (size_t i = 0; good && i < count; i++) {
        bool alone = s_lookup (self->plain, out[i]) == 1;
        if (alone && !s_is_reserved (out[i]) && !s_holds_others (self, out[i]) &&
            !s_meets_failed (self->plain, out[i])) {
            zhashx_insert (self->taken, out[i], s_number (1));
            self->settled[i] = true;
            continue;
        }
        free (out[i]);
        good = (out[i] = s_name (paths[i], false)) != NULL;
    }
    return good;
}

//  Of those that kept their endings, and meet still, the first keeps its name; no number takes one of these.
static bool s_number_rest (struct places *self, size_t count, char **out)
{
    bool good = true;
    for (size_t i = 0; i < count; i++)
        if (!self->settled[i] && !zhashx_lookup (self->taken, out[i]) && s_is_free (self, out[i])) {
            zhashx_insert (self->taken, out[i], s_number (1));
            self->settled[i] = true;
        }
    for (size_t i = 0; good && i < count; i++)
        if (!self->settled[i]) {
            char *numbered = s_numbered (self, out[i]);
            free (out[i]);
            out[i] = numbered;
            good = numbered != NULL;
        }
    return good;
}

int result_places_name (const char *const *paths, size_t count, char ***out, struct error *error)
{
    struct places self = {zhashx_new (), zhashx_new (), zhashx_new (),
                          calloc (count + 1, sizeof *self.settled)};
    char **places = calloc (count ? count : 1, sizeof *places);
    bool good = self.folders && self.plain && self.taken && self.settled && places &&
                s_settle (&self, paths, count, places) && s_number_rest (&self, count, places);
    zhashx_destroy (&self.folders);
    zhashx_destroy (&self.plain);
    zhashx_destroy (&self.taken);
    free (self.settled);
    if (!good) {
        result_places_clear (&places, count);
        return error_set (error, DMH_INTERNAL, "out of memory for the names of the results");
    }
    *out = places;
    return DMH_OK;
}

void result_places_clear (char ***places_p, size_t count)
{
    for (size_t i = 0; *places_p && i < count; i++)
        free ((*places_p)[i]);
    free (*places_p);
    *places_p = NULL;
}
