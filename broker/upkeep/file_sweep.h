//  file_sweep.h: the files service rid of what nobody uses any more. A walk over the open jobs, a few a turn
//  of the loop, however many they are, finds the files that they need.
#ifndef DMH_BROKER_UPKEEP_FILE_SWEEP_H
#define DMH_BROKER_UPKEEP_FILE_SWEEP_H

#include "broker/context.h"

//  Begins a sweep where one is due, or goes on with it; the service's thread throws away. DMH_OK, or why the
//  walk was given up until the next hour.
int file_sweep (struct broker *self, struct error *error);
//  A walk goes on, so that there is something to do at once.
bool file_sweep_walks (const struct broker *self);
//  A job that had ended is open again: it may stand behind where the walk is.
void file_sweep_reopened (struct broker *self, const char *job);
void file_sweep_close (struct file_walk *self);

#endif
