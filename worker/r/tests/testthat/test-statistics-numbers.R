#  The numbers against R's own, MASS's, and published examples.

test_that("quantiles are R's type 7, and a censored value counts by its rank", {
  y <- c(3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5)
  expect_equal(quantiles_censored(y, rep(0, 11), QUANTILES), unname(quantile(y, QUANTILES, type = 7)))
  #  <2 is below all: the median stays the median of 11 values.
  expect_equal(quantiles_censored(c(2, y), c(-1, rep(0, 11)), 0.5), median(c(-Inf, y)))
  expect_equal(quantiles_censored(c(8, 8, y), c(1, 1, rep(0, 11)), 0.5), median(c(Inf, Inf, y)))
  #  It falls on a censored value, or <5 may be on either side of it.
  expect_true(is.na(quantiles_censored(c(1, 1, 1, 7), c(-1, -1, -1, 0), 0.25)))
  expect_true(is.na(quantiles_censored(c(50, 1:5), c(-1, rep(0, 5)), 0.5)))
  expect_equal(quantiles_censored(c(50, rep(7, 5)), c(-1, rep(0, 5)), 0.5), 7)
})

test_that("Huber's mean is MASS's", {
  skip_if_not_installed("MASS")
  set.seed(1)
  for (y in list(rnorm(50), rlnorm(301), c(rnorm(30), 1e6), c(1, 2, 3, 4, 100)))
    expect_equal(huber(y), MASS::huber(y), tolerance = 1e-9)
  expect_equal(huber(rep(7, 9)), list(mu = 7, s = 0))
  expect_true(is.na(huber(c(rep(7, 9), 8))$mu))
  expect_true(is.na(huber(numeric())$mu))
})

test_that("Tukey's fences are those of boxplot.stats", {
  set.seed(2)
  for (n in c(5, 6, 7, 8, 101)) {
    y <- rlnorm(n)
    fences <- tukey_fences(y)
    expect_equal(sort(y[y < fences[1] | y > fences[2]]), sort(boxplot.stats(y)$out))
  }
})

test_that("Box and Cox's lambda is the likeliest of MASS's profile, and Horn's fences are Tukey's back", {
  skip_if_not_installed("MASS")
  set.seed(3)
  for (y in list(rlnorm(200), rgamma(150, 3), 10 + rnorm(100), round(rlnorm(300, 2, 0.3), 1))) {
    profile <- MASS::boxcox(y ~ 1, lambda = seq(-3, 3, 0.001), plotit = FALSE)
    lambda <- boxcox_lambda(y)
    expect_lt(abs(lambda - profile$x[which.max(profile$y)]), 0.002)
    expect_equal(boxcox_lambda(y * 88.4), lambda, tolerance = 1e-4)
    fences <- tukey_fences(if (abs(lambda) < 1e-8) log(y) else (y^lambda - 1) / lambda)
    back <- (1 + lambda * fences)^(1 / lambda)
    at <- is.finite(back)
    expect_equal(horn_fences(y)[at], back[at], tolerance = 1e-6)
  }
  expect_true(is.na(boxcox_lambda(c(0, 1, 2))))
  expect_true(is.na(boxcox_lambda(c(2, 2, 2))))
  #  Of a lognormal sample Tukey names many in the tail that Horn does not.
  y <- rlnorm(1000)
  expect_gt(sum(y > tukey_fences(y)[2]), 3 * sum(y > horn_fences(y)[2]))
})

#  CLSI EP28-A3c, table 8: from which n on the ranks are these (the first rows, and some further ones).
test_that("the ranks of the confidence limits are EP28's", {
  table <- rbind(c(119, 1, 7), c(132, 1, 7), c(133, 1, 8), c(160, 1, 8), c(161, 1, 9), c(187, 1, 9),
                 c(188, 2, 9), c(189, 2, 9), c(190, 2, 10), c(218, 2, 10), c(219, 2, 11), c(240, 2, 11))
  for (i in seq_len(nrow(table)))
    expect_equal(confidence_ranks(table[i, 1]), table[i, 2:3], info = paste("n =", table[i, 1]))
})

#  CLSI EP28-A3c, table 4: calcium in serum (mg/dL) of 240 medical students.
calcium <- data.frame(
  value = c(8.8, 8.9, 9, 9.1, 9.2, 9.3, 9.4, 9.5, 9.6, 9.7, 9.8, 9.9, 10, 10.1, 10.2, 10.3, 10.4, 10.6),
  women = c(1, 2, 1, 3, 11, 11, 8, 16, 16, 26, 8, 7, 3, 2, 3, 2, 0, 0),
  men = c(0, 0, 0, 2, 1, 8, 6, 11, 12, 13, 16, 14, 7, 10, 11, 7, 1, 1))
women <- rep(calcium$value, calcium$women)
men <- rep(calcium$value, calcium$men)

test_that("EP28's example has EP28's limits and confidence limits", {
  both <- interval_ranks(c(women, men), rep(0, 240))
  expect_equal(unlist(both[c("lower", "upper")], use.names = FALSE), c(9.1, 10.3), tolerance = 1e-12)
  expect_equal(unlist(both[c("lower_low", "lower_high", "upper_low", "upper_high")], use.names = FALSE),
               c(8.9, 9.2, 10.3, 10.4))
  of_women <- interval_of(women, rep(0, 120))
  expect_equal(of_women$method, "non-parametric")
  expect_equal(c(of_women$lower, of_women$upper), c(8.9, 10.2), tolerance = 0.005)
  expect_equal(c(of_women$lower_low, of_women$lower_high, of_women$upper_low, of_women$upper_high),
               c(8.8, 9.1, 10.1, 10.3))
  of_men <- interval_of(men, rep(0, 120))
  expect_equal(c(of_men$lower, of_men$upper), c(9.2, 10.3), tolerance = 0.005)
  expect_equal(c(of_men$lower_low, of_men$lower_high, of_men$upper_low, of_men$upper_high),
               c(9.1, 9.3, 10.3, 10.6))
  expect_equal(c(both$lower, both$upper), unname(quantile(c(women, men), c(0.025, 0.975), type = 6)))
})

#  CLSI EP28-A3c, appendix B: 20 of these values; the package mcradds gives 9.049545 and 10.199396.
test_that("the robust method gives what the appendix's example gives", {
  x <- c(8.9, 9.2, rep(9.4, 2), rep(9.5, 3), rep(9.6, 4), rep(9.7, 5), 9.8, rep(9.9, 2), 10.2)
  found <- interval_of(x, rep(0, 20))
  expect_equal(found$method, "robust")
  expect_equal(c(found$lower, found$upper), c(9.049545, 10.199396), tolerance = 2e-7)
  expect_lt(found$lower_low, found$lower)
  expect_gt(found$lower_high, found$lower)
  expect_lt(found$upper_low, found$upper)
  expect_gt(found$upper_high, found$upper)
})

test_that("the limits of a normal sample lie where a normal distribution has them", {
  set.seed(4)
  inside <- vapply(1:40, function(i) {
    found <- interval_of(rnorm(60, 100, 10), rep(0, 60))
    found$lower_low < 80.4 && 80.4 < found$lower_high
  }, NA)
  #  A confidence of 90 %, less what the bootstrap of 60 values lacks.
  expect_gt(mean(inside), 0.75)
})

test_that("seeds of whoever calls stay as they are", {
  set.seed(5)
  first <- runif(1)
  set.seed(5)
  interval_of(as.numeric(1:50), rep(0, 50))
  expect_equal(runif(1), first)
})

test_that("below 20 persons there is no interval, and censored values are no numbers", {
  expect_equal(interval_of(as.numeric(1:19), rep(0, 19))$method, "none")
  expect_equal(interval_of(as.numeric(1:20), rep(0, 20))$method, "robust")
  expect_equal(interval_of(as.numeric(1:119), rep(0, 119))$method, "robust")
  expect_equal(interval_of(as.numeric(1:120), rep(0, 120))$method, "non-parametric")
  expect_equal(interval_of(as.numeric(1:50), c(-1, rep(0, 49)))$reason, "censored values")
  low <- interval_of(c(rep(5, 10), 11:200), c(rep(-1, 10), rep(0, 190)))
  expect_true(is.na(low$lower))
  expect_false(is.na(low$upper))
  expect_match(low$reason, "censored")
  expect_equal(interval_of(rep(4, 60), rep(0, 60))$method, "none")
})

#  NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.4.
test_that("the moving average is the handbook's", {
  y <- c(52.0, 47.0, 53.0, 49.3, 50.1, 47.0, 51.0, 50.1, 51.2, 50.5, 49.6, 47.6, 49.9, 51.3, 47.8, 51.2,
         52.6, 52.4, 53.6, 52.1)
  chart <- ewma(y, 50, 2.0539, lambda = 0.3)
  expect_equal(round(chart$ewma, 2), c(50.60, 49.52, 50.56, 50.18, 50.16, 49.21, 49.75, 49.85, 50.26, 50.33,
                                       50.11, 49.36, 49.52, 50.05, 49.38, 49.92, 50.73, 51.23, 51.94, 51.99))
  expect_equal(c(chart$lower[20], chart$upper[20]), c(47.4115, 52.5884), tolerance = 1e-5)
})

#  Montgomery, Introduction to Statistical Quality Control: lambda 0.1, L 2.7, the first two limits, the last.
test_that("the control limits widen as Montgomery's", {
  chart <- ewma(rep(10, 60), 10, 1, lambda = 0.1, width = 2.7)
  expect_equal(round(chart$upper[c(1, 2, 60)], 2), c(10.27, 10.36, 10.62))
  expect_equal(round(chart$lower[c(1, 2, 60)], 2), c(9.73, 9.64, 9.38))
})

#  d2 of two observations is 2 / sqrt(pi), which the tables of control charts have as 1.128.
test_that("the spread of months is their mean moving range over d2", {
  expect_equal(moving_sigma(c(1, 3, 2, 2)), 1 * sqrt(pi) / 2, tolerance = 5e-4)
  chart <- drift_chart(data.frame(mean = c(5, 7, NA, 5, 7, 5, 7)))
  expect_equal(chart$upper[1] - 6, 3 * 0.2 * 2 / 1.128)
  expect_equal(which(is.na(chart$ewma)), 3L)
  expect_true(all(is.na(drift_chart(data.frame(mean = c(5, 7, 5, 7, 5)))$ewma)))
})

test_that("a change is flagged beyond median and 4 robust SD of all changes", {
  set.seed(6)
  change <- c(rnorm(99), 50)
  limits <- delta_limits(change)
  expect_equal(limits, median(change) + c(-4, 4) * mad(change))
  expect_equal(which(beyond_limits(change, limits)), 100L)
  expect_true(all(is.na(delta_limits(rnorm(19)))))
  expect_true(all(is.na(delta_limits(rep(0, 100)))))
})

test_that("days, instants and ages are the calendar's", {
  days <- c("1970-01-01", "2000-02-29", "1900-03-01", "9999-12-31", "0001-01-01")
  expect_equal(time_read(days)$day, as.numeric(as.Date(days)))
  read <- time_read(c("2024-01-01T00:30:00+01:00", "2023-12-31T23:30:00Z", "2024-02-30", "2024-05", NA, "x"))
  expect_equal(read$second[1], read$second[2])
  expect_equal(read$day[3:6], rep(NA_real_, 4))
  expect_equal(read$month, c("2024-01", "2023-12", "2024-02", "2024-05", NA, NA))
  at <- as.POSIXct("2024-03-01 12:34:56", tz = "UTC")
  expect_equal(time_read(at)$second, as.numeric(at))
  day <- function(text) time_read(text)$day
  expect_equal(years_between(day("2000-02-29"), day("2023-02-28")), 22)
  expect_equal(years_between(day("2000-02-29"), day("2023-03-01")), 23)
  expect_true(is.na(years_between(day("2024-01-01"), day("2023-01-01"))))
})
