#  statistics_task.R: the task that comes with the package: tables in, a document, tables and pictures out.
#  Pure: it reads and writes no file, no clock and no network, and the same input gives the same bytes,
#  whatever the order of its rows.

#  What an option is when it is not given.
STATISTICS_OPTIONS <- list(
  reference_individuals = FALSE,  # the user says that the persons are reference individuals (CLSI EP28)
  values = FALSE,                 # tables may hold rows of persons, extremes and counts below 5
  age_breaks = c(0, 1, 6, 12, 18, 40, 65, 80),  # years; a group begins at each
  on = NA,                        # "YYYY-MM-DD": the day on which ages of patients are told
  pictures = 6                    # tests that are drawn: those with the most results
)

statistics_options <- function(given) {
  options <- STATISTICS_OPTIONS
  unknown <- setdiff(names(given), names(options))
  if (length(unknown) > 0)
    stop("the statistics know no option '", unknown[1], "'", call. = FALSE)
  options[names(given)] <- given
  for (name in c("reference_individuals", "values"))
    if (!isTRUE(options[[name]]) && !isFALSE(options[[name]]))
      stop("the option '", name, "' is true or false", call. = FALSE)
  breaks <- suppressWarnings(as.numeric(unlist(options$age_breaks)))
  if (length(breaks) == 0 || anyNA(breaks) || any(diff(breaks) <= 0) || breaks[1] < 0)
    stop("the option 'age_breaks' is a list of years in rising order", call. = FALSE)
  options$age_breaks <- breaks
  options$on <- as.character(options$on)[1]
  if (!is.na(options$on) && is.na(time_read(options$on)$day))
    stop("the option 'on' is a day: YYYY-MM-DD", call. = FALSE)
  pictures <- suppressWarnings(as.integer(options$pictures)[1])
  options$pictures <- if (is.na(pictures)) 0L else max(0L, pictures)
  options
}

interval_name <- function(options) {
  if (options$reference_individuals) "reference interval (CLSI EP28)"
  else "central 95 % interval of this file"
}

#  How each number was found, in words.
statistics_methods <- function(options) {
  list(
    quantiles = "R type 7; a censored value counts by its rank, and a quantile that falls on one is left out",
    robust_mean = "Huber's M estimator, k = 1.5, scale by the MAD, of the values without a comparator",
    robust_sd = "1.4826 times the MAD of the values without a comparator",
    tukey = "beyond 1.5 times the width between the hinges",
    horn = "Tukey's fences after a Box-Cox transformation (Horn), of values above 0",
    interval = paste0(
      "the ", interval_name(options), ": one value a person, the earliest; from 120 persons the ranks ",
      "0.025 (n + 1) and 0.975 (n + 1), with 90 % confidence limits by order statistics (CLSI EP28-A3c); ",
      "from 20 persons the robust method of Horn and Pesce, with 90 % confidence limits by ",
      BOOTSTRAP_ROUNDS, " seeded bootstrap samples; below 20 persons none. No outlier was removed."),
    drift = "EWMA of the months' Huber means, lambda 0.2, limits at 3 standard deviations by the mean moving range",
    deltas = "consecutive results of a test in a patient; limits: median and 4 times 1.4826 MAD of the differences",
    counts = if (options$values) "as they are"
             else "counts from 1 to 4 read <5, and a sum that would give one away is a range"
  )
}

#  input: named list of data frames, one a table, each with the attributes "kind", "source" (its name for
#  people) and "report" (report.json as a list), where they are known. options: see STATISTICS_OPTIONS.
#  Returns list(document = for statistics.json, tables = named list of data frames, plots = named list of
#  SVG texts); the names are those of files, without their endings.
statistics_task <- function(input, options = attr(input, "options")) {
  options <- statistics_options(options)
  if (!is.list(input) || is.data.frame(input) || !all(vapply(input, is.data.frame, NA)))
    stop("the input of the statistics is a list of data frames", call. = FALSE)
  input <- tables_name(input)
  persons <- persons_take(input)
  results <- results_take(input, persons, options)
  frames <- statistics_frames(input, persons, results, options)
  tables <- lapply(frames, told_frame, values = options$values)
  plots <- pictures_draw(results, frames, options)
  document <- c(
    list(format = "dmh-statistics/1", values = options$values,
         reference_individuals = options$reference_individuals, interval_name = interval_name(options),
         methods = statistics_methods(options), ages_on = attr(frames$ages, "on"),
         inputs = inputs_list(input)),
    lapply(tables, counts_mixed),
    list(pictures = unname(lapply(plots, function(plot) plot[c("name", "kind", "title", "description")]))))
  list(document = document, tables = tables,
       plots = stats::setNames(lapply(plots, `[[`, "svg"), vapply(plots, `[[`, "", "name")))
}

#  A worker tells its broker that it gets on.
statistics_progress <- function() {
  if (exists("task_progress", mode = "function"))
    tryCatch(task_progress(), error = function(e) NULL)
}

statistics_frames <- function(input, persons, results, options) {
  frames <- list()
  if (any(vapply(input, table_kind, "") == "lab_result")) {
    frames$tests <- tests_describe(results, options)
    statistics_progress()
    frames$intervals <- intervals_find(results, options)
    frames$drift <- drift_find(results)
    frames$deltas <- deltas_find(results)
    if (options$values)
      frames$delta_flags <- deltas_flagged(results, frames$deltas)
  }
  if (any(vapply(input, table_kind, "") == "patient"))
    frames$ages <- ages_count(persons, results, input, options)
  frames$completeness <- completeness_count(input, options)
  frames
}

inputs_list <- function(input) {
  lapply(seq_along(input), function(i)
    list(name = names(input)[i], kind = table_kind(input[[i]]), records = nrow(input[[i]])))
}

#  A frame for JSON: a count that is told exactly is a number there, another one its text.
counts_mixed <- function(frame) {
  for (name in attr(frame, "counts")) {
    text <- frame[[name]]
    if (is.character(text) && all(is.na(text) | grepl("^[0-9]+$", text)))
      frame[[name]] <- as.numeric(text)
    else if (is.character(text))
      frame[[name]] <- lapply(text, function(count) if (grepl("^[0-9]+$", count)) as.numeric(count) else count)
  }
  attr(frame, "counts") <- NULL
  frame
}
