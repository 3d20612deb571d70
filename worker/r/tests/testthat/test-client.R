# The package as a client: the program dmh does the work.

test_that("options are written as the program has them", {
  expect_identical(dmhr:::option_words(list(date_order = "dmy", strict = TRUE, quiet = FALSE, kind = NULL, fail_on = c("a", "b"))),
    c("--date-order=dmy", "--strict", "--fail-on=a,b"))
  expect_error(dmhr:::option_words(list("dmy")), "need names")
})

test_that("a file is harmonized here, and its records have their types", {
  skip_if(!nzchar(Sys.which(Sys.getenv("DMH_PROGRAM", "dmh"))), "the program dmh is not here")
  folder <- tempfile("in put-")
  dir.create(folder)
  path <- file.path(folder, "p'a tients.csv")
  writeLines(c("Patient ID,First Name,Last Name,DOB,Sex", "007,Ann,Lee,01/02/1980,F", "008,Bo,,,M"), path)
  table <- dmh_run(path, date_order = "dmy")
  expect_identical(table$patient_id, c("007", "008"))
  expect_identical(table$birth_date, as.Date(c("1980-02-01", NA)))
  expect_identical(attr(table, "kind"), "patient")
  expect_error(dmh_run(path, date_order = "dym"), "--date-order")
  expect_error(dmh_run(file.path(folder, "none.csv")), "none.csv")
  expect_error(dmh_run("~/none.csv"), path.expand("~/none.csv"), fixed = TRUE)
  expect_error(dmh_run(path, program = "no-such-program"), "not on PATH")
})
