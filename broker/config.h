//  config.h: what a broker is started with, and what RELOAD changes of it.
#ifndef DMH_BROKER_CONFIG_H
#define DMH_BROKER_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct broker_config {
    const char *front, *back, *feed_in, *feed;    //  endpoints to bind; tcp://127.0.0.1:* takes a free port
    const char *store;                            //  as store_open has it
    size_t queue_max;     //  open jobs beyond which SUBMIT is answered unavailable; 0: 100000
    unsigned attempts;    //  0: ATTEMPTS_MAX
    const char *keys;     //  folder of the keys that are let in; NULL: everybody who reaches an endpoint
    bool insecure;        //  without keys, endpoints that other hosts reach
    uint64_t client_jobs, client_bytes, client_rate;    //  see quota.h; 0: no limit
    const char *files;                                  //  endpoint of the files service; NULL: none
    const char *files_dir;                              //  where it keeps them
    uint64_t files_bytes;                               //  all of them at most; 0: as many as the disk holds
    uint64_t files_days;               //  those that nobody used for so long are thrown away; 0: never
    uint64_t keep_days, keep_bytes;    //  see retention.h; 0: no limit
    uint64_t split_bytes;              //  longer files several workers share; 0: none
    bool measured;                     //  somebody may read /metrics
};

#endif
