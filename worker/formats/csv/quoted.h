//  quoted.h: where a quoted field ends and what it holds: doubled quotes, text after a closing quote, spaces
//  before the delimiter. On one line as lenient as libcsv; over several lines as strict as RFC 4180, for
//  there a quote that was forgotten would swallow the records behind it. Never allocates.
#ifndef DMH_WORKER_FORMATS_CSV_QUOTED_H
#define DMH_WORKER_FORMATS_CSV_QUOTED_H

#include "worker/formats/format.h"

//  How one file writes quotes.
struct csv_quoting {
    char delimiter;
    char escape;    //  '\\': a quote behind it belongs to the value; 0: only doubled ones do
    size_t most;    //  a field over several lines has to close within so many bytes of its opening quote
};

struct csv_quoting csv_quoting_of (const struct dialect *dialect);

enum csv_quoted_state {
    CSV_QUOTED_OPEN,       //  no quote in these bytes closes it, and none is wrong
    CSV_QUOTED_PENDING,    //  they end with a quote (and spaces) that closes the field if a delimiter, a line
                           //  end or nothing follows
    CSV_QUOTED_CLOSED,
    CSV_QUOTED_WRONG    //  it has a line end inside, and a quote that neither is doubled nor closes it; or it
                        //  does not close within `most` bytes
};

struct csv_quoted {
    enum csv_quoted_state state;
    size_t close;     //  PENDING, CLOSED: where the closing quote is
    size_t end;       //  CLOSED: of the field: its delimiter or line end. WRONG: how far the field could be
                      //  read, so that what lies before may be swallowed text. Else in.n
    size_t strays;    //  quotes inside, neither doubled nor closing
};

//  `in` begins with the opening quote. OPEN and PENDING depend on where the bytes end, the others do not.
struct csv_quoted csv_quoted_find (struct text in, const struct csv_quoting *quoting);

//  What lies between the quotes, unescaped into `scratch`, which has room for inside.n bytes more.
void csv_quoted_value (struct text inside, char escape, struct scratch *scratch, struct text *out);

//  The next quote at or behind `begin` that opens a field, where bytes [0] begins a record and `begin` is in
//  no quoted field; n when there is none.
size_t csv_quoted_next (const char *bytes, size_t begin, size_t n, char delimiter);

//  The next CR or LF at or behind `at`; in.n when there is none. Looks no further than about twice as far.
size_t csv_line_end (struct text in, size_t at);

#endif
