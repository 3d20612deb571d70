//  endpoints_file.h: the endpoints as the broker has bound them, in a file for who starts it: a line
//  `name=endpoint` each.
#ifndef DMH_BROKER_ENDPOINTS_FILE_H
#define DMH_BROKER_ENDPOINTS_FILE_H

#include "broker/endpoint_plan.h"

//  Whoever waits for the file reads all of it. DMH_OK; DMH_IO, DMH_INTERNAL.
int endpoints_file_write (const char *path, char *const endpoint[ENDPOINT_COUNT], struct error *error);

#endif
