//  binding_test.c: headers as systems in use write them: which kind they are, which column feeds which field,
//  what a mapping changes, and what is said when nothing fits.
#include "worker/rules/binding/binder.h"
#include "worker/rules/schema/catalog.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

enum { NAMES_MAX = 64, LINE_BYTES = 4096 };

static catalog_t *s_catalog (void)
{
    struct error error = {0};
    catalog_t *catalog = catalog_new (NULL, &error);
    cr_assert_not_null (catalog, "%s", error.text);
    return catalog;
}

//  Names between '|'; `line` is cut into pieces.
static size_t s_split (char *line, struct text *names)
{
    size_t count = 0;
    for (char *at = line;; at++) {
        char *end = strchr (at, '|');
        cr_assert_lt (count, NAMES_MAX);
        names[count++] = (struct text){at, end ? (size_t) (end - at) : strlen (at)};
        if (!end)
            return count;
        at = end;
    }
}

static binding_t *s_bind (const catalog_t *catalog, const char *header, const char *kind,
                          const mapping_t *mapping, struct error *error)
{
    char line[LINE_BYTES];
    struct text names[NAMES_MAX];
    snprintf (line, sizeof line, "%s", header);
    size_t count = s_split (line, names);
    *error = (struct error){0};
    return binding_new (catalog, names, count, kind, mapping, "in.csv", error);
}

//  "field|field|+extra|…" of the columns in order.
static void s_write (const binding_t *binding, char *out, size_t size)
{
    size_t n = 0;
    *out = 0;
    for (size_t c = 0; c < binding->column_count; c++) {
        const struct column *column = &binding->columns[c];
        bool extra = column->field == FIELD_NONE;
        cr_assert (column->reason && (extra || column->kept) == (column->name != NULL));
        cr_assert (extra == (column->by == BOUND_NONE));
        cr_assert (extra || column->kept || binding->column_of[column->field] == (int) c);
        n += (size_t) snprintf (out + n, size - n, "%s%s%s", c ? "|" : "", extra ? "+" : "",
                                extra ? column->name : binding->schema->fields[column->field].name);
    }
}

static const struct {
    const char *source, *header, *kind, *fields;
} HEADERS[] = {
    {"Synthea patients",
     "Id|BIRTHDATE|DEATHDATE|SSN|DRIVERS|PASSPORT|PREFIX|FIRST|LAST|SUFFIX|MAIDEN|MARITAL|RACE|ETHNICITY|"
     "GENDER|"
     "BIRTHPLACE|ADDRESS|CITY|STATE|COUNTY|ZIP|LAT|LON|HEALTHCARE_EXPENSES|HEALTHCARE_COVERAGE",
     "patient",
     "patient_id|birth_date|death_date|ssn|+drivers|+passport|prefix|given_name|family_name|suffix|maiden_"
     "name|"
     "marital_status|race|ethnicity|gender|+birthplace|address_line|city|state|county|postal_code|latitude|"
     "longitude|+healthcare_expenses|+healthcare_coverage"},
    {"Synthea observations", "DATE|PATIENT|ENCOUNTER|CATEGORY|CODE|DESCRIPTION|VALUE|UNITS|TYPE",
     "lab_result",
     "collected_at|patient_id|encounter_id|category|test_code|test_name|value_number|unit|+type"},
    {"Synthea imaging studies",
     "Id|DATE|PATIENT|ENCOUNTER|SERIES_UID|BODYSITE_CODE|BODYSITE_DESCRIPTION|MODALITY_CODE|MODALITY_"
     "DESCRIPTION|"
     "INSTANCE_UID|SOP_CODE|SOP_DESCRIPTION|PROCEDURE_CODE",
     "imaging_study",
     "study_uid|started_at|patient_id|encounter_id|series_uid|body_site_code|body_site|modality|"
     "+modality_description|instance_uid|sop_class_uid|+sop_description|procedure_code"},
    {"FEBRL",
     "rec_id| given_name| surname| street_number| address_1| address_2| suburb| postcode| state| "
     "date_of_birth| "
     "soc_sec_id",
     "patient",
     "patient_id|given_name|family_name|+street_number|address_line|+address_2|city|postal_code|state|birth_"
     "date|"
     "+soc_sec_id"},
    {"the bench", "Patient ID|Test Code|Test Name|Result Value|Units|Collected Date|Status|Facility",
     "lab_result", "patient_id|test_code|test_name|value_number|unit|collected_at|status|+facility"},
    {"MIMIC-IV labevents",
     "labevent_id|subject_id|hadm_id|specimen_id|itemid|order_provider_id|charttime|storetime|value|valuenum|"
     "valueuom|ref_range_lower|ref_range_upper|flag|priority|comments",
     "lab_result",
     "result_id|patient_id|encounter_id|specimen_id|test_code|+order_provider_id|collected_at|resulted_at|"
     "value_number|+valuenum|unit|reference_low|reference_high|abnormal_flag|+priority|+comments"},
    {"MIMIC-III labevents", "ROW_ID|SUBJECT_ID|HADM_ID|ITEMID|CHARTTIME|VALUE|VALUENUM|VALUEUOM|FLAG",
     "lab_result",
     "result_id|patient_id|encounter_id|test_code|collected_at|value_number|+valuenum|unit|abnormal_flag"},
    {"MIMIC-IV patients", "subject_id|gender|anchor_age|anchor_year|anchor_year_group|dod", "patient",
     "patient_id|gender|+anchor_age|+anchor_year|+anchor_year_group|death_date"},
    {"OMOP person",
     "person_id|gender_concept_id|year_of_birth|month_of_birth|day_of_birth|birth_datetime|race_concept_id|"
     "ethnicity_concept_id|location_id|gender_source_value",
     "patient",
     "patient_id|gender|birth_date|birth_date|birth_date|birth_date|race|ethnicity|+location_id|"
     "+gender_source_value"},
    {"OMOP measurement",
     "measurement_id|person_id|measurement_concept_id|measurement_date|measurement_datetime|operator_concept_"
     "id|"
     "value_as_number|unit_concept_id|range_low|range_high|visit_occurrence_id|measurement_source_value|"
     "unit_source_value|value_source_value",
     "lab_result",
     "result_id|patient_id|+measurement_concept_id|+measurement_date|collected_at|value_comparator|value_"
     "number|"
     "+unit_concept_id|reference_low|reference_high|encounter_id|test_code|unit|source_value"},
    {"races in columns", "PatientID|Race 1|Race 2|Race3|Sex|race_note_1|race_note_2", "patient",
     "patient_id|race|race|race|gender|+race_note_1|+race_note_2"},
    {"races in an array, beside one", "id|race.0|race.1|race|last_name", "patient",
     "patient_id|race|race|race|family_name"},
    {"a race with a stronger name", "id|race|patient_race_1|patient_race_2|last_name", "patient",
     "patient_id|race|+patient_race_1|+patient_race_2|family_name"},
    {"a phone is one", "id|last_name|phone1|phone2", "patient", "patient_id|family_name|phone|+phone2"},
    {"Epic patients",
     "PAT_ID|PAT_MRN_ID|PAT_FIRST_NAME|PAT_LAST_NAME|BIRTH_DATE|SEX|ADD_LINE_1|CITY|STATE|ZIP|HOME_PHONE|"
     "EMAIL_ADDRESS",
     "patient",
     "patient_id|+pat_mrn_id|given_name|family_name|birth_date|gender|address_line|city|state|postal_code|"
     "phone|"
     "email"},
    {"Epic results",
     "ORDER_PROC_ID|LINE|PAT_ID|PAT_ENC_CSN_ID|COMPONENT_ID|COMPONENT_NAME|ORD_VALUE|ORD_NUM_VALUE|REFERENCE_"
     "LOW|"
     "REFERENCE_HIGH|REFERENCE_UNIT|RESULT_STATUS|RESULT_TIME|SPECIMN_TAKEN_TIME",
     "lab_result",
     "+order_proc_id|+line|patient_id|encounter_id|test_code|test_name|value_number|+ord_num_value|reference_"
     "low|"
     "reference_high|unit|status|resulted_at|collected_at"},
    {"Cerner clinical events",
     "PERSON_ID|ENCNTR_ID|EVENT_ID|EVENT_CD|EVENT_TITLE_TEXT|RESULT_VAL|RESULT_UNITS|NORMAL_LOW|NORMAL_HIGH|"
     "NORMALCY_CD|EVENT_END_DT_TM|VERIFIED_DT_TM|ACCESSION_NBR",
     "lab_result",
     "patient_id|encounter_id|+event_id|test_code|test_name|value_number|unit|reference_low|reference_high|"
     "abnormal_flag|collected_at|resulted_at|specimen_id"},
    {"CDISC LB", "STUDYID|USUBJID|LBTESTCD|LBTEST|LBORRES|LBORRESU|LBSTRESC|LBSTRESU|LBNRIND|VISIT|LBDTC",
     "lab_result",
     "+studyid|patient_id|test_code|test_name|value_number|unit|+lbstresc|+lbstresu|abnormal_flag|encounter_"
     "id|"
     "collected_at"},
    {"HL7 v2", "PID-3|PID-5.1|PID-5.2|PID-7|PID-8|PID-11.5|PID-13", "patient",
     "patient_id|family_name|given_name|birth_date|gender|postal_code|phone"},
    {"FHIR Patient",
     "resourceType|id|name.0.family|name.0.given.0|name.0.given.1|gender|birthDate|address.0.line.0|address."
     "0.city|"
     "address.0.postalCode|telecom.0.value|maritalStatus.coding.0.code",
     "patient",
     "+resource_type|patient_id|family_name|given_name|middle_name|gender|birth_date|address_line|city|"
     "postal_code|"
     "phone|marital_status"},
    {"FHIR Observation",
     "resourceType|id|status|code.coding.0.system|code.coding.0.code|code.text|subject.reference|"
     "effectiveDateTime|"
     "issued|valueQuantity.value|valueQuantity.unit|valueQuantity.code|interpretation.0.coding.0.code",
     "lab_result",
     "+resource_type|result_id|status|test_code_system|test_code|test_name|patient_id|collected_at|"
     "resulted_"
     "at|"
     "value_number|+value_quantity_unit|unit|abnormal_flag"},
    {"DICOM keywords",
     "StudyInstanceUID|SeriesInstanceUID|SOPInstanceUID|SOPClassUID|PatientID|PatientName|PatientSex|"
     "Modality|"
     "StudyDate|StudyTime|BodyPartExamined|StudyDescription|Manufacturer|AccessionNumber",
     "imaging_study",
     "study_uid|series_uid|instance_uid|sop_class_uid|patient_id|+patient_name|+patient_sex|modality|started_"
     "at|"
     "+study_time|body_site|description|manufacturer|accession_number"},
    {"words of an office", "MRN|Last Name|First|DOB|Sex|Phone|Mobile|E-mail|Zip Code", "patient",
     "patient_id|family_name|given_name|birth_date|gender|phone|+mobile|email|postal_code"},
    {"words of a laboratory",
     "Patient ID|LOINC|Test|Result|Ref Low|Reference Range Low|Flag|Specimen|Order status|Collected "
     "Date|Date",
     "lab_result",
     "patient_id|test_code|test_name|value_number|reference_low|+reference_range_low|abnormal_flag|specimen_"
     "id|status|"
     "collected_at|+date"},
    {"a test without a code", "Patient ID|Test|Result", "lab_result", "patient_id|test_name|value_number"},
    {"a test by its name", "Patient ID|Test Name|Result|Units|Collected", "lab_result",
     "patient_id|test_name|value_number|unit|collected_at"},
    {"a test by an abbreviation and a name", "Patient ID|Analyte|Test Name|Result", "lab_result",
     "patient_id|test_code|test_name|value_number"},
    //  Common data models, and laboratories and hospitals in other languages.
    {"PCORnet LAB_RESULT_CM",
     "LAB_RESULT_CM_ID|PATID|ENCOUNTERID|LAB_LOINC|RAW_LAB_CODE|RAW_LAB_NAME|"
     "SPECIMEN_DATE|RESULT_DATE|RESULT_NUM|RESULT_MODIFIER|RESULT_QUAL|"
     "RESULT_UNIT|NORM_RANGE_LOW|NORM_RANGE_HIGH|ABN_IND|RAW_RESULT|RAW_UNIT",
     "lab_result",
     "result_id|patient_id|encounter_id|test_code|+raw_lab_code|test_name|"
     "collected_at|resulted_at|value_number|value_comparator|value_text|unit|"
     "reference_low|reference_high|abnormal_flag|source_value|source_unit"},
    {"PCORnet DEMOGRAPHIC", "PATID|BIRTH_DATE|BIRTH_TIME|SEX|HISPANIC|RACE", "patient",
     "patient_id|birth_date|+birth_time|gender|ethnicity|race"},
    {"CLIF labs",
     "hospitalization_id|lab_order_dttm|lab_collect_dttm|lab_result_dttm|"
     "lab_name|lab_category|lab_value|lab_value_numeric|reference_unit|"
     "lab_loinc_code",
     "lab_result",
     "encounter_id|+lab_order_dttm|collected_at|resulted_at|test_name|"
     "category|value_number|+lab_value_numeric|unit|test_code"},
    {"CLIF patient",
     "patient_id|race_name|race_category|ethnicity_category|sex_category|"
     "birth_date|death_dttm",
     "patient", "patient_id|+race_name|race|ethnicity|gender|birth_date|death_date"},
    {"i2b2 facts",
     "ENCOUNTER_NUM|PATIENT_NUM|CONCEPT_CD|START_DATE|TVAL_CHAR|NVAL_NUM|"
     "VALUEFLAG_CD|UNITS_CD",
     "lab_result",
     "encounter_id|patient_id|test_code|collected_at|value_comparator|"
     "value_number|abnormal_flag|unit"},
    {"i2b2 patients",
     "PATIENT_NUM|BIRTH_DATE|DEATH_DATE|SEX_CD|RACE_CD|MARITAL_STATUS_CD|"
     "ZIP_CD",
     "patient",
     "patient_id|birth_date|death_date|gender|race|marital_status|"
     "postal_code"},
    {"eICU",
     "labid|patientunitstayid|labname|labresult|labresulttext|"
     "labmeasurenamesystem|labmeasurenameinterface",
     "lab_result",
     "+labid|encounter_id|test_name|value_number|+labresulttext|unit|"
     "+labmeasurenameinterface"},
    {"OpenMRS obs",
     "obs_id|person_id|concept_id|encounter_id|obs_datetime|accession_number|"
     "value_numeric|value_modifier|value_text",
     "lab_result",
     "result_id|patient_id|test_code|encounter_id|collected_at|specimen_id|"
     "value_number|value_comparator|value_text"},
    {"SAP IS-H", "PATNR|NNAME|VNAME|GBDAT|GSCHL|PSTLZ|ORT|LAND", "patient",
     "patient_id|family_name|given_name|birth_date|gender|postal_code|city|"
     "country"},
    {"a German laboratory",
     "PatNr|Fallnr|Probennr|Untersuchung|Kürzel|Ergebnis|Einheit|Normbereich|"
     "Entnahmedatum",
     "lab_result",
     "patient_id|encounter_id|specimen_id|test_name|test_code|value_number|"
     "unit|reference_low|collected_at"},
    {"a German laboratory without codes", "PatNr|Untersuchung|Ergebnis|Einheit", "lab_result",
     "patient_id|test_name|value_number|unit"},
    {"a French laboratory",
     "IPP|Numéro de séjour|Date de prélèvement|Libellé|Code LOINC|Résultat|"
     "Unité|Borne inférieure|Borne supérieure",
     "lab_result",
     "patient_id|encounter_id|collected_at|test_name|test_code|value_number|"
     "unit|reference_low|reference_high"},
    {"French patients", "NIP|Nom d'usage|Prénom|Nom de naissance|Né le|Sexe|CP|Ville|Pays", "patient",
     "patient_id|family_name|given_name|maiden_name|birth_date|gender|"
     "postal_code|city|country"},
    {"a Spanish laboratory",
     "NHC|Episodio|Fecha extracción|Determinación|Resultado|Unidades|"
     "Valores de referencia",
     "lab_result",
     "patient_id|encounter_id|collected_at|test_name|value_number|unit|"
     "reference_low"},
    {"an Italian laboratory",
     "ID Paziente|Nosologico|Data prelievo|Esame|Risultato|Unità di misura|"
     "Valori di riferimento",
     "lab_result",
     "patient_id|encounter_id|collected_at|test_name|value_number|unit|"
     "reference_low"},
    {"a Portuguese laboratory",
     "Prontuário|Atendimento|Data da coleta|Exame|Resultado|Unidade|"
     "Valor de referência",
     "lab_result",
     "patient_id|encounter_id|collected_at|test_name|value_number|unit|"
     "reference_low"},
    {"Portuguese patients",
     "Número de utente|Primeiro nome|Apelido|Data de nascimento|Sexo|"
     "Código postal|Telemóvel",
     "patient", "patient_id|given_name|family_name|birth_date|gender|postal_code|phone"},
    {"a Dutch laboratory",
     "Patiëntnummer|Monsternummer|Afnamedatum|Bepaling|Uitslag|Eenheid|"
     "Referentiewaarden",
     "lab_result",
     "patient_id|specimen_id|collected_at|test_name|value_number|unit|"
     "reference_low"},
    {"Dutch patients",
     "Patiëntnummer|Voornaam|Achternaam|Geboortedatum|Geslacht|Postcode|"
     "Woonplaats",
     "patient", "patient_id|given_name|family_name|birth_date|gender|postal_code|city"},
    {"Italian patients", "Codice paziente|Cognome|Nome|Data di nascita|Sesso|Comune|CAP", "patient",
     "patient_id|family_name|given_name|birth_date|gender|city|postal_code"},
    {"whole names", "Prontuário|Nome|Data de nascimento|Sexo", "patient",
     "patient_id|+nome|birth_date|gender"},
    {"a year of birth", "patient_id|sex|Geburtsjahr", "patient", "patient_id|gender|birth_date"},
    {"German", "Patientennummer|Nachname|Vorname|Geburtsdatum|Geschlecht|Straße|PLZ|Ort|Telefon", "patient",
     "patient_id|family_name|given_name|birth_date|gender|address_line|postal_code|city|phone"},
    {"French", "id_patient|nom|prénom|date_naissance|sexe|ville|code_postal", "patient",
     "patient_id|family_name|given_name|birth_date|gender|city|postal_code"},
    {"Spanish", "id_paciente|nombre|apellidos|fecha_nacimiento|sexo|ciudad|teléfono", "patient",
     "patient_id|given_name|family_name|birth_date|gender|city|phone"},
    {"a byte-order mark and spaces", "\xef\xbb\xbf Patient-ID |birth.date", "patient",
     "patient_id|birth_date"},
    {"a laboratory with the patients' addresses",
     "MRN|First Name|Last Name|DOB|Sex|Phone|Address|City|State|Zip|LOINC|Test|Result|Units|Date",
     "lab_result",
     "patient_id|+first_name|+last_name|+dob|+sex|+phone|+address|+city|+state|+zip|test_code|test_name|"
     "value_number|"
     "unit|collected_at"},
    {"a registry whose patients have a modality",
     "patient_id|given_name|family_name|birth_date|gender|race|ethnicity|phone|city|state|zip|country|"
     "modality",
     "patient",
     "patient_id|given_name|family_name|birth_date|gender|race|ethnicity|phone|city|state|postal_code|"
     "country|"
     "+modality"},
    {"an id beside a result", "id|patient_id|test_code|value", "lab_result",
     "result_id|patient_id|test_code|value_number"},
    {"an id beside a study", "id|patient_id|modality|date", "imaging_study",
     "study_uid|patient_id|modality|started_at"},
};

Test (binding, headers_of_systems_in_use_find_their_kind_and_fields)
{
    catalog_t *catalog = s_catalog ();
    struct error error;
    char fields[LINE_BYTES];
    for (size_t i = 0; i < sizeof HEADERS / sizeof *HEADERS; i++) {
        binding_t *binding = s_bind (catalog, HEADERS[i].header, NULL, NULL, &error);
        cr_expect_not_null (binding, "%s: %s", HEADERS[i].source, error.text);
        if (!binding)
            continue;
        s_write (binding, fields, sizeof fields);
        cr_expect_str_eq (binding->schema->name, HEADERS[i].kind, "%s", HEADERS[i].source);
        cr_expect_str_eq (fields, HEADERS[i].fields, "%s:\n  is   %s\n  want %s", HEADERS[i].source, fields,
                          HEADERS[i].fields);
        cr_expect (binding->score > 0 && binding->score <= 1);
        binding_destroy (&binding);
        cr_expect_null (binding);
        binding_destroy (&binding);
    }
    catalog_destroy (&catalog);
}

Test (binding, the_strongest_name_wins_and_among_equals_the_first_column)
{
    static const char *const ROWS[][2] = {
        {"mrn|patient_id|id", "+mrn|patient_id|+id"},
        {"id|MRN|dob", "+id|patient_id|birth_date"},
        {"patient_id|Sex|sex|Gender", "patient_id|+sex|+sex_2|gender"},
        {"patient_id|Sex|SEX", "patient_id|gender|+sex"},
        {"patient_id|date of birth|birth_date", "patient_id|+date_of_birth|birth_date"},
    };
    catalog_t *catalog = s_catalog ();
    struct error error;
    char fields[LINE_BYTES];
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        binding_t *binding = s_bind (catalog, ROWS[i][0], "patient", NULL, &error);
        cr_assert_not_null (binding, "%s", error.text);
        s_write (binding, fields, sizeof fields);
        cr_expect_str_eq (fields, ROWS[i][1]);
        binding_destroy (&binding);
    }
    catalog_destroy (&catalog);
}

Test (binding, each_column_has_its_reason)
{
    catalog_t *catalog = s_catalog ();
    struct error error;
    binding_t *binding = s_bind (catalog, "patient_id|mrn|dob|ward", NULL, NULL, &error);
    cr_assert_not_null (binding, "%s", error.text);
    cr_expect_eq (binding->columns[0].by, BOUND_NAME);
    cr_expect_str_eq (binding->columns[0].reason, "is the field's own name");
    cr_expect_str_eq (binding->columns[1].reason, "patient_id has column 1 already; kept as it is");
    cr_expect_eq (binding->columns[2].by, BOUND_ALIAS);
    cr_expect_str_eq (binding->columns[2].reason, "“dob” is a name of birth_date");
    cr_expect_str_eq (binding->columns[3].reason, "no field takes it; kept as it is");
    cr_expect_str_eq (bound_by_word (BOUND_NONE), "none");
    cr_expect_str_eq (bound_by_word (BOUND_NAME), "name");
    cr_expect_str_eq (bound_by_word (BOUND_ALIAS), "alias");
    cr_expect_str_eq (bound_by_word (BOUND_MAPPING), "mapping");
    binding_destroy (&binding);
    binding = s_bind (catalog, "patient_id|test|value", NULL, NULL, &error);
    cr_expect_str_eq (binding->columns[1].reason,
                      "“test” is a name of test_name; stands in for test_code, which has no column");
    binding_destroy (&binding);
    catalog_destroy (&catalog);
}

Test (binding, extra_columns_get_names_that_nothing_else_has)
{
    catalog_t *catalog = s_catalog ();
    struct error error;
    char fields[LINE_BYTES];
    binding_t *binding =
        s_bind (catalog, "patient_id|Ward|ward|WARD|ward_2|Gender|gender|gender|||Bed, if any|wardNo",
                "patient", NULL, &error);
    cr_assert_not_null (binding, "%s", error.text);
    s_write (binding, fields, sizeof fields);
    cr_expect_str_eq (
        fields, "patient_id|+ward|+ward_2|+ward_3|+ward_2_2|gender|+gender_2|+gender_3|+column|+column_2|"
                "+bed_if_any|+ward_no");
    binding_destroy (&binding);
    catalog_destroy (&catalog);
}

Test (binding, twenty_thousand_columns_of_one_name_are_no_burden)
{
    enum { COUNT = 20000 };
    struct text *names = malloc (COUNT * sizeof *names);
    cr_assert_not_null (names);
    for (size_t i = 0; i < COUNT; i++)
        names[i] = TEXT ("Ward");
    names[COUNT - 1] = TEXT ("patient_id");
    catalog_t *catalog = s_catalog ();
    struct error error = {0};
    binding_t *binding = binding_new (catalog, names, COUNT, NULL, NULL, "in.csv", &error);
    cr_assert_not_null (binding, "%s", error.text);
    cr_expect_str_eq (binding->columns[COUNT - 2].name, "ward_19999");
    cr_expect_eq (binding->column_of[schema_field (binding->schema, "patient_id")], COUNT - 1);
    binding_destroy (&binding);
    catalog_destroy (&catalog);
    free (names);
}

static const struct {
    const char *header, *kind, *says, *hides;
} WRONG[] = {
    {"a|b|c", NULL, "no kind of record has a column named as one of the 3", NULL},
    {"", NULL, "no kind of record", NULL},
    {"id|name|price", NULL, "too few of its columns are known", NULL},
    {"id", NULL, "too few of its columns are known to tell its kind (its columns: id)", NULL},
    {"name|dob|sex", NULL, "looks most like patient, but no column feeds patient_id", NULL},
    {"name|dob|sex", NULL, "(its columns: name, dob, sex)", NULL},
    {"Patient ID|Result|Units|Collected", NULL, "looks most like lab_result, but no column feeds test_code",
     NULL},
    //  A list of images is no list of patients, and no study without a modality either.
    {"Image Index|Finding Labels|Follow-up #|Patient ID|Patient Age|Patient Gender|View Position", NULL,
     "looks most like imaging_study, but no column feeds modality", NULL},
    {"image_name|patient_id|sex|age_approx|anatom_site_general|diagnosis|target", NULL,
     "looks most like imaging_study, but no column feeds modality", NULL},
    {"DATE|PATIENT|ENCOUNTER|CODE|DESCRIPTION|BASE_COST", NULL, "no column feeds value_number", NULL},
    {"patient_id|accession number|study date", NULL,
     "looks most like imaging_study, but no column feeds modality", NULL},
    {"patient_id|dob", "lab_result", "no column feeds test_code, which every lab_result record needs", NULL},
    {"patient_id|dob", "lab_result", "{\"columns\": {\"COLUMN\": \"test_code\"}}", NULL},
    {"patient_id|test_code", "lab_result", "no column feeds value_number", NULL},
    {"patient_id", "invoice", "no kind “invoice”; give one of imaging_study, lab_result, patient", NULL},
    //  A first line of data is a patient's, and does not stand in the message.
    {"1001|Smith|John|1980-01-01|M", NULL, "first line looks like data", "Smith"},
    {"1001|Smith|John|1980-01-01|M", "patient", "first line looks like data, so no column feeds patient_id",
     "Smith"},
    {"P1|2345-7|Glucose|high|95|mg/dL", NULL, "first line looks like data", "P1"},
    {"Smith|John|john@example.org", NULL, "first line looks like data", "Smith"},
    {"Smith|John|M", NULL, "if that line is data, write a header above it", "Smith"},
    {"Smith|John|M|high|Ogden|Elm", "patient", "no column feeds patient_id", "Smith"},
};

Test (binding, what_does_not_fit_is_told_in_one_sentence_without_a_value)
{
    catalog_t *catalog = s_catalog ();
    struct error error;
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        cr_expect_null (s_bind (catalog, WRONG[i].header, WRONG[i].kind, NULL, &error));
        cr_expect_eq (error.code, DMH_BAD_INPUT);
        cr_expect (strncmp (error.text, "in.csv: ", 8) == 0 && strstr (error.text, WRONG[i].says),
                   "%s\n  said: %s\n  want: %s", WRONG[i].header, error.text, WRONG[i].says);
        cr_expect (!WRONG[i].hides || !strstr (error.text, WRONG[i].hides), "%s", error.text);
    }
    catalog_destroy (&catalog);
}

Test (binding, a_long_header_is_cut_in_the_sentence)
{
    catalog_t *catalog = s_catalog ();
    char header[LINE_BYTES] = "patient_id|test_code|unit";
    for (int i = 0; i < 40; i++)
        snprintf (header + strlen (header), sizeof header - strlen (header),
                  "|größe einer spalte mit sehr langem namen");
    struct error error;
    cr_expect_null (s_bind (catalog, header, NULL, NULL, &error));
    cr_expect (strstr (error.text, "… (43 columns)") && strlen (error.text) <= 480, "%zu %s",
               strlen (error.text), error.text);
    catalog_destroy (&catalog);
}
