#  statistics_deltas.R: delta checks: how much a test changes from one result of a patient to the next, and
#  which changes lie beyond the file's own robust limits.

DELTA_WIDTH <- 4
DELTA_PAIRS_LEAST <- 20

#  Consecutive dated results of one patient: of results at the same instant, the last stands for it.
delta_pairs <- function(rows) {
  rows <- rows[!rows$withdrawn & !is.na(rows$value) & rows$side == 0 & !is.na(rows$person) &
                 !is.na(rows$second), ]
  n <- nrow(rows)
  if (n < 2)
    return(data.frame(patient = character(), person = numeric(), from = numeric(), to = numeric(),
                      before = numeric(), after = numeric(), change = numeric(), percent = numeric()))
  here <- seq_len(n - 1)
  here <- here[rows$person[here] == rows$person[here + 1] & rows$second[here] < rows$second[here + 1]]
  before <- rows$value[here]
  after <- rows$value[here + 1]
  data.frame(patient = rows$patient[here], person = rows$person[here], from = rows$second[here],
             to = rows$second[here + 1], before = before, after = after, change = after - before,
             percent = ifelse(before == 0, NA, 100 * (after - before) / abs(before)))
}

#  Median and 4 robust SD on either side; NA where there are too few, or where more than half are equal.
delta_limits <- function(change) {
  change <- change[!is.na(change)]
  if (length(change) < DELTA_PAIRS_LEAST)
    return(c(NA_real_, NA_real_))
  s <- stats::mad(change)
  if (s == 0)
    return(c(NA_real_, NA_real_))
  stats::median(change) + c(-1, 1) * DELTA_WIDTH * s
}

beyond_limits <- function(x, limits) {
  !is.na(x) & !anyNA(limits) & (x < limits[1] | x > limits[2])
}

test_deltas <- function(rows) {
  pairs <- delta_pairs(rows)
  people <- persons_of(pairs$person)
  enough <- people >= TOLD_LEAST
  change <- if (enough) delta_limits(pairs$change) else c(NA_real_, NA_real_)
  percent <- if (enough) delta_limits(pairs$percent) else c(NA_real_, NA_real_)
  middle <- function(x) if (enough && any(!is.na(x))) stats::median(x, na.rm = TRUE) else NA_real_
  list(pairs = nrow(pairs), persons = people, median_days = middle((pairs$to - pairs$from) / 86400),
       median_change = middle(pairs$change), change_low = change[1], change_high = change[2],
       flagged = if (anyNA(change)) NA_real_ else sum(beyond_limits(pairs$change, change)),
       median_percent = middle(pairs$percent), percent_low = percent[1], percent_high = percent[2],
       flagged_percent = if (anyNA(percent)) NA_real_ else sum(beyond_limits(pairs$percent, percent)))
}

deltas_find <- function(results) {
  rows <- lapply(seq_len(nrow(results$groups)), function(i)
    c(group_columns(results, i), test_deltas(group_rows(results, i))))
  like <- c(list(test_code = "", test_code_system = "", test_name = "", unit = ""), test_deltas(results$rows[0, ]))
  rows_bind(rows, like, c("pairs", "persons", "flagged", "flagged_percent"))
}

instant_text <- function(second) {
  format(as.POSIXct(second, origin = "1970-01-01", tz = "UTC"), "%Y-%m-%dT%H:%M:%S")
}

#  The pairs themselves, for who may see rows of persons.
deltas_flagged <- function(results, deltas) {
  rows <- lapply(seq_len(nrow(results$groups)), function(i) {
    pairs <- delta_pairs(group_rows(results, i))
    by_change <- beyond_limits(pairs$change, c(deltas$change_low[i], deltas$change_high[i]))
    by_percent <- beyond_limits(pairs$percent, c(deltas$percent_low[i], deltas$percent_high[i]))
    at <- which(by_change | by_percent)
    lapply(at, function(k) c(group_columns(results, i), list(
      patient_id = pairs$patient[k], from = instant_text(pairs$from[k]), to = instant_text(pairs$to[k]),
      before = pairs$before[k], after = pairs$after[k], change = pairs$change[k],
      percent = pairs$percent[k], beyond_change = by_change[k], beyond_percent = by_percent[k])))
  })
  like <- list(test_code = "", test_code_system = "", test_name = "", unit = "", patient_id = "", from = "", to = "", before = 0,
               after = 0, change = 0, percent = 0, beyond_change = NA, beyond_percent = NA)
  rows_bind(unlist(rows, recursive = FALSE), like, character())
}
