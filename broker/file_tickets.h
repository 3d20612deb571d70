//  file_tickets.h: what a peer shows the files service for what is another's: a worker for the files of the
//  job that it is given, and for whom it leaves the outputs; a client that may have a result although it is
//  not its owner. Without keys, or without a files service, there are none.
#ifndef DMH_BROKER_FILE_TICKETS_H
#define DMH_BROKER_FILE_TICKETS_H

#include "broker/context.h"

//  For the input and the tables of `order`, whose `tickets` become `room`, and its deposit. `worker`: the key
//  of who is given it; `owner`: of the job.
void file_tickets_order (const struct broker *self, const char *worker, const char *owner,
                         struct job_order *order, struct file_ticket room[1 + TABLES_MAX]);

//  By which any worker leaves files for the owner of a job: it gives nobody anything but what its bearer has.
void file_tickets_deposit (const struct broker *self, const char *owner, char out[TICKET_BYTES]);

//  For the outputs of a record that is answered to the client with the key `user` (NULL: without keys); its
//  `tickets` become `room`. The owner needs none.
void file_tickets_record (const struct broker *self, const char *user, struct job_record *record,
                          struct file_ticket room[OUTPUTS_MAX]);

//  For the outputs of a result that the files service has or is to get, for the worker of that key. How many;
//  0 where none is needed.
size_t file_tickets_outputs (const struct broker *self, const char *worker, const struct job_record *record,
                             struct file_ticket room[OUTPUTS_MAX]);
//  For the input of a job of that owner, where the files service has it. 1, or 0 where none is needed.
size_t file_tickets_input (const struct broker *self, const char *worker, const char *owner,
                           const struct input *input, struct file_ticket *room);

#endif
