//  brought_results.h: the results that a job follows, and their inputs, where this worker can read them: in
//  the folders where they lie, or fetched from the broker's files service. One thread.
#ifndef DMH_WORKER_JOIN_BROUGHT_RESULTS_H
#define DMH_WORKER_JOIN_BROUGHT_RESULTS_H

#include "messages/files/file_piece.h"
#include "messages/files/transfer.h"
#include "worker/results/assignment.h"

struct brought_results {
    const struct assignment *assignment;    //  borrowed
    const struct followed_task *task;       //  borrowed
    const char *scratch;                    //  borrowed: the folder in which what is fetched lies
    char **folders;                         //  [assignment->followed_count]
    bool *fetched;                          //  [the same]: it lies in `scratch`
    bool stored;                            //  one was made of an input that the broker keeps
    struct file_ticket *tickets;            //  of all of them
    size_t tickets_count;
    struct transfer_config config;
    transfer_t *transfer;                  //  NULL: nothing was to be fetched yet
    bool (*wants) (const char *output);    //  which of them are brought at once; NULL: all
    int input;                             //  the one that was asked for last; -1: none
    char input_path[URI_BYTES];
    const char *tables[TABLES_MAX];    //  of the mapping, owned
    size_t tables_count;
};

//  Brings all results, and the tables of the mapping that the broker keeps. brought_results_clear it in any
//  case. DMH_OK; DMH_CANCELLED; DMH_UNAVAILABLE: one cannot be had now; DMH_MALFORMED: one is not what its
//  worker told; DMH_IO; DMH_INTERNAL.
int brought_results_bring (struct brought_results *self, const struct assignment *assignment,
                           const struct followed_task *task, const char *scratch, struct error *error);

//  The same of those outputs alone that it `wants`, by their names, and without tables.
int brought_results_bring_some (struct brought_results *self, const struct assignment *assignment,
                                const struct followed_task *task, const char *scratch,
                                bool (*wants) (const char *output), struct error *error);

//  Brings one more output of the result of that place. Its path, yours to free; NULL with `error` set, as
//  brought_results_bring.
char *brought_results_output (struct brought_results *self, size_t place, const char *output,
                              struct error *error);

//  The same of a file of which no more than those pieces is read, the same ones each time: what lies between
//  them may be holes.
char *brought_results_pieces (struct brought_results *self, size_t place, const char *output,
                              const struct file_piece *pieces, size_t piece_count, struct error *error);

//  The path of the input that the result of that place was made of, until the next call. NULL with `error`
//  set. `self` is a struct brought_results.
const char *brought_results_input (void *self, size_t place, struct error *error);

//  Removes what was fetched.
void brought_results_clear (struct brought_results *self);

#endif
