//  follow.h: follows a set of jobs until they end: events of the feed, and a STATUS now and then in case one
//  was lost. Prints nothing but through `progress` and `heard`.
#ifndef DMH_CLIENT_CONNECTION_FOLLOW_H
#define DMH_CLIENT_CONNECTION_FOLLOW_H

#include "client/connection/connection.h"
#include "client/terminal/progress.h"

struct follow {
    progress_t *progress;        //  NULL: shows nothing
    const char *const *names;    //  [count], what each is shown as; or NULL: as the job is called
    void (*heard) (const struct event *event);    //  NULL, or called with each event in the order they come
    //  NULL, or called when *records [i] has ended and says all, each once.
    void (*ended) (void *context, size_t i);
    //  NULL, or called when nothing else is to be heard for now, at least once a second, and at the end.
    void (*rest) (void *context);
    void *context;
};

//  Progress hears an event of records [i], under the name that it is shown as.
void follow_show (const struct follow *self, size_t i, const struct event *event);

//  *records [count] hold job and name; each is filled with the job's last state as it ends (clear them all,
//  in any case). DMH_OK: all have ended; DMH_CANCELLED: interrupted; DMH_UNAVAILABLE: the broker has not
//  answered for 30 s; other codes as the broker's ERROR has them (a job is not known any more).
int follow_end (const struct follow *self, connection_t *connection, struct job_record *const *records,
                size_t count, struct error *error);

#endif
