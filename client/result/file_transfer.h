//  file_transfer.h: files between this host and the broker's, where they share no disk: inputs go out before
//  they are submitted, outputs come in. What is interrupted goes on where it stopped when the same command is
//  given again.
#ifndef DMH_CLIENT_RESULT_FILE_TRANSFER_H
#define DMH_CLIENT_RESULT_FILE_TRANSFER_H

#include "client/arguments/arguments.h"
#include "client/connection/connection.h"
#include "client/terminal/progress.h"

struct file_transfer {
    connection_t *connection;
    progress_t *progress;            //  NULL: none is shown
    struct file_service *service;    //  what is open between files; NULL: nothing
};

//  Ends what stays open between files. What it is of may go on.
void file_transfer_close (struct file_transfer *self);

//  Whether the input that `uri` names has to be sent: `always`, or `auto` and somebody sees other disks than
//  this process or would not open that path, and the broker takes files.
bool file_transfer_is_needed (const connection_t *connection, enum transfer_mode mode, const char *uri);
//  The same of the tables that the mapping of `options` joins; false where there is none.
bool file_transfer_tables_are_needed (const connection_t *connection, enum transfer_mode mode,
                                      const struct options *options);

//  Leaves the file that input->uri names with the broker, and changes uri, bytes and sha256 to what it is
//  known by there. DMH_OK; DMH_BAD_INPUT (it cannot be read); DMH_TOO_LARGE; DMH_CONFLICT (it changed
//  meanwhile); DMH_UNAVAILABLE; DMH_CANCELLED; else what the broker said.
int file_transfer_send (struct file_transfer *self, struct input *input, struct error *error);

//  Leaves the tables that the mapping of `options` joins with the broker and fills options->tables. Without
//  a mapping, or with one that is wrong, which the worker will say, nothing. As file_transfer_send.
int file_transfer_send_tables (struct file_transfer *self, struct options *options, struct error *error);

//  Fetches one output of the record into the file `target`, which may have its beginning already and which
//  sentences call `said`. It is not synced. As transfer_get, and DMH_IO.
int file_transfer_fetch (struct file_transfer *self, const struct job_record *record,
                         const struct output *output, const char *target, const char *said,
                         struct error *error);

#endif
