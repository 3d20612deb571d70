//  json_path.h: what stands at a place in a tree of JSON, such as the elements of a resource of FHIR.
#ifndef DMH_CLIENT_RESULT_READING_JSON_PATH_H
#define DMH_CLIENT_RESULT_READING_JSON_PATH_H

#include "messages/json/value.h"

//  The element at a path such as code.coding.0.code: members and places in arrays, each at most 63 bytes. A
//  part url=X is the first element of an array whose member url is the string X. NULL: there is none.
const struct json_value *json_path (const struct json_value *at, const char *path);

#endif
