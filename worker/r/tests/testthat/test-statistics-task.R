#  The whole task: what does not matter changes nothing, what is hostile breaks nothing, what is a person's
#  stays inside.

patients <- made_patients(400)
labs <- made_results(3000, patients)

test_that("the order of rows and of tables changes nothing, not a byte", {
  options <- list(pictures = 1)
  skip_if_not_installed("ggplot2")
  one <- run_task(a = labs, b = patients, options = options)
  set.seed(13)
  other <- run_task(x = keep_attributes(patients, sample(400)), y = keep_attributes(labs, sample(3000)),
                    options = options)
  expect_identical(one, other)
  expect_identical(one$plots, run_task(a = labs, b = patients, options = options)$plots)
})

test_that("values in another unit scale what is in that unit, and nothing else", {
  full <- list(pictures = 0)
  one <- run_task(labs, patients, options = full)$tables
  scaled <- labs
  scaled$value_number <- labs$value_number * 8
  other <- run_task(scaled, patients, options = full)$tables
  expect_true("robust" %in% one$intervals$method)
  in_unit <- c("p2_5", "p5", "p25", "p50", "p75", "p95", "p97_5", "robust_mean", "robust_sd", "tukey_low",
               "tukey_high")
  expect_equal(other$tests[in_unit], 8 * one$tests[in_unit])
  limits <- c("lower", "lower_low", "lower_high", "upper", "upper_low", "upper_high")
  expect_equal(other$intervals[limits], 8 * one$intervals[limits])
  expect_equal(other$intervals[c("persons", "method", "reason")], one$intervals[c("persons", "method", "reason")])
  expect_equal(other$drift$ewma, 8 * one$drift$ewma)
  expect_equal(other$deltas$change_high, 8 * one$deltas$change_high)
  expect_equal(other$deltas$percent_high, one$deltas$percent_high)
  expect_equal(other$tests$horn_outliers, one$tests$horn_outliers)
})

test_that("units are never mixed, no unit neither", {
  mixed <- labs
  mixed$unit[1:1000] <- "mmol/L"
  mixed$unit[1001:2000] <- NA
  tests <- run_task(mixed, patients)$tables$tests
  expect_equal(nrow(tests), 6)
  for (i in seq_len(6)) {
    unit <- tests$unit[i]
    same <- if (unit == "") is.na(mixed$unit) else !is.na(mixed$unit) & mixed$unit == unit
    expect_equal(tests$p50[i], median(mixed$value_number[same & mixed$test_code == tests$test_code[i]]))
  }
})

test_that("the same code in two systems is two tests", {
  two <- labs
  two$test_code <- "GLU"
  two$test_code_system <- ifelse(labs$test_code == "2345-7", "a", "b")
  tables <- run_task(two, patients)$tables
  expect_equal(tables$tests$test_code_system, c("a", "b"))
  expect_equal(tables$tests$p50[2], median(labs$value_number[labs$test_code != "2345-7"]))
  expect_equal(unique(tables$drift$test_code_system), c("a", "b"))
})

test_that("comparators, texts, missing and withdrawn results are counted and are no numbers", {
  odd <- labs[labs$test_code == "2345-7", ][1:200, ]
  odd$value_comparator[1:20] <- "<"
  odd$value_number[1:20] <- 1
  odd$value_comparator[21:30] <- ">="
  odd$value_number[21:30] <- 1e6
  odd$value_number[31:60] <- NA
  odd$value_text[31:50] <- "NEG"
  odd$status[61:70] <- "cancelled"
  odd$value_number[61:70] <- -1e9
  tests <- statistics_task(list(odd), list(values = TRUE, pictures = 0))$tables$tests
  expect_equal(tests$below_limit, 20)
  expect_equal(tests$above_limit, 10)
  expect_equal(tests$texts, 20)
  expect_equal(tests$missing, 10)
  expect_equal(tests$withdrawn, 10)
  expect_equal(tests$numbers, 130)
  expect_equal(tests$results, 200)
  expect_equal(tests$maximum, max(odd$value_number[71:200]))
  expect_equal(tests$minimum, min(odd$value_number[71:200]))
})

test_that("an interval takes one value a person, the earliest", {
  n <- 130
  first <- data.frame(result_id = "", patient_id = sprintf("p%d", 1:n), test_code = "X", value_number = 1:n,
                      unit = "U", collected_at = "2024-01-01")
  later <- first
  later$value_number <- later$value_number + 1e6
  later$collected_at <- "2024-01-02"
  both <- structure(rbind(later, first), kind = "lab_result")
  interval <- run_task(both)$tables$intervals
  expect_equal(interval$persons, "130")
  expect_equal(c(interval$lower, interval$upper), unname(quantile(1:n, c(0.025, 0.975), type = 6)))
})

test_that("intervals are called reference intervals when the user says so, and only then", {
  expect_match(run_task(labs)$document$interval_name, "of this file")
  said <- run_task(labs, options = list(reference_individuals = TRUE, pictures = 0))
  expect_match(said$document$interval_name, "reference interval")
  expect_error(run_task(labs, options = list(reference = TRUE)), "no option 'reference'")
  expect_error(run_task(labs, options = list(values = "yes")), "true or false")
})

test_that("by sex and age the persons of all parts are those of the whole", {
  frames <- statistics_task(list(labs, patients), list(values = TRUE, pictures = 0))$tables$intervals
  glucose <- frames[frames$test_code == "2345-7", ]
  whole <- glucose$persons[glucose$sex == "all" & glucose$age == "all"]
  expect_equal(sum(glucose$persons[glucose$sex != "all" & glucose$age != "all"]), whole)
  expect_equal(sum(glucose$persons[glucose$sex == "all" & glucose$age != "all"]), whole)
  expect_equal(whole, length(unique(labs$patient_id[labs$test_code == "2345-7"])))
})

test_that("a step of an analyzer is beyond the limits, of that analyzer alone", {
  drifting <- labs[labs$test_code == "2345-7", ]
  late <- drifting$collected_at >= "2023-10-01" & drifting$analyzer == "B"
  drifting$value_number[late] <- drifting$value_number[late] + 60
  drift <- run_task(structure(drifting, kind = "lab_result"))$tables$drift
  beyond <- drift[drift$beyond & drift$analyzer != "all", ]
  expect_true(all(beyond$analyzer == "B"))
  expect_true("2023-12" %in% beyond$month)
})

test_that("rows of persons, extremes and counts below five are told to who may see values alone", {
  few <- labs
  few$value_text[1:3] <- "HEMOLYZED"
  few$value_number[1:3] <- NA
  hidden <- run_task(few, patients)
  expect_null(hidden$tables$delta_flags)
  expect_true(all(is.na(hidden$tables$tests[c("minimum", "maximum")])))
  counts <- unlist(lapply(hidden$tables, function(table) unlist(table[attr(table, "counts")])))
  expect_true(any(counts == "<5", na.rm = TRUE))
  expect_false(any(counts %in% c("1", "2", "3", "4")))
  shown <- statistics_task(list(few, patients), list(values = TRUE, pictures = 0))
  expect_true(all(shown$tables$delta_flags$patient_id %in% patients$patient_id))
  expect_true(all(!is.na(shown$tables$tests$minimum)))
  text <- paste(unlist(hidden), collapse = " ")
  for (id in patients$patient_id)
    expect_false(grepl(id, text, fixed = TRUE))
})

test_that("what is hidden cannot be computed from the whole and the other parts", {
  for (counts in list(c(100, 3), c(50, 4, 1, 7), c(5, 1), c(3, 3), matrix(c(1, 20, 30, 2), 2), c(0, 6), 4)) {
    told <- told_cells(counts)
    few <- counts > 0 & counts < 5
    expect_true(all(told$low <= counts & counts <= told$high))
    expect_true(all(told$low[few] == 1 & told$high[few] == 4))
    #  Every assignment of 1 to 4 to the hidden cells agrees with the whole.
    if (any(few) && any(counts >= 5)) {
      exact <- told$low == told$high
      rest <- sum(counts) - sum(told$low[exact])
      blurred <- which(!exact & !few)
      expect_equal(rest - told$low[blurred], 4 * sum(few))
      expect_equal(rest - told$high[blurred], 1 * sum(few))
    }
  }
})

test_that("hostile tables give tables", {
  empty <- keep_attributes(labs, integer())
  expect_equal(nrow(run_task(empty)$tables$tests), 0)
  expect_equal(nrow(run_task(empty, keep_attributes(patients, integer()))$tables$intervals), 0)
  expect_equal(run_task(keep_attributes(labs, 1))$tables$intervals$method, "none")
  nothing <- labs
  for (name in setdiff(names(labs), c("test_code", "patient_id")))
    nothing[[name]] <- NA
  expect_equal(run_task(nothing)$tables$tests$numbers, c("0", "0"))
  equal <- labs
  equal$value_number <- 7
  tests <- run_task(equal, patients)$tables
  expect_equal(tests$tests$robust_mean, c(7, 7))
  expect_equal(tests$tests$tukey_outliers, c("0", "0"))
  infinite <- labs
  infinite$value_number[1:100] <- c(Inf, -Inf, NaN, NA)
  expect_equal(sum(statistics_task(list(infinite), list(values = TRUE, pictures = 0))$tables$tests$missing), 100)
  expect_equal(nrow(run_task(data.frame())$tables$completeness), 0)
  expect_error(run_task(1), "list of data frames")
})

test_that("names with commas, quotes, newlines, markup and no text at all pass, also as factors", {
  skip_if_not_installed("ggplot2")
  odd <- labs
  names <- c("a,b \"c\"\nd <script>alert(1)</script>", "\u00b5g \u202egnp", "x\xff", "\x01bell")
  odd$test_name <- factor(names[seq_len(nrow(odd)) %% 4 + 1])
  odd$unit <- factor(ifelse(odd$test_code == "2345-7", "</svg><script>", "mg\"/dL"))
  odd$test_code <- factor(odd$test_code)
  odd$patient_id <- factor(odd$patient_id)
  out <- run_task(odd, options = list(pictures = 2))
  expect_equal(nrow(out$tables$tests), 2)
  expect_true(all(grepl("^[a-z0-9][a-z0-9_-]{0,99}$", names(out$plots))))
  for (svg in out$plots) {
    expect_false(grepl("<script", svg, fixed = TRUE))
    expect_true(validUTF8(svg))
    expect_match(svg, "<title>[^<]+</title>\n<desc>[^<]+</desc>")
    expect_match(svg, "role=\"img\"", fixed = TRUE)
  }
})

test_that("the document says in JSON what the tables say", {
  skip_if_not_installed("jsonlite")
  out <- run_task(labs, patients)
  json <- jsonlite::toJSON(out$document, auto_unbox = TRUE, digits = 15, na = "null", null = "null")
  read <- jsonlite::fromJSON(json, simplifyVector = FALSE)
  expect_equal(read$format, "dmh-statistics/1")
  expect_equal(length(read$intervals), nrow(out$tables$intervals))
  expect_equal(read$tests[[1]]$p50, out$tables$tests$p50[1])
  expect_null(read$tests[[1]]$minimum)
  expect_true("minimum" %in% names(read$tests[[1]]))
  expect_equal(read$tests[[1]]$results, as.numeric(out$tables$tests$results[1]))
})

test_that("ages are told on a day, of the dead at their death; what contradicts itself is unknown", {
  table <- structure(data.frame(
    patient_id = c("a", "b", "c", "c", "d"), gender = c("female", "male", "male", "female", "male"),
    birth_date = c("1950-06-15", "1950-06-15", "1960-01-01", "1960-01-01", "2020-01-01"),
    death_date = c(NA, "1999-06-14", NA, NA, NA)), kind = "patient")
  out <- statistics_task(list(table), list(values = TRUE, on = "2024-06-14", pictures = 0))
  ages <- out$tables$ages
  expect_equal(out$document$ages_on, "2024-06-14")
  expect_equal(ages$female[ages$age == "70 to 79"], 1)
  expect_equal(ages$male[ages$age == "40 to 49"], 1)
  expect_equal(ages$unknown[ages$age == "60 to 69"], 1)
  expect_equal(sum(ages$all), 4)
})
