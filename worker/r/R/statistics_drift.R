#  statistics_drift.R: whether a test drifts: an exponentially weighted moving average (EWMA) of its months,
#  of all analyzers and by each.

EWMA_LAMBDA <- 0.2
EWMA_WIDTH <- 3
EWMA_MONTHS_LEAST <- 6
EWMA_COLUMNS <- c("ewma", "lower", "upper")

#  y: one number a month, in their order. center, sigma: the mean and standard deviation of y while nothing
#  drifts. Returns a frame of ewma, lower and upper, a row each; the limits widen as the weights add up.
ewma <- function(y, center, sigma, lambda = EWMA_LAMBDA, width = EWMA_WIDTH) {
  z <- Reduce(function(before, now) lambda * now + (1 - lambda) * before, y, center, accumulate = TRUE)[-1]
  t <- seq_along(y)
  half <- width * sigma * sqrt(lambda / (2 - lambda) * (1 - (1 - lambda)^(2 * t)))
  data.frame(ewma = as.numeric(z), lower = center - half, upper = center + half)
}

#  The standard deviation of single observations by their mean moving range (d2 = 1.128 for two).
moving_sigma <- function(y) {
  mean(abs(diff(y))) / 1.128
}

#  The months of some rows of one test: those of at least five results of five persons have a mean.
drift_months <- function(rows) {
  months <- sort(unique(rows$month), method = "radix")
  by_month <- split(seq_len(nrow(rows)), factor(rows$month, months))
  people <- vapply(by_month, function(at) persons_of(rows$person[at]), 0)
  means <- vapply(by_month, function(at) {
    y <- rows$value[at]
    mu <- huber(y)$mu
    if (is.na(mu)) stats::median(y) else mu
  }, 0)
  means[people < TOLD_LEAST] <- NA
  data.frame(month = months, results = lengths(by_month, use.names = FALSE), mean = unname(means))
}

#  With the EWMA of the months that have a mean; no limits of fewer than six of them, or where none differs.
drift_chart <- function(months) {
  months[EWMA_COLUMNS] <- NA_real_
  months$beyond <- NA
  at <- which(!is.na(months$mean))
  y <- months$mean[at]
  if (length(y) >= EWMA_MONTHS_LEAST && moving_sigma(y) > 0) {
    chart <- ewma(y, mean(y), moving_sigma(y))
    months[at, EWMA_COLUMNS] <- chart
    months$beyond[at] <- chart$ewma < chart$lower | chart$ewma > chart$upper
  }
  months
}

drift_rows <- function(rows, analyzer, told) {
  months <- drift_chart(drift_months(rows))
  cells <- function(side) rowSums(told[[side]][months$month, unique(rows$analyzer), drop = FALSE])
  data.frame(analyzer = rep(analyzer, nrow(months)), month = months$month, results = months$results,
             results.low = cells("low"), results.high = cells("high"),
             months[c("mean", EWMA_COLUMNS, "beyond")], row.names = NULL)
}

test_drift <- function(rows) {
  rows <- rows[!rows$withdrawn & !is.na(rows$value) & rows$side == 0, ]
  rows$analyzer[rows$analyzer == ""] <- "unknown"
  rows$month[is.na(rows$month)] <- "unknown"
  told <- told_cells(unclass(table(byte_factor(rows$month), byte_factor(rows$analyzer))))
  rows <- rows[rows$month != "unknown", ]
  analyzers <- sort(unique(rows$analyzer), method = "radix")
  if (nrow(rows) == 0)
    return(NULL)
  if (length(analyzers) == 1)
    return(drift_rows(rows, if (analyzers == "unknown") "all" else analyzers, told))
  each <- lapply(analyzers, function(analyzer) drift_rows(rows[rows$analyzer == analyzer, ], analyzer, told))
  do.call(rbind, c(list(drift_rows(rows, "all", told)), each))
}

drift_find <- function(results) {
  rows <- lapply(seq_len(nrow(results$groups)), function(i) {
    drift <- test_drift(group_rows(results, i))
    if (!is.null(drift))
      cbind(as.data.frame(group_columns(results, i), stringsAsFactors = FALSE), drift, row.names = NULL)
  })
  frame <- do.call(rbind, rows)
  if (is.null(frame))
    frame <- data.frame(test_code = character(), test_code_system = character(), test_name = character(),
                        unit = character(), analyzer = character(), month = character(),
                        results = numeric(), results.low = numeric(), results.high = numeric(),
                        mean = numeric(), ewma = numeric(), lower = numeric(), upper = numeric(),
                        beyond = logical())
  attr(frame, "counts") <- "results"
  frame
}
