//  result_document.h: a document of JSON that belongs to a result: report.json, datapackage.json.
#ifndef DMH_CLIENT_RESULT_RESULT_DOCUMENT_H
#define DMH_CLIENT_RESULT_RESULT_DOCUMENT_H

#include "messages/json/value.h"

//  Reads the file `name` of `folder`; json_value_destroy it. NULL with `error` set, whose sentence names the
//  file: DMH_NOT_FOUND where it is not there, DMH_IO, DMH_BAD_INPUT for what is no JSON, or larger than 64
//  MiB, DMH_INTERNAL out of memory.
struct json_value *result_document_read (const char *folder, const char *name, struct error *error);

#endif
