//  option_rows.h: the options of dmh, a row each: name, what it takes, its line of help, and where in struct
//  arguments its value goes. Checks nothing but the bounds of numbers.
#ifndef DMH_CLIENT_ARGUMENTS_OPTION_ROWS_H
#define DMH_CLIENT_ARGUMENTS_OPTION_ROWS_H

#include "messages/job.h"
#include "messages/settings/settings.h"

//  Which options a command takes.
enum arguments_set {
    ARGUMENTS_JOB = 1,          //  --kind --mapping --schema --encoding --delimiter --no-header
                                //  --unpacked-bytes --stdin-bytes
    ARGUMENTS_WORK = 2,         //  --kind … --format --date-order --audit --strict --fail-on --record-bytes
                                //  --output-bytes
                                //  --threads --block-bytes --priority
    ARGUMENTS_BROKER = 4,       //  --broker --timeout --key --server-key
    ARGUMENTS_WAIT = 8,         //  --wait
    ARGUMENTS_FOLDER = 16,      //  --output DIR
    ARGUMENTS_LOG = 32,         //  --log-format --log-level
    ARGUMENTS_LIST = 64,        //  --state --limit --batch BATCH --since
    ARGUMENTS_QUIET = 128,      //  --quiet
    ARGUMENTS_INSPECT = 256,    //  --write-mapping --min-count
    ARGUMENTS_KEYS = 512,       //  --keys --rights --sign
    ARGUMENTS_TRANSFER = 1024,    //  --transfer
    ARGUMENTS_FILE = 2048,        //  --output FILE --replace
    ARGUMENTS_VERIFY = 4096,      //  --input --digest --job --verify-key
    ARGUMENTS_SIGN = 8192,        //  --sign-key
    ARGUMENTS_INPUTS = 16384,     //  --recursive --files-from --base --replace --skip-done --verbose
    ARGUMENTS_FETCH = 32768,      //  --replace --skip-done
    ARGUMENTS_WORKERS =
        1 << 24,    //  --all --no-wait --on --count --slots --threads --data-root --results --back
                    //  --start-seconds --keys DIR --hosts --ssh-config --sbatch --min --max --idle-seconds
                    //  --memory --image --namespace --kubeconfig --context
    ARGUMENTS_LOAD = 1 << 23,          //  --load --load-schema
    ARGUMENTS_REPORT = 1 << 22,        //  -o FILE --format --with-values --loader
    ARGUMENTS_JOIN = 65536,            //  --join --dataset
    ARGUMENTS_DATASET = 131072,        //  --format --memory
    ARGUMENTS_THEN = 1 << 18,          //  --then TASK
    ARGUMENTS_STATISTICS = 1 << 19,    //  --reference-individuals
    ARGUMENTS_BATCH = 1 << 20,         //  --batch NAME
    ARGUMENTS_RETRY = 1 << 21          //  --failed
};                                     //  --json, --help and --version always

enum { KINDS_MAX = 5 };

//  Whether files go through the broker: where a disk is not shared, always or never.
enum transfer_mode { TRANSFER_AUTO, TRANSFER_ALWAYS, TRANSFER_NEVER };

struct arguments {
    const char *kind, *fail_on, *on_conflict, *mapping, *schema, *reference, *contig_style, *write_mapping,
        *format, *date_order, *decimal, *encoding, *delimiter, *audit, *priority, *folder, *broker,
        *log_format, *log_level, *state, *key, *server_key, *keys, *rights, *transfer, *file, *input, *job,
        *sign_key, *verify_key, *files_from, *base, *page_format, *loader, *dataset, *batch, *since, *load,
        *load_schema, *on, *back, *data_root, *results, *hosts, *ssh_config, *sbatch, *image, *space,
        *kubeconfig, *context, *then;
    uint64_t split_bytes;    //  SPLIT_BYTES_UNSAID: as the broker has it
    uint64_t threads, block_bytes, record_bytes, timeout, limit, min_count, stdin_bytes, memory, count, slots,
        start_seconds, min, max, idle_seconds;
    bool strict, join, json, quiet, wait, help, version, digest, sign, recursive, replace, skip_done, verbose,
        with_values, all, no_wait, reference_individuals;
    bool failed;                     //  retry: all that have
    int64_t since_ms;                //  of `since`; 0: not said
    bool folders;                    //  an INPUT may be one
    bool sizes;                      //  of INPUTs are for a broker, which splits what is large
    const char *kinds[KINDS_MAX];    //  of several, each a job of its own; one alone is in `options`
    size_t kind_count;
    enum transfer_mode transfer_mode;
    struct options options;    //  from the above, with the mapping's and the schema's text
    const char **words;        //  what is no option; borrowed words, the array is owned
    size_t word_count;
};

enum { OPTION_ROWS_MAX = 128 };

//  Of split_bytes: nobody has said it.
#define SPLIT_BYTES_UNSAID UINT64_MAX

//  Those of `set`, a bit mask of enum arguments_set, as help shows them; their number. `out` points into
//  `self`.
size_t option_rows (struct arguments *self, unsigned set, struct setting out[OPTION_ROWS_MAX]);

#endif
