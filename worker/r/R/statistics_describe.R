#  statistics_describe.R: each test in each of its units: counts, quantiles, robust mean and SD, outliers.

QUANTILES <- c(0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975)

#  What is known of f of values of which some are censored (side -1: at most the value; 1: at least; 0: it).
#  f does not fall when a value grows: where it is the same with each as low and as high as it may be, that is
#  it; else it is NA.
of_censored <- function(value, side, f) {
  least <- most <- value
  least[side < 0] <- -Inf
  most[side > 0] <- Inf
  found <- f(sort(least))
  found[!is.finite(found) | found != f(sort(most))] <- NA
  found
}

quantiles_censored <- function(value, side, probs, type = 7) {
  if (length(value) == 0)
    return(rep(NA_real_, length(probs)))
  of_censored(value, side, function(y) suppressWarnings(stats::quantile(y, probs, type = type, names = FALSE)))
}

#  Huber's M estimator of location with the MAD as scale, as MASS::huber has it.
#  Returns list(mu, s); mu is NA where more than half of the values are equal and others are not.
huber <- function(y, k = 1.5, tolerance = 1e-06) {
  y <- sort(y[is.finite(y)])
  if (length(y) == 0)
    return(list(mu = NA_real_, s = NA_real_))
  mu <- stats::median(y)
  s <- stats::mad(y)
  if (s == 0)
    return(list(mu = if (y[1] == y[length(y)]) mu else NA_real_, s = s))
  for (round in seq_len(1000)) {
    next_mu <- sum(pmin(pmax(mu - k * s, y), mu + k * s)) / length(y)
    if (abs(mu - next_mu) < tolerance * s)
      break
    mu <- next_mu
  }
  list(mu = mu, s = s)
}

#  Tukey's fences: boxplot.stats's hinges, and 1.5 times the width between them.
tukey_fences <- function(y) {
  hinges <- stats::fivenum(y)[c(2, 4)]
  hinges + c(-1.5, 1.5) * (hinges[2] - hinges[1])
}

#  The lambda of Box and Cox that is the likeliest, between -3 and 3; NA unless all values are above 0 and
#  not all are equal. The profile likelihood is that of MASS::boxcox for y ~ 1.
boxcox_lambda <- function(y) {
  if (length(y) < 3 || any(y <= 0) || min(y) == max(y))
    return(NA_real_)
  runs <- rle(sort(y))
  n <- length(y)
  logs <- log(runs$values)
  logs <- logs - sum(logs * runs$lengths) / n  # in units of the geometric mean
  likelihood <- function(lambda) {
    z <- if (abs(lambda) < 1e-8) logs else expm1(lambda * logs) / lambda
    center <- sum(z * runs$lengths) / n
    -n / 2 * log(sum((z - center)^2 * runs$lengths) / n)
  }
  stats::optimize(likelihood, c(-3, 3), maximum = TRUE, tol = 1e-7)$maximum
}

#  Horn's fences: Tukey's of the transformed values, transformed back. NA, NA where there is no lambda; a
#  fence that no value can reach is infinite.
horn_fences <- function(y) {
  lambda <- boxcox_lambda(y)
  if (is.na(lambda))
    return(c(NA_real_, NA_real_))
  scale <- exp(mean(log(sort(y))))
  z <- log(y / scale)
  if (abs(lambda) >= 1e-8)
    z <- expm1(lambda * z) / lambda
  fences <- tukey_fences(z)
  if (abs(lambda) < 1e-8)
    return(exp(fences) * scale)
  base <- 1 + lambda * fences
  back <- suppressWarnings(exp(log(base) / lambda)) * scale
  if (base[1] <= 0)
    back[1] <- if (lambda > 0) 0 else Inf
  if (base[2] <= 0)
    back[2] <- if (lambda > 0) 0 else Inf
  back
}

persons_of <- function(person) {
  length(unique(person[!is.na(person)]))
}

#  How many results are of which kind: each is of one.
kinds_count <- function(rows) {
  number <- !rows$withdrawn & !is.na(rows$value)
  text <- !rows$withdrawn & is.na(rows$value) & rows$text
  c(numbers = sum(number & rows$side == 0), below_limit = sum(number & rows$side < 0),
    above_limit = sum(number & rows$side > 0), texts = sum(text),
    missing = sum(!rows$withdrawn & is.na(rows$value) & !rows$text), withdrawn = sum(rows$withdrawn))
}

test_describe <- function(rows, options) {
  kinds <- kinds_count(rows)
  told <- told_cells(kinds)
  use <- rows[!rows$withdrawn & !is.na(rows$value), ]
  y <- sort(use$value[use$side == 0])
  people <- persons_of(use$person[use$side == 0])
  shown <- options$values || people >= TOLD_LEAST
  all_people <- persons_of(use$person)
  quantiles <- quantiles_censored(use$value, use$side, QUANTILES)
  if (!options$values)
    quantiles[!told_share(QUANTILES, all_people)] <- NA
  robust <- if (shown) huber(y) else list(mu = NA_real_, s = NA_real_)
  enough <- length(y) >= 5
  tukey <- if (enough) tukey_fences(y) else c(NA, NA)
  horn <- if (enough) horn_fences(y) else c(NA, NA)
  wide <- options$values || told_share(0.25, people)
  fence <- function(fences, i) if (wide && is.finite(fences[i])) fences[i] else NA_real_
  beyond <- function(fences) if (anyNA(fences)) NA_real_ else sum(y < fences[1] | y > fences[2])
  c(list(results = sum(kinds)), as.list(kinds), stats::setNames(as.list(told$low), paste0(names(kinds), ".low")),
    stats::setNames(as.list(told$high), paste0(names(kinds), ".high")), list(persons = all_people),
    list(minimum = if (options$values && length(y)) y[1] else NA_real_,
         maximum = if (options$values && length(y)) y[length(y)] else NA_real_),
    stats::setNames(as.list(quantiles), quantile_names(QUANTILES)),
    list(robust_mean = robust$mu, robust_sd = robust$s,
         tukey_low = fence(tukey, 1), tukey_high = fence(tukey, 2), tukey_outliers = beyond(tukey),
         horn_low = fence(horn, 1), horn_high = fence(horn, 2), horn_outliers = beyond(horn)))
}

quantile_names <- function(probs) {
  paste0("p", gsub(".", "_", format(100 * probs, trim = TRUE, drop0trailing = TRUE), fixed = TRUE))
}

#  The columns that say of which test a row is.
group_columns <- function(results, i) {
  list(test_code = results$groups$code[i], test_code_system = results$groups$system[i],
       test_name = results$groups$name[i], unit = results$groups$unit[i])
}

#  Rows, each a list of the same names, as a frame; `like` is what a row looks like where there is none.
rows_bind <- function(rows, like, counts) {
  frame <- if (length(rows) == 0) as.data.frame(like, stringsAsFactors = FALSE)[0, , drop = FALSE]
  else {
    columns <- lapply(stats::setNames(nm = names(rows[[1]])), function(name)
      unlist(lapply(rows, `[[`, name), use.names = FALSE))
    as.data.frame(columns, stringsAsFactors = FALSE)
  }
  attr(frame, "counts") <- counts
  frame
}

TEST_COUNTS <- c("results", "numbers", "below_limit", "above_limit", "texts", "missing", "withdrawn",
                 "persons", "tukey_outliers", "horn_outliers")

tests_describe <- function(results, options) {
  rows <- lapply(seq_len(nrow(results$groups)), function(i)
    c(group_columns(results, i), test_describe(group_rows(results, i), options)))
  like <- c(list(test_code = "", test_code_system = "", test_name = "", unit = ""), test_describe(results$rows[0, ], options))
  rows_bind(rows, like, TEST_COUNTS)
}
