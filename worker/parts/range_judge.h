//  range_judge.h: which records of all parts do not stand, of one range of their keys. One thread.
#ifndef DMH_WORKER_PARTS_RANGE_JUDGE_H
#define DMH_WORKER_PARTS_RANGE_JUDGE_H

#include "worker/parts/part_task.h"
#include "worker/pipeline/keys/key_partitions.h"

//  The range of the task's part, of records of so many fields. Leaves "part-N.answers" in its folder, *out,
//  whose answers are of the numbers of the records in the whole input. DMH_OK; DMH_MALFORMED: what a survey
//  has left is damaged; DMH_CANCELLED; DMH_IO; DMH_INTERNAL; as brought_results_bring.
int range_judge (struct part_task *task, size_t field_count, enum key_choice choice,
                 struct range_judgement *judgement, struct output *out, struct error *error);

#endif
