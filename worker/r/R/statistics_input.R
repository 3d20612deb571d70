#  statistics_input.R: from the tables of a job to what is counted: persons, and results in one canonical
#  order, so that nothing depends on the order of the rows that came.

table_kind <- function(table) {
  kind <- attr(table, "kind")
  if (is.character(kind) && length(kind) == 1 && !is.na(kind)) kind
  else if (all(c("patient_id", "test_code") %in% names(table))) "lab_result"
  else if (all(c("patient_id", "birth_date") %in% names(table))) "patient"
  else ""
}

#  Each table under its name for people; the same name twice is told apart by a number.
tables_name <- function(input) {
  sources <- vapply(seq_along(input), function(i) {
    source <- attr(input[[i]], "source")
    name <- if (is.character(source) && length(source) == 1 && !is.na(source)) source else names(input)[i]
    if (is.null(name) || is.na(name) || name == "") paste("table", i) else name
  }, "")
  names(input) <- make.unique(text_clean(sources), sep = " ")
  input[order(names(input), method = "radix")]
}

#  UTF-8 and nothing else; what is not text becomes its escape.
text_clean <- function(x) {
  x <- as.character(x)
  bad <- which(!is.na(x) & !validUTF8(x))
  x[bad] <- iconv(x[bad], "UTF-8", "UTF-8", sub = "byte")
  enc2utf8(x)
}

#  A factor whose levels stand in byte order, whatever the locale.
byte_factor <- function(x) {
  factor(x, sort(unique(x), method = "radix"))
}

#  A column as text, empty where it is missing; `names` in order of preference.
text_column <- function(table, names) {
  found <- intersect(names, names(table))
  if (length(found) == 0)
    return(rep("", nrow(table)))
  x <- table[[found[1]]]
  if (is.factor(x))
    x <- text_clean(levels(x))[x]
  else if (is.character(x))
    x <- text_clean(x)
  else if (is.numeric(x) && !is.object(x))
    x <- ifelse(is.na(x), NA, sprintf("%.15g", x))
  else if (is.atomic(x))
    x <- as.character(x)
  else
    x <- vapply(x, function(value) if (length(value) == 1) as.character(value) else NA_character_, "",
                USE.NAMES = FALSE)
  x[is.na(x)] <- ""
  x
}

number_column <- function(table, names) {
  found <- intersect(names, names(table))
  if (length(found) == 0)
    return(rep(NA_real_, nrow(table)))
  x <- table[[found[1]]]
  if (is.numeric(x) && !is.factor(x))
    return(as.numeric(x))
  suppressWarnings(as.numeric(text_column(table, found[1])))
}

#  Days since 1970-01-01 of a day in the Gregorian calendar; NA where there is none.
days_from <- function(year, month, day) {
  #  From here on, years begin in March: the leap day is their last.
  y <- year - (month <= 2)
  era <- y %/% 400
  of_era <- y - era * 400
  of_year <- (153 * (month + ifelse(month > 2, -3, 9)) + 2) %/% 5 + day - 1
  era * 146097 + of_era * 365 + of_era %/% 4 - of_era %/% 100 + of_year - 719468
}

month_length <- function(year, month) {
  leap <- (year %% 4 == 0 & year %% 100 != 0) | year %% 400 == 0
  length <- c(31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month]
  length + (month == 2 & leap)
}

#  ISO 8601 dates and date-times (text, Date or POSIXct) as list(day = days since 1970 as written there,
#  second = seconds since 1970, an offset taken off, month = "YYYY-MM"). A month without a day has no day.
time_read <- function(x) {
  if (inherits(x, "POSIXt")) {
    second <- as.numeric(as.POSIXct(x))
    day <- floor(second / 86400)
    return(list(day = day, second = second, month = day_month(day)))
  }
  if (inherits(x, "Date")) {
    day <- floor(as.numeric(x))
    return(list(day = day, second = day * 86400, month = day_month(day)))
  }
  x <- as.character(x)
  x[!grepl("^[0-9]{4}-(0[1-9]|1[0-2])(-[0-3][0-9]([T ][0-9]{2}:[0-9]{2}.*)?)?$", x)] <- NA
  days <- substr(x, 1, 10)
  each <- unique(days)
  day <- day_read(each)[match(days, each)]
  timed <- which(nchar(x) > 10)
  second <- day * 86400
  if (length(timed) > 0)
    second[timed] <- second[timed] + clock_read(x[timed])
  list(day = day, second = second, month = substr(x, 1, 7))
}

#  Of "YYYY-MM-DD" and "YYYY-MM".
day_read <- function(x) {
  number <- function(from, to) suppressWarnings(as.numeric(substr(x, from, to)))
  year <- number(1, 4)
  month <- number(6, 7)
  day <- number(9, 10)
  day[is.na(day) | day < 1 | day > month_length(year, month)] <- NA
  days_from(year, month, day)
}

day_month <- function(day) {
  each <- unique(day)
  format(as.Date(each, origin = "1970-01-01"), "%Y-%m")[match(day, each)]
}

#  Seconds of the day, an offset taken off.
clock_read <- function(x) {
  number <- function(from, to) suppressWarnings(as.numeric(substr(x, from, to)))
  second <- number(18, 19)
  clock <- number(12, 13) * 3600 + number(15, 16) * 60 + ifelse(is.na(second), 0, second)
  ifelse(is.na(clock), 0, clock) - offset_read(x)
}

#  Seconds east of Greenwich; 0 where none is said.
offset_read <- function(x) {
  offset <- numeric(length(x))
  has <- which(!is.na(x) & nchar(x) > 16 & grepl("[+-][0-9]{2}:?[0-9]{2}$", substring(x, 17)))
  if (length(has) > 0) {
    end <- sub(".*([+-])([0-9]{2}):?([0-9]{2})$", "\\1\\2\\3", x[has])
    offset[has] <- ifelse(substr(end, 1, 1) == "-", -1, 1) *
      (as.numeric(substr(end, 2, 3)) * 3600 + as.numeric(substr(end, 4, 5)) * 60)
  }
  offset
}

sex_read <- function(x) {
  x <- tolower(trimws(x))
  read <- rep("unknown", length(x))
  read[x %in% c("f", "female", "woman", "w")] <- "female"
  read[x %in% c("m", "male", "man")] <- "male"
  read[x %in% c("o", "other", "d", "x")] <- "other"
  read
}

#  One row a person of the patient tables: id, sex, birth and death (days since 1970). Where tables say of
#  one person different things, nothing is known.
persons_take <- function(input) {
  tables <- input[vapply(input, table_kind, "") == "patient"]
  rows <- do.call(rbind, lapply(unname(tables), function(table) data.frame(
    id = text_column(table, "patient_id"),
    sex = sex_read(text_column(table, c("gender", "sex"))),
    birth = time_read(text_column(table, "birth_date"))$day,
    death = time_read(text_column(table, "death_date"))$day)))
  if (is.null(rows) || nrow(rows) == 0)
    return(data.frame(id = character(), sex = character(), birth = numeric(), death = numeric()))
  rows <- rows[rows$id != "", ]
  rows <- rows[order(rows$id, rows$sex, rows$birth, rows$death, method = "radix"), ]
  first <- which(!duplicated(rows$id))
  persons <- rows[first, ]
  persons$sex <- said_once(rows$id, ifelse(rows$sex == "unknown", NA, rows$sex), persons$id)
  persons$sex[is.na(persons$sex)] <- "unknown"
  persons$birth <- said_once(rows$id, rows$birth, persons$id)
  persons$death <- said_once(rows$id, rows$death, persons$id)
  row.names(persons) <- NULL
  persons
}

#  For each of `persons` the one thing that its rows say; NA where they say nothing, or several things.
said_once <- function(id, what, persons) {
  said <- unique(data.frame(id, what)[!is.na(what), ])
  said <- said[!said$id %in% said$id[duplicated(said$id)], ]
  said$what[match(persons, said$id)]
}

WITHDRAWN <- c("cancelled", "entered-in-error")

results_of_table <- function(table) {
  collected <- time_read(plain_time(table, "collected_at"))
  resulted <- time_read(plain_time(table, "resulted_at"))
  or <- function(a, b) ifelse(is.na(a), b, a)
  side <- c("<" = -1, "<=" = -1, ">" = 1, ">=" = 1)[text_column(table, "value_comparator")]
  side[is.na(side)] <- 0
  code <- text_column(table, "test_code")
  name <- text_column(table, "test_name")
  data.frame(
    code = ifelse(code == "", name, code), name = name, system = text_column(table, "test_code_system"),
    unit = text_column(table, "unit"), patient = text_column(table, "patient_id"),
    id = text_column(table, "result_id"), value = number_column(table, "value_number"),
    side = unname(side), text = text_column(table, "value_text") != "",
    withdrawn = text_column(table, "status") %in% WITHDRAWN,
    day = or(collected$day, resulted$day), second = or(collected$second, resulted$second),
    month = or(collected$month, resulted$month),
    analyzer = text_column(table, ANALYZER_COLUMNS),
    sex = sex_read(text_column(table, c("gender", "sex", "patient_gender", "patient_sex"))),
    birth = time_read(plain_time(table, c("birth_date", "date_of_birth", "dob")))$day,
    age = number_column(table, c("age", "age_years", "patient_age")))
}

ANALYZER_COLUMNS <- c("analyzer", "analyser", "analyzer_id", "analyser_id", "instrument", "instrument_id",
                      "device", "device_id", "analyzer_name", "instrument_name", "device_name")

#  A column of times as it is, for time_read.
plain_time <- function(table, names) {
  found <- intersect(names, names(table))
  if (length(found) > 0 && inherits(table[[found[1]]], c("POSIXt", "Date")))
    return(table[[found[1]]])
  text_column(table, names)
}

#  All results of the laboratory tables: list(rows, groups). groups: one row a test and unit, in byte order;
#  rows: ordered by group, patient (a number), time, and what else tells them apart.
results_take <- function(input, persons, options) {
  tables <- input[vapply(input, table_kind, "") == "lab_result"]
  rows <- do.call(rbind, lapply(unname(tables), results_of_table))
  if (is.null(rows))
    rows <- results_of_table(data.frame())
  at <- match(rows$patient, persons$id)
  sex <- persons$sex[at]
  rows$sex <- ifelse(is.na(sex) | sex == "unknown", rows$sex, sex)
  rows$birth <- ifelse(is.na(persons$birth[at]), rows$birth, persons$birth[at])
  rows$age <- ifelse(is.na(rows$birth) | is.na(rows$day), rows$age, years_between(rows$birth, rows$day))
  rows$band <- age_band(rows$age, options$age_breaks)
  rows$value[!is.finite(rows$value)] <- NA
  rows <- rows[rows$code != "", ]
  groups <- unique(rows[c("code", "system", "unit")])
  groups <- groups[order(groups$code, groups$system, groups$unit, method = "radix"), ]
  rows$group <- group_number(rows, groups)
  rows$person <- match(rows$patient, sort(setdiff(unique(rows$patient), ""), method = "radix"))
  rows <- rows[order(rows$group, rows$person, rows$second, rows$id, rows$value, rows$side, rows$text,
                     rows$analyzer, rows$band, rows$sex, rows$name, rows$month, method = "radix"), ]
  groups$name <- group_names(rows, nrow(groups))
  row.names(groups) <- NULL
  rows <- rows[c("group", "patient", "person", "value", "side", "text", "withdrawn", "second", "month",
                 "analyzer", "sex", "band")]
  row.names(rows) <- NULL
  list(rows = rows, groups = groups, first = group_begins(rows$group, nrow(groups)))
}

group_number <- function(rows, groups) {
  codes <- unique(groups$code)
  systems <- unique(groups$system)
  units <- unique(groups$unit)
  key <- function(x) (match(x$code, codes) * (length(systems) + 1) + match(x$system, systems)) *
    (length(units) + 1) + match(x$unit, units)
  match(key(rows), key(groups))
}

#  Where each group's rows begin; one more for the end.
group_begins <- function(group, count) {
  c(1L, 1L + cumsum(tabulate(group, count)))
}

#  The rows of group i.
group_rows <- function(results, i) {
  n <- results$first[i + 1] - results$first[i]
  results$rows[seq.int(results$first[i], length.out = n), ]
}

#  The name that most of a group's results have; of as many each, the first in byte order.
group_names <- function(rows, count) {
  names <- rep("", count)
  named <- rows[rows$name != "", c("group", "name")]
  if (nrow(named) == 0)
    return(names)
  unique_names <- sort(unique(named$name), method = "radix")
  key <- named$group * (length(unique_names) + 1) + match(named$name, unique_names)
  runs <- rle(sort(key))
  group <- runs$values %/% (length(unique_names) + 1)
  best <- order(group, -runs$lengths, runs$values)
  best <- best[!duplicated(group[best])]
  names[group[best]] <- unique_names[runs$values[best] %% (length(unique_names) + 1)]
  names
}

#  Whole years that have passed.
years_between <- function(birth, day) {
  from <- as.POSIXlt(as.Date(birth, origin = "1970-01-01"))
  to <- as.POSIXlt(as.Date(day, origin = "1970-01-01"))
  before <- to$mon < from$mon | (to$mon == from$mon & to$mday < from$mday)
  years <- to$year - from$year - before
  years[!is.na(years) & (years < 0 | years > 130)] <- NA
  years
}

#  The number of the age group; 0 where the age is unknown or below the first.
age_band <- function(age, breaks) {
  band <- findInterval(age, breaks)
  band[is.na(band)] <- 0L
  band
}

age_label <- function(band, breaks) {
  end <- c(breaks[-1], Inf)
  ifelse(is.finite(end[band]), sprintf("%g to below %g", breaks[band], end[band]),
         sprintf("%g and above", breaks[band]))
}
