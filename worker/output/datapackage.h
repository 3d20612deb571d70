//  datapackage.h: datapackage.json of a finished job: a Frictionless Data Package whose Table Schema the
//  records satisfy (specification version 1).
#ifndef DMH_WORKER_OUTPUT_DATAPACKAGE_H
#define DMH_WORKER_OUTPUT_DATAPACKAGE_H

#include "worker/output/report.h"

//  `report` has its outputs, the records first. DMH_OK, or DMH_INTERNAL; the file's failure comes on
//  output_finish.
int datapackage_write (const struct report *report, output_file_t *file, struct error *error);

#endif
