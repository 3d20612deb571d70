//  object_inputs.h: inputs in an object store: s3://BUCKET/KEY, and all that is below s3://BUCKET/FOLDER/.
#ifndef DMH_CLIENT_ARGUMENTS_OBJECT_INPUTS_H
#define DMH_CLIENT_ARGUMENTS_OBJECT_INPUTS_H

#include "client/arguments/arguments.h"
#include "client/arguments/input_list.h"

//  Adds what the word names. A single object is not looked for here: whoever reads it does that, with
//  credentials of its own. A word that ends with "/", or names no more than a bucket, is a folder: its
//  objects, where `recursive` also those of folders below it, are listed with this user's credentials; those
//  that are hidden, part of a result of dmh, or not named as an input is (.csv, .json …) are left out, the
//  last ones noted as passed over. `interrupt` ends it. DMH_OK, also where an input has an error;
//  DMH_CANCELLED; DMH_INTERNAL.
int object_inputs_find (const struct arguments *arguments, const char *word, int interrupt,
                        struct input_list *list, struct error *error);

//  Asks how large the objects of the list are of which that is not known, since nobody has listed them: the
//  broker splits what is large. With this user's credentials, no more than 128 of them, and without much
//  patience: one of whom that cannot be learned stays without a size, as who reads it may know more. DMH_OK;
//  DMH_CANCELLED.
int object_inputs_ask_sizes (struct input_list *list, int interrupt, struct error *error);

#endif
