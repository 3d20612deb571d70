#  statistics_patients.R: the persons of the patient tables: their ages by sex, and how complete the columns
#  of all tables are.

AGE_STEP <- 10

#  The day on which ages are told: the one that was asked for; else the end of the latest month in which at
#  least five persons have results; else the day of the job that wrote the patients.
ages_day <- function(results, input, options) {
  if (!is.na(options$on))
    return(time_read(options$on)$day)
  rows <- unique(results$rows[!is.na(results$rows$month) & !is.na(results$rows$person),
                              c("month", "person")])
  months <- table(rows$month)
  months <- sort(as.character(names(months)[months >= TOLD_LEAST]), method = "radix")
  if (length(months) > 0)
    return(month_end(months[length(months)]))
  days <- vapply(input, function(table) {
    report <- attr(table, "report")
    finished <- if (is.list(report) && is.list(report$timing)) report$timing$finished_at
    if (is.character(finished) && length(finished) == 1) time_read(finished)$day else NA_real_
  }, 0)
  if (all(is.na(days))) NA_real_ else max(days, na.rm = TRUE)
}

month_end <- function(month) {
  year <- as.numeric(substr(month, 1, 4))
  number <- as.numeric(substr(month, 6, 7))
  days_from(year, number, month_length(year, number))
}

#  Ages in steps of ten years, by sex; of who has died, the age at death.
ages_count <- function(persons, results, input, options) {
  on <- ages_day(results, input, options)
  end <- pmin(on, ifelse(is.na(persons$death), on, persons$death))
  age <- years_between(persons$birth, end)
  step <- age %/% AGE_STEP
  known <- sort(unique(step[!is.na(step)]))
  steps <- if (length(known) > 0) seq(known[1], known[length(known)]) else numeric()
  sexes <- c("female", "male", "other", "unknown")
  counts <- unclass(table(factor(step, steps), factor(persons$sex, sexes)))
  counts <- rbind(counts, unclass(table(factor(persons$sex[is.na(step)], sexes))))
  told <- told_cells(counts)
  columns <- function(cells, end) stats::setNames(
    as.data.frame(unname(cbind(cells, rowSums(cells)))), paste0(c(sexes, "all"), end))
  frame <- data.frame(age = c(sprintf("%d to %d", steps * AGE_STEP, steps * AGE_STEP + AGE_STEP - 1), "unknown"),
                      columns(counts, ""), columns(told$low, ".low"), columns(told$high, ".high"))
  attr(frame, "counts") <- c(sexes, "all")
  attr(frame, "on") <- if (is.na(on)) NA_character_ else format(as.Date(on, origin = "1970-01-01"))
  frame
}

#  How many records have something in each column (those that datapackage.json names, where it is known).
completeness_count <- function(input, options) {
  rows <- lapply(seq_along(input), function(i) {
    table <- input[[i]]
    known <- attr(table, "columns")$name
    lapply(which(names(table) %in% known | is.null(known)), function(k) {
      column <- table[[k]]
      missing <- is.na(column)
      if (is.character(column))
        missing <- missing | column == ""
      cells <- c(filled = sum(!missing), missing = sum(missing))
      told <- told_cells(cells)
      c(list(table = names(input)[i], kind = table_kind(table), column = text_clean(names(table)[k])),
        as.list(cells), list(filled.low = told$low[[1]], filled.high = told$high[[1]],
                             missing.low = told$low[[2]], missing.high = told$high[[2]]))
    })
  })
  frame <- rows_bind(unlist(rows, recursive = FALSE),
                     list(table = "", kind = "", column = "", filled = 0, missing = 0, filled.low = 0,
                          filled.high = 0, missing.low = 0, missing.high = 0), c("filled", "missing"))
  exact <- options$values | (frame$filled.low == frame$filled.high & frame$missing.low == frame$missing.high)
  frame$percent <- ifelse(exact & frame$filled + frame$missing > 0,
                          100 * frame$filled / (frame$filled + frame$missing), NA)
  frame
}
