# The types of datapackage.json, and that nothing is lost on the way into a data frame.

result_folder <- function(records, fields, format = "csv") {
  folder <- tempfile("result-")
  dir.create(folder)
  writeLines(jsonlite::toJSON(list(name = "labs.csv", resources = list(list(
    name = "records", path = paste0("records.", format), format = format, schema = list(fields = fields)
  ))), auto_unbox = TRUE), file.path(folder, "datapackage.json"))
  writeLines('{"job": {"kind": "lab_result"}, "input": {"name": "labs.csv"}}', file.path(folder, "report.json"))
  writeLines(enc2utf8(records), file.path(folder, paste0("records.", format)), useBytes = TRUE)
  folder
}

datetime <- function(name, ...) list(name = name, type = "string", dmh = list(type = "datetime", forms = list(...)))

fields <- list(
  list(name = "patient_id", type = "string"), list(name = "value", type = "number"), list(name = "n", type = "integer"),
  list(name = "dead", type = "boolean"), list(name = "born", type = "date"), datetime("day", "date"), datetime("local", "local"),
  datetime("offset", "offset"), datetime("mixed", "date", "offset")
)
header <- "patient_id,value,n,dead,born,day,local,offset,mixed"

test_that("each column has its type, and what is missing is NA", {
  table <- dmh_records(result_folder(c(
    header,
    "007,1.50,3,true,1980-01-02,2024-05-06,2024-05-06T07:08:09,2024-05-06T07:08:09+02:00,2024-05-06",
    "NA,,,false,,,,,2024-05-06T23:30:00-05:00"
  ), fields))
  expect_identical(table$patient_id, c("007", "NA"))
  expect_identical(table$value, c(1.5, NA))
  expect_identical(table$n, c(3L, NA))
  expect_identical(table$dead, c(TRUE, FALSE))
  expect_identical(table$born, as.Date(c("1980-01-02", NA)))
  expect_identical(table$day, as.Date(c("2024-05-06", NA)))
  expect_identical(as.numeric(table$local[1]), 1714979289) # date -u -d 2024-05-06T07:08:09 +%s
  expect_identical(as.numeric(table$offset[1]), 1714972089) # two hours before
  expect_true(is.na(table$offset[2]))
  expect_identical(table$mixed[2], "2024-05-06T23:30:00-05:00")
  expect_identical(table$mixed_date, as.Date(c("2024-05-06", "2024-05-06")))
  expect_identical(attr(table, "kind"), "lab_result")
  expect_identical(attr(table, "source"), "labs.csv")
  expect_identical(attr(table, "report")$input$name, "labs.csv")
  expect_identical(attr(table, "columns")$name, vapply(fields, `[[`, "", "name"))
})

test_that("quotes, commas, line ends and letters of any alphabet are read as they stand", {
  table <- dmh_records(result_folder(
    c("patient_id,value", "\"a \"\"b\"\", c\nd\",1", "\u00d6zg\u00fcr # 'x,2"), list(fields[[1]], fields[[2]])
  ))
  expect_identical(table$patient_id, c("a \"b\", c\nd", "\u00d6zg\u00fcr # 'x"))
  expect_identical(table$value, c(1, 2))
})

test_that("a column that does not read as its type stays text, and large numbers stay what they are", {
  table <- dmh_records(result_folder(c("value,n", "1.5,3000000000", "abc,1"), list(fields[[2]], fields[[3]])))
  expect_identical(table$value, c("1.5", "abc"))
  expect_identical(table$n, c(3e9, 1))
})

test_that("a result without records is a table without rows", {
  table <- dmh_records(result_folder(header, fields))
  expect_identical(dim(table), c(0L, 10L))
  expect_s3_class(table$born, "Date")
})

test_that("records that are JSON, a line each, are the same", {
  table <- dmh_records(result_folder(c(
    '{"patient_id":"007","value":1.50,"n":3,"dead":true,"born":"1980-01-02","day":null}', '{"patient_id":"\\u00d6","value":null}'
  ), fields[1:6], "ndjson"))
  expect_identical(table$patient_id, c("007", "\u00d6"))
  expect_identical(table$value, c(1.5, NA))
  expect_identical(table$n, c(3L, NA))
  expect_identical(table$dead, c(TRUE, NA))
  expect_identical(table$born, as.Date(c("1980-01-02", NA)))
})

test_that("what is no table of a result is said", {
  expect_error(dmh_records(result_folder(c("other", "1"), fields[1])), "other columns than datapackage.json")
  expect_error(dmh_records(tempdir(check = TRUE)), "no result with records|other columns")
  expect_error(dmh_records(result_folder("x", fields[1], "sqlite")), "sqlite cannot be read as a table")
})
