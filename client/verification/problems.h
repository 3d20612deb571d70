//  problems.h: what is found wrong with a result, told one sentence at a time. Never holds a value.
#ifndef DMH_CLIENT_VERIFICATION_PROBLEMS_H
#define DMH_CLIENT_VERIFICATION_PROBLEMS_H

#include <stddef.h>

//  Told each thing that is wrong, as one sentence that names the file and the line where there is one; never
//  a value.
typedef void problem_found (void *context, const char *sentence);

enum { PROBLEMS_TOLD = 20 };    //  one by one; the rest is counted

struct problems {
    problem_found *found;
    void *context;
    size_t count;
};

void problems_add (struct problems *self, const char *format, ...) __attribute__ ((format (printf, 2, 3)));

//  Says how many were not told.
void problems_end (struct problems *self);

#endif
