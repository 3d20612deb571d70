//  tree_path.c: paths into a tree, read once and followed often. See tree.h.
#include "worker/formats/fhir/tree.h"

#include <stdlib.h>

enum { STEPS_MAX = 8, FILTERS_MAX = 3, FILTER_STEPS_MAX = 3 };

enum filter_sort { FILTER_IS, FILTER_IS_NOT, FILTER_HAS, FILTER_HAS_NOT, FILTER_FROM };

struct filter {
    enum filter_sort sort;
    struct text names[FILTER_STEPS_MAX];
    size_t name_count;
    struct text value;
    size_t from, to;    //  FILTER_FROM: the places that are taken
};

struct step {
    struct text name;
    struct filter filters[FILTERS_MAX];
    size_t filter_count;
};

struct tree_path {
    struct step steps[STEPS_MAX];
    size_t count;
};

//  What is found on the way.
struct finds {
    tree_t *tree;
    bool objects;
    uint32_t *out;
    size_t count, max;
};

static bool s_read_names (struct filter *filter, struct text in)
{
    while (in.n) {
        const char *dot = memchr (in.at, '.', in.n);
        size_t n = dot ? (size_t) (dot - in.at) : in.n;
        if (n == 0 || filter->name_count == FILTER_STEPS_MAX)
            return false;
        filter->names[filter->name_count++] = (struct text){in.at, n};
        in = (struct text){in.at + n + (dot ? 1 : 0), in.n - n - (dot ? 1 : 0)};
    }
    return filter->name_count > 0;
}

static bool s_read_filter (struct filter *filter, struct text in)
{
    if (in.n && in.at[0] >= '0' && in.at[0] <= '9') {
        filter->sort = FILTER_FROM;
        filter->from = (size_t) (in.at[0] - '0');
        filter->to = in.n == 1 ? filter->from : SIZE_MAX;
        return in.n == 1 || (in.n == 2 && in.at[1] == '-');
    }
    const char *equal = in.n ? memchr (in.at, '=', in.n) : NULL;
    if (!equal) {
        bool absent = in.n && in.at[0] == '!';
        filter->sort = absent ? FILTER_HAS_NOT : FILTER_HAS;
        return s_read_names (filter, (struct text){in.at + absent, in.n - absent});
    }
    size_t n = (size_t) (equal - in.at);
    bool negated = n && in.at[n - 1] == '!';
    filter->sort = negated ? FILTER_IS_NOT : FILTER_IS;
    filter->value = (struct text){equal + 1, in.n - n - 1};
    return s_read_names (filter, (struct text){in.at, n - negated});
}

static bool s_read_step (struct step *step, const char **at_p)
{
    const char *at = *at_p;
    size_t n = strcspn (at, ".[");
    step->name = (struct text){at, n};
    for (at += n; *at == '[';) {
        const char *close = strchr (at, ']');
        if (!close || step->filter_count == FILTERS_MAX)
            return false;
        struct text in = {at + 1, (size_t) (close - at - 1)};
        if (!s_read_filter (&step->filters[step->filter_count++], in))
            return false;
        at = close + 1;
    }
    *at_p = at;
    return n > 0;
}

tree_path_t *tree_path_new (const char *text)
{
    tree_path_t *self = calloc (1, sizeof *self);
    bool good = self != NULL;
    for (const char *at = text; good;) {
        good = self->count < STEPS_MAX && s_read_step (&self->steps[self->count++], &at);
        if (good && !*at)
            return self;
        good = good && *at++ == '.';
    }
    free (self);
    return NULL;
}

void tree_path_destroy (tree_path_t **self_p)
{
    free (*self_p);
    *self_p = NULL;
}

//  Whether a path of names leads from the node to the value; to any scalar where `value` has no text.
static bool s_leads (tree_t *tree, uint32_t node, const struct text *names, size_t count, struct text value)
{
    const struct tree_node *at = tree_at (tree, node);
    if (at->sort == TREE_ARRAY) {
        for (uint32_t item = at->first; item; item = tree_at (tree, item)->next)
            if (s_leads (tree, item, names, count, value))
                return true;
        return false;
    }
    if (count == 0 && !value.at)
        return at->sort != TREE_NULL;
    if (count == 0) {
        bool same = at->sort == TREE_SCALAR && text_equal (at->value, value);
        if (same)
            tree_use (tree, node);
        return same;
    }
    uint32_t member = tree_member (tree, node, names[0]);
    return member && s_leads (tree, member, names + 1, count - 1, value);
}

//  Whether the node passes; `places` counts, by filter, those that have come as far.
static bool s_passes (tree_t *tree, uint32_t node, const struct step *step, size_t *places)
{
    for (size_t f = 0; f < step->filter_count; f++) {
        const struct filter *filter = &step->filters[f];
        if (filter->sort == FILTER_FROM) {
            size_t place = places[f]++;
            if (place < filter->from || place > filter->to)
                return false;
            continue;
        }
        bool leads = s_leads (tree, node, filter->names, filter->name_count, filter->value);
        bool wanted = filter->sort == FILTER_IS || filter->sort == FILTER_HAS;
        if (leads != wanted)
            return false;
    }
    return true;
}

static void s_follow (struct finds *finds, uint32_t node, const struct step *steps, size_t count);

//  A member's value, or each of an array's.
static void s_take (struct finds *finds, uint32_t node, const struct step *steps, size_t count,
                    size_t *places)
{
    if (finds->count == finds->max || !s_passes (finds->tree, node, steps, places))
        return;
    const struct tree_node *at = tree_at (finds->tree, node);
    if (count > 1)
        s_follow (finds, node, steps + 1, count - 1);
    else if (finds->objects ? at->sort == TREE_OBJECT : at->sort == TREE_SCALAR && at->value.n)
        finds->out[finds->count++] = node;
}

static void s_enter (struct finds *finds, uint32_t member, const struct step *steps, size_t count)
{
    size_t places[FILTERS_MAX] = {0};
    const struct tree_node *at = tree_at (finds->tree, member);
    if (at->sort != TREE_ARRAY) {
        s_take (finds, member, steps, count, places);
        return;
    }
    for (uint32_t item = at->first; item; item = tree_at (finds->tree, item)->next)
        s_take (finds, item, steps, count, places);
}

static void s_follow (struct finds *finds, uint32_t node, const struct step *steps, size_t count)
{
    if (!text_equal (steps->name, TEXT ("*"))) {
        uint32_t member = tree_member (finds->tree, node, steps->name);
        if (member)
            s_enter (finds, member, steps, count);
        return;
    }
    if (tree_at (finds->tree, node)->sort != TREE_OBJECT)
        return;
    for (uint32_t at = tree_at (finds->tree, node)->first; at; at = tree_at (finds->tree, at)->next)
        s_enter (finds, at, steps, count);
}

size_t tree_find (tree_t *self, uint32_t node, const tree_path_t *path, bool objects, uint32_t *out,
                  size_t max)
{
    struct finds finds = {.tree = self, .objects = objects, .out = out, .max = max};
    s_follow (&finds, node, path->steps, path->count);
    return finds.count;
}
