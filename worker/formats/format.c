//  format.c: the table of formats, from the most special to the one that is left.
#include "worker/formats/format.h"

const struct format *const FORMATS[] = {&FORMAT_FHIR, &FORMAT_JSON, &FORMAT_CSV, NULL};
