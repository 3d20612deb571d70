# work.R: a worker at a broker. The session with it (heartbeats, files, results) runs beside R, in C; here each job's task is
# called, one after the other.

#' Serves jobs until it is told to end
#'
#' Registers with a broker as a worker that does one task, and calls `task` for each job of that task: once for each attempt.
#' Returns at SIGTERM, when the broker drains it, and at an interrupt. See the package's README for what a task is.
#'
#' @param broker The broker's back, as of `dmh-worker --broker`: `tcp://HOST:5571`, several with commas. NULL: what the environment
#'   names as DMH_WORKER_BROKER, else this user's own broker here.
#' @param task A function of a list of data frames.
#' @param name The task's name, which jobs ask for.
#' @param worker What the broker knows the worker by, no two alike. NULL: of host, pid and chance.
#' @param results The folder where results are kept, one folder an attempt. NULL: as of `dmh-worker`.
#' @param key,server_key Key files for a broker that has keys.
#' @param data_root Folders in which results of other workers may be read, with commas; as of `dmh-worker --data-root`.
#' @param sign_key A key that signs each `report.json`.
#' @param drain_seconds At SIGTERM a job that runs has so long to finish; else it is queued again at once.
#' @param log_format,log_level As of `dmh-worker`; lines on standard error.
#' @return How many jobs were done, invisibly.
work <- function(broker = NULL, task = statistics_task, name = "statistics", worker = NULL, results = NULL, key = NULL,
                 server_key = NULL, data_root = NULL, sign_key = NULL, drain_seconds = 0, log_format = "text", log_level = "info") {
  stopifnot(is.function(task), is.character(name), length(name) == 1L, grepl("^[a-z0-9_-]{1,31}$", name))
  given <- list(broker = broker %||% environment_word("DMH_WORKER_BROKER"), task = name, name = worker, results = path_of(results),
    key = path_of(key %||% environment_word("DMH_KEY")), server_key = path_of(server_key %||% environment_word("DMH_SERVER_KEY")),
    data_root = data_root, sign_key = path_of(sign_key), log_format = log_format, log_level = log_level)
  .Call(worker_open, lapply(Filter(Negate(is.null), given), as.character), as.numeric(drain_seconds))
  on.exit(.Call(worker_close))
  done <- 0
  serve <- function() {
    repeat {
      job <- .Call(worker_next)
      if (is.null(job)) return(TRUE)
      done <<- done + do_job(job, task)
    }
  }
  # An interrupt that was meant for a job may come when that is over.
  repeat {
    ended <- tryCatch(serve(), interrupt = function(e) !.Call(worker_interrupted))
    if (ended) break
  }
  invisible(done)
}

# One attempt: 1 when it is done, else 0.
do_job <- function(job, task) {
  records <- 0
  message <- tryCatch(
    {
      tables <- do.call(c, Map(read_tables, job$folders, job$sources))
      if (length(tables) == 0L) stop("none of the results that the job follows has records", call. = FALSE)
      tables <- stats::setNames(tables, vapply(tables, attr, "", which = "source"))
      records <- sum(vapply(tables, nrow, 0L))
      write_output(call_task(task, tables, list(reference_individuals = job$reference_individuals)), job$out)
      NULL
    },
    error = sentence_of,
    interrupt = function(e) {
      if (!.Call(worker_interrupted)) stop(e)
      "it was interrupted"
    }
  )
  .Call(worker_answer, message, records)
  as.numeric(is.null(message))
}

# One line, that says where it happened as far as R tells.
sentence_of <- function(condition) {
  text <- trimws(gsub("[[:space:]]+", " ", conditionMessage(condition)))
  if (nchar(text) == 0L) "the task failed and said nothing" else substr(enc2utf8(text), 1L, 400L)
}

#' The task gets on
#'
#' A task that takes long says so now and then: a job that does not get on for its `stall_seconds` is taken from its worker.
task_progress <- function() invisible(.Call(worker_moved))

environment_word <- function(name) {
  word <- Sys.getenv(name)
  if (nzchar(word)) word else NULL
}

path_of <- function(path) if (is.null(path)) NULL else path.expand(path)
