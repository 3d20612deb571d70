//  wrapper.c: see wrapper.h.
#include "worker/formats/json/wrapper.h"

#include "worker/formats/json/lex.h"
#include "worker/formats/json/scan.h"

struct members {
    size_t count, arrays;
    size_t begin, end;    //  of the array of objects, brackets included; end 0: behind the sample
    bool resource;
};

//  Past the value at `at`; n when it does not end in the sample.
static size_t s_value_end (const char *bytes, size_t n, size_t at)
{
    size_t end = json_end (bytes, n, at);
    return end ? end : n;
}

static void s_note (struct members *members, const char *bytes, size_t n, size_t at)
{
    struct json_cursor in = {bytes + at + 1, bytes + n, false};
    members->count++;
    if (bytes[at] != '[')
        return;
    json_skip (&in);
    if (in.at == in.end || *in.at != '{')
        return;
    members->arrays++;
    members->begin = at;
    members->end = json_end (bytes, n, at);
}

//  Walks over the members of the object; false: it is none, or something stands behind it.
static bool s_walk (struct members *members, const char *bytes, size_t n, size_t at)
{
    struct json_cursor in = {bytes + at + 1, bytes + n, false};
    for (;;) {
        json_skip (&in);
        if (in.at == in.end)
            return members->arrays > 0;
        if (*in.at != '"')
            return false;
        size_t key = (size_t) (in.at - bytes), end = s_value_end (bytes, n, key);
        members->resource =
            members->resource || (end - key == 14 && memcmp (in.at, "\"resourceType\"", 14) == 0);
        in.at = bytes + end;
        json_skip (&in);
        if (in.at == in.end || *in.at != ':')
            return false;
        in.at++;
        json_skip (&in);
        if (in.at == in.end)
            return members->arrays > 0;
        size_t value = (size_t) (in.at - bytes);
        s_note (members, bytes, n, value);
        in.at = bytes + s_value_end (bytes, n, value);
        json_skip (&in);
        if (in.at == in.end)
            return members->arrays > 0;
        if (*in.at == '}')
            break;
        if (*in.at++ != ',')
            return false;
    }
    in.at++;
    json_skip (&in);
    return in.at == in.end;
}

size_t json_find_wrapped (const char *bytes, size_t n, size_t begin, bool whole)
{
    struct members members = {.count = 0};
    if (begin >= n || bytes[begin] != '{' || !s_walk (&members, bytes, n, begin) || members.resource ||
        members.arrays != 1)
        return 0;
    if (members.end == 0 && whole)
        return members.begin + 1;    //  cut off, which the cut reports
    size_t end = members.end ? members.end : n;
    struct json_cursor in = {bytes + members.begin + 1, bytes + end, false};
    json_skip (&in);
    in.at = bytes + s_value_end (bytes, end, (size_t) (in.at - bytes));
    json_skip (&in);
    bool several = in.at < in.end && *in.at == ',';
    bool most = (end - members.begin) * 5 >= (n - begin) * 4;
    return members.count == 1 || (several && most) ? members.begin + 1 : 0;
}
