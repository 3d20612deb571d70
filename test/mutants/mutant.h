//  mutant.h: which mutant is alive. mutate.py rewrites each place that it may change as (mutant_is (n) ?
//  changed : as it was), and every source of that build begins with this. It stands in no other build.
#ifndef DMH_TEST_MUTANTS_MUTANT_H
#define DMH_TEST_MUTANTS_MUTANT_H

extern unsigned mutant_alive;    //  0: none
extern unsigned char
    *mutant_reached;    //  a byte a mutant, in a file that test programs share; NULL: nobody asks

static inline int mutant_is (unsigned number)
{
    if (mutant_reached)
        mutant_reached[number] = 1;
    return number == mutant_alive;
}

#endif
