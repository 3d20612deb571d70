# client.R: harmonizes, submits and fetches by the program dmh, which knows how. What it says is not read but as JSON.

#' Harmonizes inputs here, without a broker
#'
#' @param inputs Paths of files or folders.
#' @param output A folder for the results; NULL: one for as long as this R session lasts.
#' @param ... Options of `dmh run`, with `_` for `-`: `date_order = "dmy"`, `strict = TRUE`.
#' @param program The program dmh; NULL: DMH_PROGRAM, or `dmh` on the PATH.
#' @return The records: a data frame, of several results a list of them. See [dmh_records()].
dmh_run <- function(inputs, output = NULL, ..., program = NULL) {
  folder <- path_of(output) %||% tempfile("dmh-")
  said <- program_json(c("run", option_words(list(...)), "--json", "--quiet", "-o", folder, "--", path_of(inputs)), program)
  folders <- unlist(lapply(said, function(line) line[["folder"]]))
  tables <- do.call(c, lapply(folders, read_tables))
  if (length(tables) == 1L) tables[[1L]] else tables
}

#' Sends inputs to a broker
#'
#' @param inputs Paths of files or folders.
#' @param ... Options of `dmh submit`, with `_` for `-`.
#' @param broker The broker's front; NULL: DMH_BROKER, or this user's own broker here.
#' @param key,server_key Key files for a broker that has keys.
#' @param program As of [dmh_run()].
#' @return The ids of the jobs, a character vector named by the inputs.
dmh_submit <- function(inputs, ..., broker = NULL, key = NULL, server_key = NULL, program = NULL) {
  where <- list(broker = broker, key = path_of(key), server_key = path_of(server_key))
  said <- program_json(c("submit", option_words(c(list(...), where)), "--json", "--", path_of(inputs)), program)
  said <- Filter(function(line) nzchar(line[["job"]] %||% ""), said)
  stats::setNames(vapply(said, function(line) line[["job"]], ""), vapply(said, function(line) line[["input"]] %||% line[["name"]], ""))
}

#' Waits until jobs have ended
#'
#' @param jobs Ids of jobs, or names of batches.
#' @param broker,key,server_key,program As of [dmh_submit()].
#' @return A data frame, a row a job: job, name, state, kind, read, written, duplicates, conflicts, rejected, code and message.
dmh_wait <- function(jobs, broker = NULL, key = NULL, server_key = NULL, program = NULL) {
  where <- option_words(list(broker = broker, key = path_of(key), server_key = path_of(server_key)))
  program_json(c("watch", where, "--json", "--quiet", "--", jobs), program, fine = c(0L, 1L, 3L))
  said <- program_json(c("status", where, "--json", "--", jobs), program)
  jobs_of <- function(line) {
    if (!is.null(line[["job"]])) return(list(line))
    program_json(c("list", where, "--json", "--limit=100000", paste0("--batch=", line[["batch"]])), program)
  }
  said <- do.call(c, lapply(said, jobs_of))
  text <- function(key) vapply(said, function(line) as.character(line[[key]] %||% NA), "")
  number <- function(key) vapply(said, function(line) as.numeric(line[["counts"]][[key]] %||% NA), 0)
  data.frame(job = text("job"), name = text("name"), state = text("state"), kind = text("kind"), read = number("read"),
    written = number("written"), duplicates = number("duplicates"), conflicts = number("conflicts"), rejected = number("rejected"),
    code = text("code"), message = text("message"))
}

#' Brings the results of jobs here
#'
#' @param jobs Ids of jobs, or names of batches; jobs that have not ended are waited for.
#' @param output A folder; NULL: one for as long as this R session lasts.
#' @param broker,key,server_key,program As of [dmh_submit()].
#' @return The folder.
dmh_fetch <- function(jobs, output = NULL, broker = NULL, key = NULL, server_key = NULL, program = NULL) {
  folder <- path_of(output) %||% tempfile("dmh-")
  where <- option_words(list(broker = broker, key = path_of(key), server_key = path_of(server_key)))
  program_json(c("watch", where, "--json", "--quiet", "--", jobs), program, fine = c(0L, 1L, 3L))
  program_json(c("fetch", where, "--json", "--quiet", "-o", folder, "--", jobs), program)
  folder
}

#' The report of a result
#'
#' @param result As of [dmh_records()].
#' @param ... As of [dmh_records()].
#' @return `report.json` as a list; of several results a list of them.
dmh_report <- function(result, ...) {
  stopifnot(is.character(result), length(result) == 1L)
  folder <- if (dir.exists(result)) result else dmh_fetch(result, ...)
  paths <- list.files(folder, "^report\\.json$", recursive = TRUE, full.names = TRUE)
  if (length(paths) == 0L) stop("there is no report.json in ", folder, call. = FALSE)
  reports <- lapply(paths, read_json)
  if (length(reports) == 1L) reports[[1L]] else stats::setNames(reports, basename(dirname(paths)))
}

program_path <- function(program) {
  named <- program %||% environment_word("DMH_PROGRAM") %||% "dmh"
  found <- unname(Sys.which(path.expand(named)))
  if (!nzchar(found)) stop("the program dmh is not on PATH; install it, or give program= or DMH_PROGRAM", call. = FALSE)
  found
}

# date_order = "dmy" is --date-order=dmy, strict = TRUE is --strict; NULL and FALSE are nothing, several values have commas.
option_words <- function(options) {
  options <- Filter(function(value) !is.null(value) && !identical(value, FALSE), options)
  if (length(options) && (is.null(names(options)) || !all(nzchar(names(options))))) stop("options need names", call. = FALSE)
  words <- Map(function(name, value) {
    word <- paste0("--", gsub("_", "-", name, fixed = TRUE))
    if (isTRUE(value)) word else paste0(word, "=", paste(value, collapse = ","))
  }, names(options), options)
  unlist(words, use.names = FALSE)
}

# The objects that the program prints, a line each. What it complains of is the error.
program_json <- function(words, program, fine = 0L) {
  complaints <- tempfile("dmh-")
  on.exit(unlink(complaints))
  said <- suppressWarnings(system2(program_path(program), shQuote(words), stdout = TRUE, stderr = complaints))
  status <- attr(said, "status") %||% 0L
  if (!status %in% fine) {
    sentence <- sub("^dmh: ", "", utils::tail(readLines(complaints, encoding = "UTF-8", warn = FALSE), 1L))
    stop(if (length(sentence)) sentence else paste("dmh", words[[1L]], "ended with", status), call. = FALSE)
  }
  lines <- said[startsWith(said, "{")]
  lapply(lines, function(line) jsonlite::fromJSON(line, simplifyVector = FALSE))
}
