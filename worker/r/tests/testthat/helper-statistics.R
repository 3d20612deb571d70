#  Tables as a job has them, made up.

made_patients <- function(n, seed = 11) {
  set.seed(seed)
  table <- data.frame(patient_id = sprintf("P%05d", seq_len(n)), gender = sample(c("female", "male"), n, TRUE),
                      birth_date = format(as.Date("1935-01-01") + sample(0:30000, n, TRUE)),
                      death_date = NA_character_)
  structure(table, kind = "patient", source = "patients.csv")
}

made_results <- function(n, patients, seed = 12) {
  set.seed(seed)
  code <- sample(c("2345-7", "2160-0"), n, TRUE)
  table <- data.frame(
    result_id = sprintf("r%06d", seq_len(n)), patient_id = sample(patients$patient_id, n, TRUE),
    test_code = code, test_code_system = "http://loinc.org",
    test_name = ifelse(code == "2345-7", "Glucose", "Creatinine"), value_comparator = "",
    value_number = ifelse(code == "2345-7", round(rlnorm(n, 4.6, 0.2)), round(rlnorm(n, 0, 0.3), 2)),
    value_text = NA_character_, unit = "mg/dL", status = "final",
    collected_at = format(as.Date("2023-01-01") + sample(0:364, n, TRUE)), resulted_at = NA_character_,
    analyzer = sample(c("A", "B"), n, TRUE))
  structure(table, kind = "lab_result", source = "labs.csv")
}

keep_attributes <- function(table, rows) {
  structure(table[rows, , drop = FALSE], kind = attr(table, "kind"), source = attr(table, "source"))
}

#  Few age groups, of which none needs the robust method: that takes its time.
run_task <- function(..., options = list(pictures = 0, age_breaks = 0)) {
  statistics_task(list(...), options)
}
