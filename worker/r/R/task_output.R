# task_output.R: what a task returned, as files of a folder. Knows no broker.

FILES_MOST <- 28L

#' Calls a task on results that lie here
#'
#' @param folders Folders of results (as `dmh run` leaves them), or of folders of results.
#' @param out The folder for the files, which must not be there or be empty.
#' @param task A function of a list of data frames, see the package's README.
#' @param options What the task finds in `attr(input, "options")`.
#' @return The paths of the files, invisibly.
task_run <- function(folders, out, task = statistics_task, options = list(reference_individuals = FALSE)) {
  input <- do.call(c, lapply(folders, read_tables))
  if (length(input) == 0L) stop("there is no result with records in ", paste(folders, collapse = ", "), call. = FALSE)
  if (length(list.files(out, all.files = TRUE, no.. = TRUE))) stop(out, " is not empty", call. = FALSE)
  dir.create(out, showWarnings = FALSE, recursive = TRUE)
  invisible(write_output(call_task(task, input, options), out))
}

call_task <- function(task, input, options) {
  attr(input, "options") <- options
  output <- task(input)
  if (!is.list(output) || !all(names(output) %in% c("tables", "plots", "document")))
    stop("the task has to return a list of tables, plots and document", call. = FALSE)
  output
}

# Returns the paths. The folder is there.
write_output <- function(output, folder) {
  before <- Sys.umask("077")
  on.exit(Sys.umask(before))
  tables <- checked_names(output$tables, "tables")
  plots <- checked_names(output$plots, "plots")
  if (length(tables) + length(plots) + 1L > FILES_MOST)
    stop("the task returned ", length(tables), " tables and ", length(plots), " plots; a result has at most ",
      FILES_MOST, " files", call. = FALSE)
  paths <- c(
    vapply(names(tables), function(name) write_table(tables[[name]], file.path(folder, paste0(name, ".csv"))), ""),
    vapply(names(plots), function(name) write_plot(plots[[name]], file.path(folder, paste0(name, ".svg"))), "")
  )
  if (!is.null(output$document)) paths <- c(paths, write_document(output$document, file.path(folder, "statistics.json")))
  unname(paths)
}

checked_names <- function(things, what) {
  if (length(things) == 0L) return(list())
  if (!is.list(things) || is.data.frame(things) || is.null(names(things)) || anyDuplicated(names(things)) ||
    !all(grepl("^[a-z0-9][a-z0-9_-]{0,99}$", names(things))))
    stop("the names of ", what, " have to be of the letters a to z, digits, _ and -, each once", call. = FALSE)
  things
}

write_table <- function(table, path) {
  stopifnot(is.data.frame(table))
  cells <- lapply(table, cell_texts)
  lines <- c(paste(quoted(names(table)), collapse = ","), if (nrow(table)) do.call(paste, c(unname(cells), sep = ",")))
  write_lines(lines, path)
}

# Numbers have the digits that they need, 15 at most; missing ones nothing.
cell_texts <- function(column) {
  text <- if (is.numeric(column) && !inherits(column, c("Date", "POSIXct", "difftime"))) {
    sprintf("%.15g", as.numeric(column))
  } else if (is.logical(column)) {
    tolower(as.character(column))
  } else if (inherits(column, "POSIXct")) {
    format(column, "%Y-%m-%dT%H:%M:%SZ", tz = "UTC")
  } else {
    quoted(as.character(column))
  }
  text[is.na(column)] <- ""
  text
}

quoted <- function(text) {
  needs <- grepl("[\",\r\n]", text)
  text[needs] <- paste0("\"", gsub("\"", "\"\"", text[needs], fixed = TRUE), "\"")
  text
}

write_lines <- function(lines, path) {
  file <- file(path, "wb")
  on.exit(close(file))
  writeLines(enc2utf8(lines), file, sep = "\n", useBytes = TRUE)
  path
}

write_plot <- function(plot, path) {
  made <- if (is.function(plot)) plot(path) else plot
  if (!file.exists(path)) {
    if (!is.character(made)) stop("a plot has to be SVG, or a function that writes it", call. = FALSE)
    write_lines(made, path)
  }
  path
}

write_document <- function(document, path) {
  text <- jsonlite::toJSON(document, auto_unbox = TRUE, digits = 15, na = "null", null = "null", pretty = TRUE, Date = "ISO8601",
    POSIXt = "ISO8601", UTC = TRUE, dataframe = "rows", rownames = FALSE)
  write_lines(as.character(text), path)
}
