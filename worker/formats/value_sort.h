//  value_sort.h: what a value of a record is besides its text, as its format tells.
#ifndef DMH_WORKER_FORMATS_VALUE_SORT_H
#define DMH_WORKER_FORMATS_VALUE_SORT_H

enum value_sort {
    VALUE_WORDS,    //  a text
    VALUE_BARE,     //  a number of the format, whose decimal mark is a point
    VALUE_RANGE     //  FHIR: a range in words, in the column of the lower limit
};

#endif
