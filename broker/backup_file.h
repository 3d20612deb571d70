//  backup_file.h: the other end of BACKUP: asks a running broker for a copy of its store and writes it into a
//  file. The broker never learns the file's name.
#ifndef DMH_BROKER_BACKUP_FILE_H
#define DMH_BROKER_BACKUP_FILE_H

#include "broker/endpoint_plan.h"

struct backup_source {
    const struct endpoint_plan *plan;    //  of the broker: its front is asked
    const char *keys;                    //  its folder of keys; NULL: it has none, or elsewhere
    const char *key, *server_key;        //  as credential_read has them; NULL: server.pub of `keys`
    int interrupt;                       //  a descriptor that becomes readable when it is to end
};

//  The file (0600) is there whole or not at all, and replaces none; *bytes is its size. DMH_OK; DMH_CONFLICT:
//  there is a file of that name; DMH_USAGE, DMH_UNAVAILABLE, DMH_CANCELLED, DMH_IO, or the broker's refusal.
int backup_file_make (const struct backup_source *source, const char *path, uint64_t *bytes,
                      struct error *error);

#endif
