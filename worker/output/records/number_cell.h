//  number_cell.h: a canonical number as a double, and whether the double alone shows its digits. Pure. Hot
//  path.
#ifndef DMH_WORKER_OUTPUT_RECORDS_NUMBER_CELL_H
#define DMH_WORKER_OUTPUT_RECORDS_NUMBER_CELL_H

#include "worker/text/text.h"

//  The nearest double. *exact: the shortest plain decimal that is read as this double is the value, digit by
//  digit; not so of 5.10, of 5.0, and of more digits than 15.
double number_cell (struct text value, bool *exact);

#endif
