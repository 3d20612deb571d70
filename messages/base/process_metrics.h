//  process_metrics.h: what Prometheus's own clients say of a process (process_resident_memory_bytes and its
//  like), as this one stands now. Reads /proc; what the system does not tell is left out. metrics.c alone
//  includes it.
#ifndef DMH_MESSAGES_BASE_PROCESS_METRICS_H
#define DMH_MESSAGES_BASE_PROCESS_METRICS_H

#include <stdbool.h>
#include <stdio.h>

//  `total_in_name`: a counter's family is called so with _total (Prometheus), else without (OpenMetrics).
void process_metrics_write (bool total_in_name, FILE *to);

#endif
