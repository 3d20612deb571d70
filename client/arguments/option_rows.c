//  option_rows.c: see option_rows.h.
#include "client/arguments/option_rows.h"

struct row {
    unsigned set;
    struct setting setting;
};

static size_t s_pick (const struct row *rows, size_t count, unsigned set, struct setting *out)
{
    size_t picked = 0;
    for (size_t i = 0; i < count; i++)
        if (rows[i].set & (set | 1u << 31))
            out[picked++] = rows[i].setting;
    return picked;
}

//  How much a job may take.
static size_t s_limit_settings (struct arguments *self, unsigned set, struct setting out[OPTION_ROWS_MAX])
{
    const struct row rows[] = {
        {ARGUMENTS_WORK,
         {"record-bytes", "N", "the longest record (16777216)", .number = &self->record_bytes, .least = 4096,
          .most = 256 * 1024 * 1024}},
        {ARGUMENTS_WORK,
         {"output-bytes", "N", "of records, rejects and audit at most (256 MiB and 256 a byte of the input)",
          .number = &self->options.output_bytes, .least = 1, .most = LIMIT_BYTES_MOST}},
        {ARGUMENTS_JOB,
         {"unpacked-bytes", "N",
          "of a compressed input, unpacked, at most (1 GiB and 250 a byte of the file)",
          .number = &self->options.unpacked_bytes, .least = 1, .most = LIMIT_BYTES_MOST}},
        {ARGUMENTS_JOB,
         {"stdin-bytes", "N", "of standard input at most, which is kept in a file (16 GiB)",
          .number = &self->stdin_bytes, .least = 1, .most = LIMIT_BYTES_MOST}},
        {ARGUMENTS_WORK,
         {"job-memory", "BYTES",
          "that each job needs, where its input's size does not tell; see dmh-worker --memory",
          .number = &self->options.job_memory, .least = 1, .most = LIMIT_BYTES_MOST}},
        {ARGUMENTS_WORK | ARGUMENTS_DATASET,
         {"memory", "BYTES",
          "for the keys of each job (half of the host's), a data set's index and sorting variants "
          "(268435456), "
          "beyond which they lie on the disk",
          .number = &self->options.memory, .least = 1024 * 1024, .most = LIMIT_BYTES_MOST}},
        {ARGUMENTS_WORK,
         {"split-bytes", "N",
          "of a part, where a longer CSV or NDJSON is cut for several workers (as the broker has it; 0: "
          "never)",
          .number = &self->split_bytes, .least = 0, .most = LIMIT_BYTES_MOST}},
        {ARGUMENTS_WORK,
         {"time-limit", "SECONDS", "the job fails when it runs for longer (never)",
          .number = &self->options.time_limit, .least = 1, .most = LIMIT_SECONDS_MOST}},
        {ARGUMENTS_WORK,
         {"stall-seconds", "N", "without a byte after which it is tried elsewhere (600)",
          .number = &self->options.stall_seconds, .least = 1, .most = LIMIT_SECONDS_MOST}},
    };
    return s_pick (rows, sizeof rows / sizeof *rows, set, out);
}

//  Which files are inputs, and what of their results is there.
static size_t s_input_settings (struct arguments *self, unsigned set, struct setting out[OPTION_ROWS_MAX])
{
    const struct row rows[] = {
        {ARGUMENTS_INPUTS,
         {"recursive", NULL, "of a folder also what is below it", .flag = &self->recursive}},
        {ARGUMENTS_INPUTS,
         {"files-from", "FILE", "a list of inputs, a line each or ended by NULs; - for standard input",
          .text = &self->files_from}},
        {ARGUMENTS_INPUTS,
         {"base", "DIR", "what the paths of the list are relative to; results keep the tree below it",
          .text = &self->base}},
        {ARGUMENTS_INPUTS | ARGUMENTS_FETCH,
         {"replace", NULL, "a result replaces that of another input", .flag = &self->replace}},
        {ARGUMENTS_INPUTS | ARGUMENTS_FETCH,
         {"skip-done", NULL, "pass over inputs whose result is there and would be the same",
          .flag = &self->skip_done}},
        {ARGUMENTS_INPUTS,
         {"verbose", NULL, "a row for each of many inputs, and the files that were passed over",
          .flag = &self->verbose}},
    };
    return s_pick (rows, sizeof rows / sizeof *rows, set, out);
}

//  What the results of several inputs become together.
static size_t s_table_settings (struct arguments *self, unsigned set, struct setting out[OPTION_ROWS_MAX])
{
    const struct row rows[] = {
        {ARGUMENTS_JOIN,
         {"join", NULL, "one table a kind over all inputs beside their results, in joined/KIND",
          .flag = &self->join}},
        {ARGUMENTS_JOIN,
         {"dataset", "DIR", "add the records to a data set that stays (dmh dataset show DIR)",
          .text = &self->dataset}},
        {ARGUMENTS_THEN,
         {"then", "TASK",
          "what is to be made of the results when all are there: statistics, by a worker in R",
          .words = TASK_STATISTICS, .text = &self->then}},
        {ARGUMENTS_STATISTICS,
         {"reference-individuals", NULL, "of statistics: the persons are reference individuals (CLSI EP28)",
          .flag = &self->reference_individuals}},
    };
    return s_pick (rows, sizeof rows / sizeof *rows, set, out);
}

//  What is said of a job.
static size_t s_job_settings (struct arguments *self, unsigned set, struct setting out[OPTION_ROWS_MAX])
{
    const struct row rows[] = {
        {ARGUMENTS_FOLDER, {"output", "DIR", "where results go", .letter = 'o', .text = &self->folder}},
        {ARGUMENTS_FILE,
         {"output", "FILE", "where the records go; - for standard output", .letter = 'o',
          .text = &self->file}},
        {ARGUMENTS_FILE, {"replace", NULL, "FILE is written over where it is there", .flag = &self->replace}},
        {ARGUMENTS_BATCH,
         {"batch", "NAME", "what all inputs together are called; submitted again, it is the same batch",
          .text = &self->batch}},
        {ARGUMENTS_WAIT, {"wait", NULL, "stay until the jobs have ended", .flag = &self->wait}},
        {ARGUMENTS_JOB,
         {"kind", "KIND",
          "patient, lab_result, imaging_study, sequence or variant (found when absent); of FHIR also "
          "several, or "
          "all",
          .words = "patient,lab_result,imaging_study,sequence,variant,all", .text = &self->kind}},
        {ARGUMENTS_JOB,
         {"schema", "FILE", "a kind of records of your own (dmh schema check FILE)", .text = &self->schema}},
        {ARGUMENTS_JOB,
         {"mapping", "FILE", "which column feeds which field, where dmh would not know",
          .text = &self->mapping}},
        {ARGUMENTS_JOB,
         {"encoding", "NAME", "utf-8, utf-16le, utf-16be, windows-1252 or latin-1 (found when absent)",
          .words = "utf-8,utf-16le,utf-16be,windows-1252,latin-1", .text = &self->encoding}},
        {ARGUMENTS_JOB,
         {"delimiter", "CHAR", "of CSV: a character, or comma, semicolon, tab, pipe … (found when absent)",
          .words = "comma,semicolon,tab,pipe,caret,tilde,colon,space", .text = &self->delimiter}},
        {ARGUMENTS_JOB,
         {"reference", "FASTA", "of VCF and BCF: REF is compared with it, and indels are left-aligned on it",
          .text = &self->reference}},
        {ARGUMENTS_JOB,
         {"contig-style", "STYLE", "of VCF and BCF: chr, plain, refseq or genbank (that of most contigs)",
          .words = "chr,plain,refseq,genbank", .text = &self->contig_style}},
        {ARGUMENTS_JOB,
         {"no-header", NULL, "the first line is a record; columns are column_1, column_2 …",
          .flag = &self->options.no_header}},
    };
    return s_pick (rows, sizeof rows / sizeof *rows, set, out);
}

//  What is done with its records.
static size_t s_work_settings (struct arguments *self, unsigned set, struct setting out[OPTION_ROWS_MAX])
{
    const struct row rows[] = {
        {ARGUMENTS_WORK | ARGUMENTS_DATASET,
         {"format", "FORMAT", "of the records: csv (default), ndjson, fhir, sqlite, fasta or vcf",
          .words = "csv,ndjson,fhir,sqlite,fasta,vcf", .text = &self->format}},
        {ARGUMENTS_WORK,
         {"keep-case", NULL, "letters of sequences in upper and lower case, as the input has them",
          .flag = &self->options.keep_case}},
        {ARGUMENTS_WORK,
         {"date-order", "ORDER", "mdy, dmy or ymd where a column's values do not tell",
          .words = "mdy,dmy,ymd", .text = &self->date_order}},
        {ARGUMENTS_WORK,
         {"decimal", "MARK", "point or comma where a column's numbers do not tell", .words = "point,comma",
          .text = &self->decimal}},
        {ARGUMENTS_WORK,
         {"audit", "HOW", "summary (default), or full: each changed value", .words = "summary,full",
          .text = &self->audit}},
        {ARGUMENTS_WORK,
         {"on-conflict", "WHICH",
          "of records with one key: first, last, newest:FIELD or fail (as the kind has it)",
          .words = "first,last,newest:,fail", .text = &self->on_conflict}},
        {ARGUMENTS_WORK,
         {"fail-on", "CHECK",
          "the job fails when a check of its report does: names or conformance, completeness, plausibility, "
          "any; several with commas",
          .words =
              "conformance,completeness,plausibility,any,value_invalid,date.order_assumed,required_missing,"
              "structure_broken,key_conflict,reference_unmatched,computation_failed,value_missing,record_"
              "duplicate,record.key_repeats,identifier.two_servers,value_implausible,time_implausible",
          .text = &self->fail_on}},
        {ARGUMENTS_WORK,
         {"strict", NULL, "exit with 3 when a record was rejected or in conflict", .flag = &self->strict}},
        {ARGUMENTS_WORK,
         {"threads", "N", "threads of one job (as many as CPUs)", .number = &self->threads, .least = 1,
          .most = 256}},
        {ARGUMENTS_WORK,
         {"block-bytes", "N", "input read at once", .number = &self->block_bytes, .least = 4096,
          .most = 4 * 1024 * 1024}},
        {ARGUMENTS_WORK, {"priority", "N", "higher goes first (0)", .text = &self->priority}},
    };
    return s_pick (rows, sizeof rows / sizeof *rows, set, out);
}

//  What a page shows.
static size_t s_report_settings (struct arguments *self, unsigned set, struct setting out[OPTION_ROWS_MAX])
{
    const struct row rows[] = {
        {ARGUMENTS_REPORT,
         {"output", "FILE",
          "where the page goes, - for standard output (there, where it is no terminal; else report.html "
          "here)",
          .letter = 'o', .text = &self->file}},
        {ARGUMENTS_REPORT,
         {"format", "FORMAT", "html or markdown (by the ending of FILE, or html)", .words = "html,markdown",
          .text = &self->page_format}},
        {ARGUMENTS_REPORT,
         {"with-values", NULL,
          "show what stands in records, too: before and after, outliers, exact counts; without it the page "
          "can be mailed",
          .flag = &self->with_values}},
        {ARGUMENTS_REPORT,
         {"loader", "FOR", "instead of the page the code that loads the records: pandas, duckdb, r or sql",
          .words = "pandas,duckdb,r,sql", .text = &self->loader}},
    };
    return s_pick (rows, sizeof rows / sizeof *rows, set, out);
}

//  Where records go besides.
static size_t s_load_settings (struct arguments *self, unsigned set, struct setting out[OPTION_ROWS_MAX])
{
    const struct row rows[] = {
        {ARGUMENTS_LOAD,
         {"load", "URI", "results go into this database, too: postgresql://USER@HOST/DATABASE",
          .text = &self->load}},
        {ARGUMENTS_LOAD,
         {"load-schema", "NAME", "the schema there whose tables they go into", .text = &self->load_schema}},
    };
    return s_pick (rows, sizeof rows / sizeof *rows, set, out);
}

//  The broker, and which of its jobs.
static size_t s_broker_settings (struct arguments *self, unsigned set, struct setting out[OPTION_ROWS_MAX])
{
    const struct row rows[] = {
        {ARGUMENTS_LIST,
         {"state", "STATE", "only queued, running, done, failed or cancelled jobs",
          .words = "queued,running,done,failed,cancelled", .text = &self->state}},
        {ARGUMENTS_LIST,
         {"batch", "BATCH", "only the jobs of that batch (its id or name), in their order",
          .text = &self->batch}},
        {ARGUMENTS_LIST,
         {"since", "TIME", "only jobs submitted since: a date, a date with a time, or 24h, 7d ago",
          .text = &self->since}},
        {ARGUMENTS_RETRY,
         {"failed", NULL, "of a batch, or of all jobs, those that have failed", .flag = &self->failed}},
        {ARGUMENTS_LIST,
         {"limit", "N", "as many jobs at most (32)", .number = &self->limit, .least = 1, .most = 100000}},
        {ARGUMENTS_BROKER,
         {"broker", "ENDPOINT",
          "the broker's front, or a list with commas (DMH_BROKER, or this user's own broker here)",
          .text = &self->broker}},
        {ARGUMENTS_BROKER,
         {"timeout", "SECONDS", "how long an answer may take (5)", .number = &self->timeout, .least = 1,
          .most = 3600}},
        {ARGUMENTS_BROKER,
         {"key", "FILE", "your key, for a broker that has keys (DMH_KEY); see dmh keys", .text = &self->key}},
        {ARGUMENTS_BROKER,
         {"server-key", "FILE", "the broker's server.pub, or its public key (DMH_SERVER_KEY)",
          .text = &self->server_key}},
        {ARGUMENTS_TRANSFER,
         {"transfer", "HOW",
          "files go through the broker: auto (where a disk is not shared), always or never",
          .words = "auto,always,never", .text = &self->transfer}},
    };
    return s_pick (rows, sizeof rows / sizeof *rows, set, out);
}

//  Workers that come and go.
static size_t s_worker_settings (struct arguments *self, unsigned set, struct setting out[OPTION_ROWS_MAX])
{
    const struct row rows[] = {
        {ARGUMENTS_WORKERS,
         {"on", "ENGINE", "launch, scale: where: local, ssh, slurm or kubernetes",
          .words = "local,ssh,slurm,kubernetes", .text = &self->on}},
        {ARGUMENTS_WORKERS,
         {"count", "N", "launch: so many workers (1)", .number = &self->count, .least = 1, .most = 1000}},
        {ARGUMENTS_WORKERS,
         {"slots", "N", "launch, scale: jobs at once of each (8)", .number = &self->slots, .least = 1,
          .most = 64}},
        {ARGUMENTS_WORKERS,
         {"threads", "N", "launch, scale: threads of each (one a CPU; on kubernetes 1)",
          .number = &self->threads, .least = 1, .most = 256}},
        {ARGUMENTS_WORKERS,
         {"memory", "BYTES", "launch, scale: that the jobs of each may need together (any job)",
          .number = &self->memory, .least = 64 * 1024 * 1024, .most = LIMIT_BYTES_MOST}},
        {ARGUMENTS_WORKERS,
         {"data-root", "DIR", "launch, scale: where inputs may be, there", .text = &self->data_root}},
        {ARGUMENTS_WORKERS,
         {"results", "DIR", "launch, scale: where results are kept, there", .text = &self->results}},
        {ARGUMENTS_WORKERS,
         {"back", "ENDPOINT", "launch, scale: the broker's back, as workers reach it (as the broker says)",
          .text = &self->back}},
        {ARGUMENTS_WORKERS,
         {"keys", "DIR", "launch, scale: the folder of the broker's keys ($XDG_CONFIG_HOME/dmh/keys)",
          .text = &self->keys}},
        {ARGUMENTS_WORKERS,
         {"start-seconds", "N", "launch, scale: workers have so long to register (60)",
          .number = &self->start_seconds, .least = 1, .most = 86400}},
        {ARGUMENTS_WORKERS,
         {"hosts", "FILE", "--on ssh: the hosts, a line HOST [SLOTS] each", .text = &self->hosts}},
        {ARGUMENTS_WORKERS,
         {"ssh-config", "FILE", "--on ssh: a configuration for ssh (its own)", .text = &self->ssh_config}},
        {ARGUMENTS_WORKERS,
         {"sbatch", "OPTIONS", "--on slurm: further options of sbatch, in quotes", .text = &self->sbatch}},
        {ARGUMENTS_WORKERS,
         {"image", "IMAGE", "--on kubernetes: with dmh-worker, see deploy/Dockerfile", .text = &self->image}},
        {ARGUMENTS_WORKERS,
         {"namespace", "NAME", "--on kubernetes: the namespace (of the context)", .text = &self->space}},
        {ARGUMENTS_WORKERS,
         {"kubeconfig", "FILE",
          "--on kubernetes: the cluster and who asks (KUBECONFIG, ~/.kube/config, a "
          "pod's account)",
          .text = &self->kubeconfig}},
        {ARGUMENTS_WORKERS,
         {"context", "NAME", "--on kubernetes: of the kubeconfig (its current one)", .text = &self->context}},
        {ARGUMENTS_WORKERS,
         {"min", "A", "scale: so many workers always (0)", .number = &self->min, .least = 0, .most = 1000}},
        {ARGUMENTS_WORKERS,
         {"max", "B", "scale: so many workers at most", .number = &self->max, .least = 1, .most = 1000}},
        {ARGUMENTS_WORKERS,
         {"idle-seconds", "N", "scale: without a job, after which a worker may go (60)",
          .number = &self->idle_seconds, .least = 0, .most = 86400}},
        {ARGUMENTS_WORKERS, {"all", NULL, "drain: all workers that are registered", .flag = &self->all}},
        {ARGUMENTS_WORKERS, {"no-wait", NULL, "return at once, not when it is so", .flag = &self->no_wait}},
    };
    return s_pick (rows, sizeof rows / sizeof *rows, set, out);
}

//  Keys, and what a result is checked by.
static size_t s_proof_settings (struct arguments *self, unsigned set, struct setting out[OPTION_ROWS_MAX])
{
    const struct row rows[] = {
        {ARGUMENTS_KEYS,
         {"keys", "DIR", "the folder of the keys ($XDG_CONFIG_HOME/dmh/keys)", .text = &self->keys}},
        {ARGUMENTS_KEYS,
         {"rights", "RIGHTS", "new: allow it here, too: client, worker, observer, admin …",
          .words = "client,worker,observer,admin,client-all,gateway", .text = &self->rights}},
        {ARGUMENTS_KEYS,
         {"sign", NULL, "new: a pair that signs results, for --sign-key", .flag = &self->sign}},
        {ARGUMENTS_VERIFY,
         {"input", "FILE", "read the input again and follow each of its records", .text = &self->input}},
        {ARGUMENTS_VERIFY,
         {"digest", NULL, "print the line to keep elsewhere: the SHA-256 of report.json",
          .flag = &self->digest}},
        {ARGUMENTS_VERIFY,
         {"job", "JOB", "compare with what the broker keeps of that job", .text = &self->job}},
        {ARGUMENTS_VERIFY,
         {"verify-key", "FILE", "check report.json.sig: the NAME.verify.pem of who signed",
          .text = &self->verify_key}},
        {ARGUMENTS_SIGN,
         {"sign-key", "FILE", "sign each report.json (dmh keys new --sign NAME)", .text = &self->sign_key}},
    };
    return s_pick (rows, sizeof rows / sizeof *rows, set, out);
}

size_t option_rows (struct arguments *self, unsigned set, struct setting out[OPTION_ROWS_MAX])
{
    size_t count = s_input_settings (self, set, out);
    count += s_job_settings (self, set, out + count);
    count += s_work_settings (self, set, out + count);
    count += s_table_settings (self, set, out + count);
    count += s_load_settings (self, set, out + count);
    count += s_limit_settings (self, set, out + count);
    count += s_report_settings (self, set, out + count);
    count += s_broker_settings (self, set, out + count);
    count += s_worker_settings (self, set, out + count);
    count += s_proof_settings (self, set, out + count);
    const struct row rows[] = {
        {ARGUMENTS_INSPECT,
         {"write-mapping", "FILE", "write what was found as a mapping to edit",
          .text = &self->write_mapping}},
        {ARGUMENTS_INSPECT,
         {"min-count", "N", "show no value that stands in fewer records (5)", .number = &self->min_count,
          .least = 2, .most = 1000000000}},
        {ARGUMENTS_QUIET, {"quiet", NULL, "no progress and no table", .letter = 'q', .flag = &self->quiet}},
        {~0u, {"json", NULL, "one JSON object a line on standard output", .flag = &self->json}},
        {ARGUMENTS_LOG,
         {"log-format", "WORD", "text or json", .words = "text,json", .text = &self->log_format}},
        {ARGUMENTS_LOG,
         {"log-level", "WORD", "debug, info, warning, error or none (none)",
          .words = "debug,info,warning,error,none", .text = &self->log_level}},
        {~0u, {"help", NULL, "this page", .letter = 'h', .flag = &self->help}},
        {~0u, {"version", NULL, "the version", .letter = 'V', .flag = &self->version}},
    };
    return count + s_pick (rows, sizeof rows / sizeof *rows, set, out + count);
}
