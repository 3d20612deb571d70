# What a task returned, as files.

written <- function(output) {
  folder <- tempfile("output-")
  dir.create(folder)
  dmhr:::write_output(output, folder)
  folder
}
lines_of <- function(folder, name) readLines(file.path(folder, name), encoding = "UTF-8")

test_that("a table is CSV by RFC 4180, with all digits that a number has and none more", {
  folder <- written(list(tables = list(t = data.frame(
    a = c(0.1, 1e6, NA, 1 / 3), b = c("x,y", "say \"no\"", NA, "\u00d6"), c = as.Date(c("2024-05-06", NA, NA, NA)),
    d = c(TRUE, NA, FALSE, NA), e = as.POSIXct(c(0, NA, NA, NA), origin = "1970-01-01", tz = "UTC"), f = c(1L, 2L, NA, 100000L)
  ))))
  expect_identical(lines_of(folder, "t.csv"), c(
    "a,b,c,d,e,f", "0.1,\"x,y\",2024-05-06,true,1970-01-01T00:00:00Z,1", "1000000,\"say \"\"no\"\"\",,,,2", ",,,false,,",
    "0.333333333333333,\u00d6,,,,100000"
  ))
})

test_that("files are their owner's alone", {
  folder <- written(list(tables = list(t = data.frame(a = 1)), plots = list(p = "<svg/>"), document = list(a = 1)))
  expect_identical(as.character(file.info(list.files(folder, full.names = TRUE))$mode), rep("600", 3))
})

test_that("a table without rows is its header", {
  expect_identical(lines_of(written(list(tables = list(t = data.frame(a = 1)[0, , drop = FALSE]))), "t.csv"), "a")
})

test_that("a document is JSON: single values, lists, nothing lost", {
  folder <- written(list(document = list(n = 2L, mean = 1 / 3, none = NA, rows = list(list(a = "x")), many = c(1, 2), nil = NULL)))
  expect_identical(
    jsonlite::fromJSON(file.path(folder, "statistics.json"), simplifyVector = FALSE),
    list(n = 2L, mean = 0.333333333333333, none = NULL, rows = list(list(a = "x")), many = list(1L, 2L), nil = NULL)
  )
})

test_that("a plot is text, or a function that writes it or returns it", {
  folder <- written(list(plots = list(a = "<svg/>", b = function(path) writeLines("<svg id='b'/>", path), c = function(path) "<svg id='c'/>")))
  expect_identical(vapply(c("a", "b", "c"), function(name) lines_of(folder, paste0(name, ".svg")), "", USE.NAMES = FALSE),
    c("<svg/>", "<svg id='b'/>", "<svg id='c'/>"))
})

test_that("names that could lead elsewhere are refused", {
  for (name in c("../a", "a/b", ".a", "", "a b", "A"))
    expect_error(written(list(tables = stats::setNames(list(data.frame(a = 1)), name))), "names of tables")
  expect_error(written(list(tables = list(data.frame(a = 1)))), "names of tables")
  expect_error(written(list(tables = list(a = data.frame(a = 1), a = data.frame(a = 1)))), "each once")
})

test_that("a task is called with its options, and what it returns is looked at", {
  results <- file.path(tempfile("run-"))
  dir.create(results)
  writeLines("{\"name\":\"x\",\"resources\":[{\"name\":\"records\",\"path\":\"records.csv\",\"format\":\"csv\",\"schema\":{\"fields\":[{\"name\":\"a\",\"type\":\"number\"}]}}]}",
    file.path(results, "datapackage.json"))
  writeLines(c("a", "1"), file.path(results, "records.csv"))
  out <- tempfile("out-")
  told <- NULL
  task_run(results, out, function(input) {
    told <<- attr(input, "options")
    list(tables = list(a = input[[1]]))
  }, list(reference_individuals = TRUE))
  expect_identical(told, list(reference_individuals = TRUE))
  expect_identical(readLines(file.path(out, "a.csv")), c("a", "1"))
  expect_error(task_run(results, out, identity), "not empty")
  expect_error(task_run(results, tempfile(), function(input) list(table = 1)), "list of tables, plots and document")
})
