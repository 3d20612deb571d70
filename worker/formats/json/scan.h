//  scan.h: where a JSON value begins and ends, by its brackets, strings and commas; what is in it is
//  json/record.c's to judge. Pure; never reads past n.
#ifndef DMH_WORKER_FORMATS_JSON_SCAN_H
#define DMH_WORKER_FORMATS_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

//  The first byte at or after `at` that is not white space, ',' , '[' or ']' (what stands between records); n
//  when there is none.
size_t json_begin (const char *bytes, size_t n, size_t at);

//  The end of the value that begins at `at`: past its closing bracket, or at the ',' , ']' or line end behind
//  a scalar. 0: it does not end within n.
size_t json_end (const char *bytes, size_t n, size_t at);

//  How what a bracket opens ends, by brackets and strings alone.
enum json_close {
    JSON_CLOSED,     //  *end is past its closing bracket
    JSON_CROSSED,    //  a bracket of the other sort comes first, or it is too deep
    JSON_OPEN        //  not within n
};
enum json_close json_close (const char *bytes, size_t n, size_t at, size_t *end);

//  The same by the grammar of objects, arrays and strings too: commas, colons and keys in their places, no
//  line end in a string. What stands for a number, true, false or null may be anything. A record that is JSON
//  is closed so; JSON_CROSSED: it cannot be closed any more, wherever it goes on.
enum json_close json_close_strictly (const char *bytes, size_t n, size_t at, size_t *end);

static inline bool json_is_space (char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

//  Whether records stand one a line from `begin` on: the first line is one whole object, and so is what
//  follows it, as far as can be seen.
bool json_is_lines (const char *bytes, size_t n, size_t begin);

#endif
