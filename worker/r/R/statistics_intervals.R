#  statistics_intervals.R: the central 95 % of each test by sex and age group, by CLSI EP28-A3c: from 120
#  persons by ranks, from 20 by the robust method of Horn and Pesce, below that none.

PERSONS_FOR_RANKS <- 120
PERSONS_FOR_ROBUST <- 20
BOOTSTRAP_ROUNDS <- 500
BOOTSTRAP_SEED <- 20010301

#  The ranks, from each end, between which lies the true 2.5th percentile with a confidence of 90 %: EP28's
#  table 8, by the binomial distribution. Returns c(low, high).
confidence_ranks <- function(n) {
  c(stats::qbinom(0.05, n, 0.025), stats::qbinom(0.95, n, 0.025) + 1)
}

interval_none <- function(reason) {
  list(method = "none", reason = reason, lower = NA_real_, lower_low = NA_real_, lower_high = NA_real_,
       upper = NA_real_, upper_low = NA_real_, upper_high = NA_real_, rank_low = NA_real_,
       rank_high = NA_real_)
}

#  By ranks: what falls on censored values is NA.
interval_ranks <- function(value, side) {
  n <- length(value)
  limits <- quantiles_censored(value, side, c(0.025, 0.975), type = 6)
  ranks <- confidence_ranks(n)
  at <- of_censored(value, side, function(y) y[c(ranks, n + 1 - rev(ranks))])
  reason <- if (anyNA(limits)) "a limit falls on censored values" else ""
  list(method = "non-parametric", reason = reason, lower = limits[1], lower_low = at[1], lower_high = at[2],
       upper = limits[2], upper_low = at[3], upper_high = at[4], rank_low = ranks[1], rank_high = ranks[2])
}

#  The median of each row of a matrix whose rows are sorted.
sorted_median <- function(x) {
  n <- ncol(x)
  (x[, (n + 1) %/% 2] + x[, n %/% 2 + 1]) / 2
}

rows_sort <- function(x) {
  matrix(x[order(row(x), x, method = "radix")], nrow(x), byrow = TRUE)
}

#  The spread of a biweight: `u` holds the distances in units of the tuning constant; a row each sample.
biweight_spread <- function(u, n) {
  w <- 1 - u^2
  w[w < 0] <- 0
  top <- rowSums(u^2 * w^4)
  bottom <- rowSums(w * (1 - 5 * u^2))
  sqrt(n * top / (bottom * pmax(1, bottom - 1)))
}

#  The robust method of Horn and Pesce (EP28-A3c, appendix B) for each row of x, which is sorted: a matrix of
#  two columns, the limits. NA where more than half of the values of a row are equal.
robust_limits <- function(x) {
  n <- ncol(x)
  median <- sorted_median(x)
  mad <- sorted_median(rows_sort(abs(x - median))) / 0.6745
  usable <- mad > 0
  mad[!usable] <- 1
  center <- median
  for (round in seq_len(1000)) {
    w <- 1 - ((x - center) / (3.7 * mad))^2
    w[w < 0] <- 0
    moved <- rowSums(x * w^2) / rowSums(w^2)
    done <- all(abs(moved - center) <= 1e-9 * mad)
    center <- moved
    if (done)
      break
  }
  far <- 205.6 * mad
  wide <- far * biweight_spread((x - median) / far, n)
  near <- 3.7 * mad
  scale <- 3.7 * near * biweight_spread((x - median) / near, n)
  error <- scale * biweight_spread((x - center) / scale, 1)
  half <- stats::qt(0.975, n - 1) * sqrt(wide^2 + error^2)
  limits <- cbind(center - half, center + half)
  limits[!usable, ] <- NA
  limits
}

#  Which of n sorted values stand in each bootstrap sample: a matrix, a sorted row a sample; the same for
#  every n. R's own state of random numbers stays as it is.
bootstrap_samples <- function(n) {
  old <- if (exists(".Random.seed", globalenv(), inherits = FALSE)) get(".Random.seed", globalenv())
  on.exit(if (is.null(old)) rm(".Random.seed", envir = globalenv())
          else assign(".Random.seed", old, globalenv()))
  set.seed(BOOTSTRAP_SEED, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
  rows_sort(matrix(sample.int(n, n * BOOTSTRAP_ROUNDS, replace = TRUE), ncol = n))
}

interval_robust <- function(value, side) {
  if (any(side != 0))
    return(interval_none("censored values"))
  value <- sort(value)
  limits <- robust_limits(matrix(value, 1))[1, ]
  if (anyNA(limits))
    return(interval_none("more than half of the values are equal"))
  samples <- bootstrap_samples(length(value))
  boot <- robust_limits(matrix(value[samples], nrow(samples)))
  confidence <- apply(boot, 2, stats::quantile, probs = c(0.05, 0.95), na.rm = TRUE, names = FALSE)
  reason <- if (limits[1] < 0 && value[1] >= 0) "the values are skewed: the lower limit is below 0" else ""
  list(method = "robust", reason = reason, lower = limits[1], lower_low = confidence[1, 1],
       lower_high = confidence[2, 1], upper = limits[2], upper_low = confidence[1, 2],
       upper_high = confidence[2, 2], rank_low = NA_real_, rank_high = NA_real_)
}

#  The interval of one group of persons: a value and a side of each.
interval_of <- function(value, side) {
  n <- length(value)
  if (n < PERSONS_FOR_ROBUST)
    interval_none(paste("fewer than", PERSONS_FOR_ROBUST, "persons"))
  else if (n < PERSONS_FOR_RANKS)
    interval_robust(value, side)
  else
    interval_ranks(value, side)
}

#  One value a person: the earliest with a number, an undated one after all that are dated.
one_a_person <- function(rows) {
  use <- rows[!rows$withdrawn & !is.na(rows$value) & !is.na(rows$person), ]
  use[!duplicated(use$person), ]
}

SEXES <- c("female", "male", "other")

#  The groups of persons of one test: all, by sex, by age, by both.
interval_groups <- function(rows, breaks) {
  sexes <- intersect(SEXES, rows$sex)
  bands <- sort(setdiff(unique(rows$band), 0))
  groups <- expand.grid(band = c(0, bands), sex = c("all", sexes), stringsAsFactors = FALSE)
  lapply(seq_len(nrow(groups)), function(i) {
    band <- groups$band[i]
    sex <- groups$sex[i]
    list(sex = sex, age = if (band == 0) "all" else age_label(band, breaks),
         members = (sex == "all" | rows$sex == sex) & (band == 0 | rows$band == band))
  })
}

test_intervals <- function(rows, options) {
  rows <- one_a_person(rows)
  leaf <- paste(rows$sex, rows$band)
  leaves <- sort(unique(leaf), method = "radix")
  told <- told_cells(tabulate(match(leaf, leaves), length(leaves)))
  censored <- told_cells(tabulate(match(leaf[rows$side != 0], leaves), length(leaves)))
  lapply(interval_groups(rows, options$age_breaks), function(group) {
    n <- sum(group$members)
    in_it <- leaves %in% leaf[group$members]
    whole <- n == nrow(rows)
    c(list(sex = group$sex, age = group$age, persons = n,
           persons.low = if (whole) n else sum(told$low[in_it]),
           persons.high = if (whole) n else sum(told$high[in_it]),
           censored = sum(rows$side[group$members] != 0), censored.low = sum(censored$low[in_it]),
           censored.high = sum(censored$high[in_it])),
      interval_of(rows$value[group$members], rows$side[group$members]))
  })
}

intervals_find <- function(results, options) {
  rows <- lapply(seq_len(nrow(results$groups)), function(i) {
    statistics_progress()
    lapply(test_intervals(group_rows(results, i), options), function(row) c(group_columns(results, i), row))
  })
  like <- c(list(test_code = "", test_code_system = "", test_name = "", unit = "", sex = "", age = "", persons = 0,
                 persons.low = 0, persons.high = 0, censored = 0, censored.low = 0, censored.high = 0),
            interval_none(""))
  rows_bind(unlist(rows, recursive = FALSE), like, c("persons", "censored"))
}
