//  table.c: see table.h. Paths are those of FHIR R4 (4.0.1), of US Core's extensions, and of what
//  dmh itself adds where FHIR has no place for a field (urn:dmh:…), so that it reads back what it has
//  written.
#include "worker/formats/fhir/table.h"

#include <string.h>

#define OURS(FIELD)                                                                                          \
    {                                                                                                        \
#FIELD, FHIR_RESOURCE, "extension[url=urn:dmh:" #FIELD "].valueString", FHIR_FIRST                   \
    }
#define SUBJECT                                                                                              \
    {"patient_id", FHIR_RESOURCE, "subject.identifier[system=urn:dmh:patient_id].value", FHIR_FIRST},        \
        {"patient_id", FHIR_RESOURCE, "subject", FHIR_PATIENT},                                              \
    {                                                                                                        \
        "encounter_id", FHIR_RESOURCE, "encounter", FHIR_ENCOUNTER                                           \
    }
//  A status is required; where dmh had none it says so beside its "unknown".
#define STATUS                                                                                               \
    {"status", FHIR_RESOURCE,                                                                                \
     "_status.extension[url=http://hl7.org/fhir/StructureDefinition/data-absent-reason].valueCode",          \
     FHIR_NOTHING},                                                                                          \
    {                                                                                                        \
        "status", FHIR_RESOURCE, "status", FHIR_FIRST                                                        \
    }
#define RACE "extension[url=http://hl7.org/fhir/us/core/StructureDefinition/us-core-race]"
#define ETHNICITY "extension[url=http://hl7.org/fhir/us/core/StructureDefinition/us-core-ethnicity]"
#define PLACE "extension[url=http://hl7.org/fhir/StructureDefinition/geolocation]"
#define UCUM "[system=http://unitsofmeasure.org]"
#define MARITAL "[system=http://terminology.hl7.org/CodeSystem/v3-MaritalStatus]"
#define CATEGORY "[system=http://terminology.hl7.org/CodeSystem/observation-category]"
#define FLAG "[system=http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation]"
#define LOINC "code.coding[system=http://loinc.org][code]"

static const struct fhir_row PATIENT[] = {
    {"patient_id", FHIR_RESOURCE, "identifier[system=urn:dmh:patient_id].value", FHIR_FIRST},
    {"patient_id", FHIR_RESOURCE, "id", FHIR_FIRST},
    {"given_name", FHIR_RESOURCE, "@name.given[0]", FHIR_FIRST},
    {"middle_name", FHIR_RESOURCE, "@name.given[1-]", FHIR_WORDS},
    OURS (middle_name),
    {"family_name", FHIR_RESOURCE, "@name.family", FHIR_FIRST},
    {"prefix", FHIR_RESOURCE, "@name.prefix", FHIR_WORDS},
    {"suffix", FHIR_RESOURCE, "@name.suffix", FHIR_WORDS},
    {"maiden_name", FHIR_RESOURCE, "name[use=maiden].family", FHIR_FIRST},
    {"birth_date", FHIR_RESOURCE, "birthDate", FHIR_FIRST},
    OURS (birth_date),
    {"death_date", FHIR_RESOURCE, "deceasedDateTime", FHIR_FIRST},
    OURS (death_date),
    {"deceased", FHIR_RESOURCE, "deceasedBoolean", FHIR_FIRST},
    OURS (deceased),
    {"gender", FHIR_RESOURCE, "gender", FHIR_FIRST},
    {"marital_status", FHIR_RESOURCE, "maritalStatus.coding" MARITAL ".code", FHIR_FIRST},
    {"marital_status", FHIR_RESOURCE, "maritalStatus.coding.code", FHIR_FIRST},
    {"marital_status", FHIR_RESOURCE, "maritalStatus.text", FHIR_FIRST},
    {"race", FHIR_RESOURCE, RACE ".extension[url=ombCategory].valueCoding.code", FHIR_LINES},
    {"race", FHIR_RESOURCE, RACE ".extension[url=text].valueString", FHIR_FIRST},
    {"ethnicity", FHIR_RESOURCE, ETHNICITY ".extension[url=ombCategory].valueCoding.code", FHIR_FIRST},
    {"ethnicity", FHIR_RESOURCE, ETHNICITY ".extension[url=text].valueString", FHIR_FIRST},
    {"ssn", FHIR_RESOURCE, "identifier[type.coding.code=SS].value", FHIR_FIRST},
    {"ssn", FHIR_RESOURCE, "identifier[system=http://hl7.org/fhir/sid/us-ssn].value", FHIR_FIRST},
    {"phone", FHIR_RESOURCE, "@phone.value", FHIR_FIRST},
    {"email", FHIR_RESOURCE, "@email.value", FHIR_FIRST},
    {"address_line", FHIR_RESOURCE, "@address.line", FHIR_LINES},
    {"address_line", FHIR_RESOURCE, "@address.text", FHIR_ALONE},
    {"city", FHIR_RESOURCE, "@address.city", FHIR_FIRST},
    {"state", FHIR_RESOURCE, "@address.state", FHIR_FIRST},
    {"county", FHIR_RESOURCE, "@address.district", FHIR_FIRST},
    {"postal_code", FHIR_RESOURCE, "@address.postalCode", FHIR_FIRST},
    {"country", FHIR_RESOURCE, "@address.country", FHIR_FIRST},
    {"latitude", FHIR_RESOURCE, "@address." PLACE ".extension[url=latitude].valueDecimal", FHIR_FIRST},
    {"longitude", FHIR_RESOURCE, "@address." PLACE ".extension[url=longitude].valueDecimal", FHIR_FIRST},
    {"medical_record_number", FHIR_RESOURCE, "identifier[type.coding.code=MR].value", FHIR_FIRST},
    {"name_text", FHIR_RESOURCE, "@name.text", FHIR_ALONE},
};

static const struct fhir_row OBSERVATION[] = {
    {"result_id", FHIR_RESOURCE, "identifier[system=urn:dmh:result_id].value", FHIR_FIRST},
    {"result_id", FHIR_RESOURCE, "id", FHIR_ID},
    SUBJECT,
    {"specimen_id", FHIR_RESOURCE, "specimen", FHIR_SPECIMEN},
    {"category", FHIR_RESOURCE, "category.coding" CATEGORY ".code", FHIR_FIRST},
    {"category", FHIR_RESOURCE, "category.text", FHIR_FIRST},
    {"category", FHIR_RESOURCE, "category.coding.code", FHIR_FIRST},
    {"test_code", FHIR_PART, LOINC ".code", FHIR_FIRST},
    {"test_code", FHIR_PART, "code.coding[code].code", FHIR_FIRST},
    {"test_code", FHIR_PART, "code.text", FHIR_FIRST},
    {"test_code", FHIR_PART, "code.coding.display", FHIR_FIRST},
    {"test_code_system", FHIR_PART, LOINC ".system", FHIR_FIRST},
    {"test_code_system", FHIR_PART, "code.coding[code][0].system", FHIR_FIRST},
    OURS (test_code_system),
    {"test_name", FHIR_PART, "code.text", FHIR_FIRST},
    {"test_name", FHIR_PART, LOINC ".display", FHIR_FIRST},
    {"test_name", FHIR_PART, "code.coding.display", FHIR_FIRST},
    {"value_comparator", FHIR_PART, "valueQuantity.comparator", FHIR_FIRST},
    OURS (value_comparator),
    {"value_number", FHIR_PART, "valueQuantity.value", FHIR_FIRST},
    {"value_number", FHIR_PART, "valueInteger", FHIR_FIRST},
    {"value_text", FHIR_PART, "valueString", FHIR_FIRST},
    {"value_text", FHIR_PART, "valueCodeableConcept.text", FHIR_FIRST},
    {"value_text", FHIR_PART, "valueCodeableConcept.coding.display", FHIR_FIRST},
    {"value_text", FHIR_PART, "valueCodeableConcept.coding.code", FHIR_FIRST},
    {"value_text", FHIR_PART, "valueBoolean", FHIR_FIRST},
    {"value_text", FHIR_PART, "valueRatio", FHIR_RATIO},
    {"value_text", FHIR_PART, "valueRange", FHIR_INTERVAL},
    {"value_text", FHIR_PART, "valueDateTime", FHIR_FIRST},
    {"value_text", FHIR_PART, "valueTime", FHIR_FIRST},
    {"value_text", FHIR_PART, "valuePeriod", FHIR_PERIOD},
    OURS (value_text),
    {"unit", FHIR_PART, "valueQuantity" UCUM ".code", FHIR_FIRST},
    {"unit", FHIR_PART, "valueQuantity.unit", FHIR_FIRST},
    {"unit", FHIR_PART, "valueQuantity.code", FHIR_FIRST},
    {"unit", FHIR_PART, "valueRange", FHIR_UNIT},
    OURS (unit),
    {"reference_low", FHIR_PART, "@range.low", FHIR_LIMIT},
    {"reference_low", FHIR_PART, "@range.text", FHIR_DIGITS},
    {"reference_high", FHIR_PART, "@range.high", FHIR_LIMIT},
    {"abnormal_flag", FHIR_PART, "interpretation.coding" FLAG ".code", FHIR_FIRST},
    {"abnormal_flag", FHIR_PART, "interpretation.coding.code", FHIR_FIRST},
    {"abnormal_flag", FHIR_PART, "interpretation.text", FHIR_FIRST},
    STATUS,
    OURS (collected_at),
    {"collected_at", FHIR_RESOURCE, "effectiveDateTime", FHIR_FIRST},
    {"collected_at", FHIR_RESOURCE, "effectiveInstant", FHIR_FIRST},
    {"collected_at", FHIR_RESOURCE, "effectivePeriod.start", FHIR_FIRST},
    OURS (resulted_at),
    {"resulted_at", FHIR_RESOURCE, "issued", FHIR_FIRST},
    OURS (source_value),
    OURS (source_unit),
    {"reference_text", FHIR_PART, "@range.text", FHIR_ALONE},    //  "Negative", and what is no range
};

static const struct fhir_row IMAGING_STUDY[] = {
    {"study_uid", FHIR_RESOURCE, "identifier[system=urn:dicom:uid].value", FHIR_OID},
    {"study_uid", FHIR_RESOURCE, "identifier[system=urn:dmh:study_uid].value", FHIR_FIRST},
    {"study_uid", FHIR_RESOURCE, "id", FHIR_ID},
    SUBJECT,
    {"accession_number", FHIR_RESOURCE, "identifier[type.coding.code=ACSN].value", FHIR_FIRST},
    OURS (started_at),
    {"started_at", FHIR_RESOURCE, "started", FHIR_FIRST},
    {"modality", FHIR_RESOURCE, "modality.code", FHIR_FIRST},
    {"modality", FHIR_PART, "modality.code", FHIR_FIRST},
    OURS (body_site),
    {"body_site", FHIR_PART, "bodySite.display", FHIR_FIRST},
    OURS (body_site_code),
    {"body_site_code", FHIR_PART, "bodySite.code", FHIR_FIRST},
    OURS (series_uid),
    {"series_uid", FHIR_PART, "uid", FHIR_OID},
    OURS (instance_uid),
    {"instance_uid", FHIR_INNER, "uid", FHIR_OID},
    OURS (sop_class_uid),
    {"sop_class_uid", FHIR_INNER, "sopClass.code", FHIR_OID},
    {"description", FHIR_RESOURCE, "description", FHIR_FIRST},
    {"procedure_code", FHIR_RESOURCE, "procedureCode.coding.code", FHIR_FIRST},
    OURS (manufacturer),
    STATUS,
    {"series_description", FHIR_PART, "description", FHIR_FIRST},
};

#define ROWS(TABLE) TABLE, sizeof TABLE / sizeof *TABLE

const struct fhir_kind FHIR_KIND[FHIR_KINDS] = {
    {"patient", "Patient", NULL, NULL, false, "patient_id", true, ROWS (PATIENT)},
    {"lab_result", "Observation", "component", NULL, true, "result_id", true, ROWS (OBSERVATION)},
    {"imaging_study", "ImagingStudy", "series", "instance", false, "study_uid", false, ROWS (IMAGING_STUDY)},
};

const struct fhir_kind *fhir_kind_find (const char *kind)
{
    for (size_t i = 0; i < FHIR_KINDS; i++)
        if (strcmp (FHIR_KIND[i].kind, kind) == 0)
            return &FHIR_KIND[i];
    return NULL;
}
