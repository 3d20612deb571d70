# records.R: the records of a result's folder as a data frame with the types of datapackage.json. Knows no broker.

#' The records of a result as a data frame
#'
#' @param result The folder of a result, or a job's id (or a batch's name) at a broker, whose result is fetched first.
#' @param ... Of a job: `broker`, `key`, `server_key` and `program` as of [dmh_submit()].
#' @return A data frame with attributes `kind`, `source`, `report` and `columns`; of several results a list of them.
dmh_records <- function(result, ...) {
  stopifnot(is.character(result), length(result) == 1L)
  folder <- if (dir.exists(result)) result else dmh_fetch(result, ...)
  tables <- read_tables(folder)
  if (length(tables) == 0L) stop("there is no result with records in ", folder, call. = FALSE)
  if (length(tables) == 1L) tables[[1L]] else tables
}

# All tables below a folder: the result that it is, or those of its folders.
read_tables <- function(folder, source = NULL) {
  if (file.exists(file.path(folder, "datapackage.json"))) {
    table <- read_result(folder, source)
    return(stats::setNames(list(table), attr(table, "source")))
  }
  below <- list.dirs(folder, recursive = FALSE)
  below <- below[!startsWith(basename(below), ".")]
  do.call(c, lapply(below, read_tables, source = source))
}

read_json <- function(path) jsonlite::fromJSON(path, simplifyVector = FALSE)

# One result, its types and where it is from.
read_result <- function(folder, source = NULL) {
  package <- read_json(file.path(folder, "datapackage.json"))
  report_path <- file.path(folder, "report.json")
  report <- if (file.exists(report_path)) read_json(report_path) else list()
  resource <- resource_of_records(package, folder)
  columns <- columns_of(resource)
  path <- file.path(folder, basename(resource[["path"]]))
  texts <- switch(as.character(resource[["format"]]),
    csv = read_csv_texts(path, columns),
    ndjson = read_ndjson_texts(path, columns),
    stop("records as ", resource[["format"]], " cannot be read as a table; harmonize with --format csv or ndjson", call. = FALSE)
  )
  table <- typed_table(texts, columns)
  attr(table, "kind") <- as.character(report[["job"]][["kind"]] %||% "")
  attr(table, "source") <- as.character(source %||% report[["input"]][["name"]] %||% package[["name"]] %||% basename(folder))
  attr(table, "report") <- report
  attr(table, "columns") <- columns
  table
}

`%||%` <- function(a, b) if (is.null(a)) b else a

resource_of_records <- function(package, folder) {
  named <- Filter(function(resource) identical(resource[["name"]], "records"), package[["resources"]])
  if (length(named) == 0L) stop(folder, "/datapackage.json names no records", call. = FALSE)
  named[[1L]]
}

# name, type, title; a type of dmh's own where a column mixes dates and times.
columns_of <- function(resource) {
  fields <- resource[["schema"]][["fields"]]
  word <- function(key) vapply(fields, function(field) as.character(field[[key]] %||% ""), "")
  if (length(fields) == 0L) stop("the records are no table of columns", call. = FALSE)
  data.frame(name = word("name"), type = vapply(fields, type_of, ""), title = word("title"))
}

type_of <- function(field) {
  if (!identical(field[["dmh"]][["type"]], "datetime")) return(as.character(field[["type"]] %||% "string"))
  forms <- unlist(field[["dmh"]][["forms"]])
  if (length(forms) == 0L) "string" else if (length(forms) > 1L) "mixed" else forms
}

# A list of character vectors, one a column, in order.
read_csv_texts <- function(path, columns) {
  found <- utils::read.csv(path,
    colClasses = "character", na.strings = "", check.names = FALSE, encoding = "UTF-8", quote = "\"",
    comment.char = "", strip.white = FALSE, blank.lines.skip = FALSE
  )
  if (!identical(names(found), columns$name)) stop(basename(path), " has other columns than datapackage.json", call. = FALSE)
  as.list(found)
}

read_ndjson_texts <- function(path, columns) {
  lines <- readLines(path, encoding = "UTF-8", warn = FALSE)
  rows <- lapply(lines, jsonlite::fromJSON, simplifyVector = FALSE, bigint_as_char = TRUE)
  as_text <- function(value) if (is.null(value)) NA_character_ else if (is.logical(value)) tolower(value) else format(value, digits = 15)
  stats::setNames(lapply(columns$name, function(name) vapply(rows, function(row) as_text(row[[name]]), "")), columns$name)
}

typed_table <- function(texts, columns) {
  table <- list()
  for (i in seq_along(texts)) {
    name <- columns$name[[i]]
    table[[name]] <- typed(texts[[i]], columns$type[[i]])
    if (columns$type[[i]] == "mixed" && !paste0(name, "_date") %in% columns$name)
      table[[paste0(name, "_date")]] <- as.Date(substr(texts[[i]], 1L, 10L), format = "%Y-%m-%d")
  }
  structure(table, class = "data.frame", row.names = .set_row_names(length(texts[[1L]])))
}

# What does not read as its type stays text: nothing is lost silently.
typed <- function(text, type) {
  value <- switch(type,
    number = suppressWarnings(as.numeric(text)),
    integer = integers(text),
    boolean = c(true = TRUE, false = FALSE)[text],
    date = as.Date(text, format = "%Y-%m-%d"),
    local = as.POSIXct(text, format = "%Y-%m-%dT%H:%M:%OS", tz = "UTC"),
    datetime = ,
    offset = with_offset(text),
    text
  )
  if (identical(is.na(text), unname(is.na(value)))) unname(value) else text
}

integers <- function(text) {
  number <- suppressWarnings(as.numeric(text))
  if (all(is.na(number) | abs(number) <= .Machine$integer.max)) as.integer(number) else number
}

with_offset <- function(text) {
  plain <- sub("([+-][0-9]{2}):([0-9]{2})$", "\\1\\2", sub("Z$", "+0000", text))
  as.POSIXct(plain, format = "%Y-%m-%dT%H:%M:%OS%z", tz = "UTC")
}
