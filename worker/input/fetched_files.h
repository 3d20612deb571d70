//  fetched_files.h: the files of an attempt that lie elsewhere, fetched before it begins: with the broker,
//  from its files service, the input and the tables of its mapping; in an object store the input. One thread.
#ifndef DMH_WORKER_INPUT_FETCHED_FILES_H
#define DMH_WORKER_INPUT_FETCHED_FILES_H

#include <czmq.h>

#include "messages/files/file_piece.h"
#include "messages/files/route.h"
#include "messages/job.h"
#include "messages/keys/credential.h"
#include "worker/input/data_roots.h"
#include "worker/input/object_pieces.h"

//  Which of the bytes of an input are needed; all borrowed.
struct input_pieces {
    const struct file_piece *at;
    size_t count;
    const char *etag;    //  that it has to have still, where it is an object of a store; empty: any
};

//  What to fetch, and where; borrowed for the call.
struct fetch {
    const struct input *input;
    const struct options *options;          //  the tables
    const data_roots_t *roots;              //  which objects may be read; NULL: any
    const struct input_pieces *pieces;      //  of the input alone these; NULL: all of it
    const char *folder;                     //  where fetched files lie
    const char *job;                        //  job and attempt name a file where another attempt has the one
    uint64_t attempt;                       //  that all would share
    const char *files;                      //  endpoint of the files service; empty: there is none
    route_t *route;                         //  in its place, as of struct transfer_config; or NULL
    const struct credential *credential;    //  shown to it; NULL: none
    const struct file_ticket *tickets;      //  the same, by file
    size_t tickets_count;
    zmq_pollitem_t stop;                                             //  readable when the attempt is to end
    void (*moved) (void *context, uint64_t done, uint64_t total);    //  as of struct transfer_config
    void *context;
};

struct fetched_file {
    int fd;
    char name[URI_BYTES];    //  of the file; removed by fetched_files_clear
    char path[32];           //  by which it is opened
    bool stays;              //  fetched by half: the next attempt goes on with it
};

struct fetched_files {
    struct fetched_file *files;    //  the input first, then the tables of its mapping
    size_t count;
    bool stored;                 //  the input lay with the broker
    char etag[S3_ETAG_BYTES];    //  of an input that is an object of a store; empty: it is none
    object_pieces_t *pieces;     //  of the same, of which not all was fetched; NULL: it is none
    //  Who is told that the job moves, as of struct fetch; NULL: nobody.
    void (*moved) (void *context, uint64_t done, uint64_t total);
    void *context;
};

//  Fetches the input, when it lies with the broker or in an object store, and the tables of its mapping that
//  lie with the broker; else does nothing.
//  What an attempt before has fetched by half on this host is gone on with. fetched_files_clear it in any
//  case. DMH_OK; DMH_NOT_FOUND: the broker has one no longer; DMH_BAD_INPUT: it is another object than the
//  one with that ETag; DMH_UNAVAILABLE; DMH_CANCELLED; as transfer_get, object_input_new and
//  object_input_bring. `folder`, `stop`, `moved` and `context` of the fetch are borrowed for longer.
int fetched_files_fetch (struct fetched_files *self, const struct fetch *fetch, struct error *error);

//  More pieces of an input of which pieces were fetched, while nobody has it open. As fetched_files_fetch.
int fetched_files_fetch_more (struct fetched_files *self, const struct fetch *fetch, struct error *error);

//  `n` bytes from `at` on of an input with `pieces`, wherever they are. As object_pieces_read.
int fetched_files_peek (struct fetched_files *self, uint64_t at, char *to, size_t n, struct error *error);

//  Where the input is, NULL when it was not fetched; where the tables are, their number in *count.
const char *fetched_files_input (const struct fetched_files *self);
void fetched_files_tables (const struct fetched_files *self, const char *out[TABLES_MAX], size_t *count);

//  Whether the input lay with the broker, so that the result is left there.
bool fetched_files_leave (const struct fetched_files *self);

//  Removes what was fetched. Takes zeroed ones.
void fetched_files_clear (struct fetched_files *self);

//  Removes what attempts that were killed have left fetched by half in `folder`, a day after.
void fetched_files_sweep (const char *folder);

#endif
