//  split.h: how a file of JSON falls apart into records, also where one of them is broken. Shared by cut and
//  rows of JSON and FHIR. Pure; never reads past n; the same whatever the bytes behind n are.
//
//  A record that is JSON is one, over however many lines it goes. One that is not ends where its brackets
//  say, as long as no other record begins before that; else where the next one begins. What begins one:
//  - one record a line: a line that begins with '{', indented no more than the broken one;
//  - elements of an array, or values one after another: the dialect's mark, the bytes with which the sample's
//    records and nothing in them begin. Without a mark the place cannot be told.
#ifndef DMH_WORKER_FORMATS_JSON_SPLIT_H
#define DMH_WORKER_FORMATS_JSON_SPLIT_H

#include "worker/formats/format.h"

//  A record in which so many others seem to begin is not closed, however it goes on.
enum { JSON_MARKS_MAX = 256 };

struct json_piece {
    size_t begin, end;    //  without white space and commas around
    bool broken;          //  it is no JSON, whatever it begins with
    size_t ahead;         //  of json_split: where it has looked already
};

enum json_split {
    JSON_PIECE,        //  a record
    JSON_OVER,         //  none comes: `begin` is n, or the ']' of the records' own array
    JSON_UNDECIDED,    //  the bytes behind n tell where what begins at `begin` ends
    JSON_LOST,         //  nothing tells where what begins there ends
    JSON_CUT_OFF       //  the file is over inside it
};

//  The next piece from `at` on, which is between two. `last`: nothing comes behind n. *piece is {0} at first,
//  then what the call before made of the same bytes.
enum json_split json_split (const struct dialect *dialect, const char *bytes, size_t n, bool last, size_t at,
                            struct json_piece *piece);

//  Whether a record that ends at `at` leaves nothing on its line but another one.
bool json_is_line_end (const char *bytes, size_t n, size_t at);

//  Whether more than JSON_MARKS_MAX others seem to begin in what begins at `begin`.
bool json_is_swollen (const struct dialect *dialect, const char *bytes, size_t begin, size_t end);

//  One record a line: where the last one begins that is one for sure, 0 where none is. What stands before it
//  falls apart the same whatever comes behind.
size_t json_last_hard (const char *bytes, size_t n);

#endif
