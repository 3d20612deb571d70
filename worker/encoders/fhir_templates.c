//  fhir_templates.c: see fhir_templates.h.
#include "worker/encoders/fhir_templates.h"

#include <stddef.h>
#include <string.h>

//  One element of a resource a line.
//  clang-format off
#define EXTENSION(FIELD, VALUE) "<,{'url':'urn:dmh:" FIELD "','valueString':" VALUE "}>"
#define IDENTIFIED(FIELD) "'identifier':{'system':'urn:dmh:" FIELD "','value':$" FIELD "}"
#define HL7 "http://terminology.hl7.org/CodeSystem/"
#define CODED(CODE, VALUE) "{'coding':[{'system':'" HL7 CODE "','code':" VALUE "}]}"
#define UNIT "<,'unit':$unit><,'system':'http://unitsofmeasure.org','code':$unit:ucum>"
#define MODALITY "{'system':'http://dicom.nema.org/resources/ontology/DCM','code':$modality}"
#define FHIR "http://hl7.org/fhir/StructureDefinition/"
#define OMB(NAME)                                                                                            \
    "<,{'url':'http://hl7.org/fhir/us/core/StructureDefinition/us-core-" NAME "','extension':["              \
    "<,{'url':'ombCategory','valueCoding':{'system':'urn:oid:2.16.840.1.113883.6.238','code':$" NAME         \
    ":omb,'display':$" NAME ":display}}>"                                                                    \
    "<,{'url':'ombCategory','valueCoding':{'system':'" HL7 "v3-NullFlavor','code':$" NAME                    \
    ":null_flavor,'display':$" NAME ":display}}>"                                                            \
    ",{'url':'text','valueString':$" NAME ":display}]}>"
#define SUBJECT                                                                                              \
    ",'subject':{'reference':$patient_id:patient," IDENTIFIED (                                              \
        "patient_id") "}"                                                                                    \
                      "<,'encounter':{'type':'Encounter'," IDENTIFIED ("encounter_id") "}>"
//  A status is required: "unknown", and that there was none.
#define STATUS                                                                                               \
    ",'status':$status?unknown"                                                                              \
    "<-status ,'_status':{'extension':[{'url':'" FHIR "data-absent-reason','valueCode':'unknown'}]}>"

static const char PATIENT[] =
    "{'resourceType':'Patient','id':$*"
    "<,'extension':[" OMB ("race") OMB ("ethnicity") "<-given_name " EXTENSION (
        "middle_name", "$middle_name") ">" EXTENSION ("birth_date", "$birth_date:!datetime")
        EXTENSION ("death_date", "$death_date:!datetime") "<+death_date " EXTENSION (
            "deceased", "$deceased") ">*]>"
                                     ",'identifier':["
                                     "{'use':'usual','system':'urn:dmh:patient_id','value':$patient_id}"
                                     "<,{'type':" CODED (
                                         "v2-0203",
                                         "'SS'") ",'system':'http://hl7.org/fhir/sid/us-ssn','value':$ssn}>]"
                                                 "<,'name':["
                                                 "<,{'use':'official'<,'family':$family_name><,'given':[$"
                                                 "given_name<,$middle_name>]>"
                                                 "<,'prefix':[$prefix]><,'suffix':[$suffix]>}>"
                                                 "<,{'use':'maiden','family':$maiden_name}>]>"
                                                 "<,'telecom':[<,{'system':'phone','value':$phone}><,{'"
                                                 "system':'email','value':$email}>]>"
                                                 "<,'gender':$gender>"
                                                 "<,'birthDate':$birth_date:datetime>"
                                                 "<,'deceasedDateTime':$death_date:datetime>"
                                                 "<-death_date ,'deceasedBoolean':#deceased>"
                                                 "<,'address':[{"
                                                 "<,'extension':[{'url':'" FHIR "geolocation','extension':["
                                                 "<,{'url':'latitude','valueDecimal':#latitude}><,{'url':'"
                                                 "longitude','valueDecimal':#longitude}>]}]>"
                                                 "<,'line':[$address_line]><,'city':$city><,'district':$"
                                                 "county><,'state':$state>"
                                                 "<,'postalCode':$postal_code><,'country':$country>}]>"
                                                 "<,'maritalStatus':" CODED ("v3-MaritalStatus",
                                                                             "$marital_status") ">}";

static const char OBSERVATION[] =
    "{'resourceType':'Observation','id':$*"
    "<,'extension':["
    "<+value_number " EXTENSION (
        "value_text",
        "$value_text") ">"
                       "<-value_number " EXTENSION ("value_comparator", "$value_comparator") EXTENSION (
                           "unit", "$unit") ">" EXTENSION ("test_code_system", "$test_code_system:!uri")
                           EXTENSION ("collected_at", "$collected_at:!datetime") EXTENSION (
                               "resulted_at",
                               "$resulted_at:!instant") "*]>"
                                                        "<,'identifier':[{'system':'urn:dmh:result_id','"
                                                        "value':$result_id}]>" STATUS "<,'category':["
                                                        "<," CODED (
                                                            "observation-category",
                                                            "$category:category") ">"
                                                                                  "<,{'text':$"
                                                                                  "category:!"
                                                                                  "category}>]>"
                                                                                  ",'code':{'coding':"
                                                                                  "[{<,'system':$"
                                                                                  "test_code_system:"
                                                                                  "uri>,'code':$test_"
                                                                                  "code}]<,'text':$"
                                                                                  "test_name>"
                                                                                  "}" SUBJECT "<,'"
                                                                                  "effectiveDateTime'"
                                                                                  ":$collected_at:"
                                                                                  "datetime><,'"
                                                                                  "effectiveDateTime'"
                                                                                  ":$collected_at:"
                                                                                  "day>"
                                                                                  "<,'issued':$"
                                                                                  "resulted_at:"
                                                                                  "instant>"
                                                                                  "<,'valueQuantity':"
                                                                                  "{'value':#value_"
                                                                                  "number<,'"
                                                                                  "comparator':$"
                                                                                  "value_"
                                                                                  "comparator>" UNIT "}>"
                                                                                  "<-value_number "
                                                                                  ",'valueString':$"
                                                                                  "value_text>"
                                                                                  "<,'interpretation'"
                                                                                  ":[" CODED (
                                                                                      "v3-"
                                                                                      "ObservationInt"
                                                                                      "erpretation",
                                                                                      "$abnormal_"
                                                                                      "flag") "]>"
                                                                                              "<,'"
                                                                                              "specim"
                                                                                              "en':{'"
                                                                                              "type':"
                                                                                              "'Speci"
                                                                                              "men'"
                                                                                              "," IDENTIFIED (
                                                                                                  "sp"
                                                                                                  "ec"
                                                                                                  "im"
                                                                                                  "en"
                                                                                                  "_i"
                                                                                                  "d") "}>"
                                                                                                       "<,'"
                                                                                                       "refer"
                                                                                                       "enceR"
                                                                                                       "ange'"
                                                                                                       ":[{"
                                                                                                       "<,'"
                                                                                                       "low':"
                                                                                                       "{'"
                                                                                                       "value"
                                                                                                       "':#"
                                                                                                       "refer"
                                                                                                       "ence_"
                                                                                                       "lo"
                                                                                                       "w" UNIT
                                                                                                       "}>"
                                                                                                       "<,'"
                                                                                                       "high'"
                                                                                                       ":{'"
                                                                                                       "value"
                                                                                                       "':#"
                                                                                                       "refer"
                                                                                                       "ence_"
                                                                                                       "hig"
                                                                                                       "h" UNIT
                                                                                                       "}>}]>"
                                                                                                       "}";

//  An instance needs its class and its series, a series its UID.
static const char IMAGING_STUDY[] =
    "{'resourceType':'ImagingStudy','id':$*"
    "<,'extension':["
    "<-series_uid " EXTENSION ("body_site", "$body_site") EXTENSION ("body_site_code", "$body_site_code")
        EXTENSION ("instance_uid", "$instance_uid") EXTENSION (
            "sop_class_uid",
            "$sop_class_uid") ">"
                              "<+series_uid "
                              "<-sop_class_uid " EXTENSION (
                                  "instance_uid",
                                  "$instance_uid") ">"
                                                   "<-instance_uid " EXTENSION (
                                                       "sop_class_uid",
                                                       "$sop_"
                                                       "class_"
                                                       "uid") ">>" EXTENSION ("started_at",
                                                                              "$started_at:!"
                                                                              "datetime") "*]>"
                                                                                          "<,'"
                                                                                          "identifie"
                                                                                          "r':["
                                                                                          "<,{'use':"
                                                                                          "'official"
                                                                                          "','"
                                                                                          "system':'"
                                                                                          "urn:"
                                                                                          "dicom:"
                                                                                          "uid',"
                                                                                          "'value':$"
                                                                                          "study_"
                                                                                          "uid:uid}>"
                                                                                          "<,{'"
                                                                                          "system':'"
                                                                                          "urn:dmh:"
                                                                                          "study_"
                                                                                          "uid','"
                                                                                          "value':$"
                                                                                          "study_"
                                                                                          "uid:!uid}"
                                                                                          ">"
                                                                                          "<,{'type'"
                                                                                          ":" CODED (
                                                                                              "v2-"
                                                                                              "0203",
                                                                                              "'ACSN"
                                                                                              "'") ",'value':"
                                                                                                   "$"
                                                                                                   "accession"
                                                                                                   "_"
                                                                                                   "number}>]"
                                                                                                   ">" STATUS
                                                                                                   "<,'"
                                                                                                   "modality'"
                                                                                                   ":"
                                                                                                   "[" MODALITY
                                                                                                   "]"
                                                                                                   ">" SUBJECT
                                                                                                   "<,'"
                                                                                                   "started':"
                                                                                                   "$"
                                                                                                   "started_"
                                                                                                   "at:"
                                                                                                   "datetime>"
                                                                                                   "<"
                                                                                                   ",'"
                                                                                                   "started'"
                                                                                                   ":$"
                                                                                                   "started_"
                                                                                                   "at:day>"
                                                                                                   "<,'"
                                                                                                   "procedure"
                                                                                                   "C"
                                                                                                   "ode':[{'"
                                                                                                   "coding':["
                                                                                                   "{"
                                                                                                   "'code':$"
                                                                                                   "procedure"
                                                                                                   "_"
                                                                                                   "code}]}]>"
                                                                                                   "<,'"
                                                                                                   "descripti"
                                                                                                   "o"
                                                                                                   "n':$"
                                                                                                   "descripti"
                                                                                                   "o"
                                                                                                   "n>"
                                                                                                   "<,'"
                                                                                                   "series'"
                                                                                                   ":[{'uid':"
                                                                                                   "$"
                                                                                                   "series_"
                                                                                                   "uid:id,'"
                                                                                                   "modality'"
                                                                                                   ":" MODALITY
                                                                                                   "<,'"
                                                                                                   "bodySite'"
                                                                                                   ":"
                                                                                                   "{<,'"
                                                                                                   "system':'"
                                                                                                   "http://"
                                                                                                   "snomed."
                                                                                                   "info/"
                                                                                                   "sct','"
                                                                                                   "code':$"
                                                                                                   "body_"
                                                                                                   "site_"
                                                                                                   "code:"
                                                                                                   "snomed>"
                                                                                                   "<,'code':"
                                                                                                   "$"
                                                                                                   "body_"
                                                                                                   "site_"
                                                                                                   "code:!"
                                                                                                   "snomed><,"
                                                                                                   "'"
                                                                                                   "display':"
                                                                                                   "$"
                                                                                                   "body_"
                                                                                                   "site>"
                                                                                                   "}>"
                                                                                                   "<,'"
                                                                                                   "instance'"
                                                                                                   ":"
                                                                                                   "[{'uid':$"
                                                                                                   "instance_"
                                                                                                   "uid:id"
                                                                                                   ",'"
                                                                                                   "sopClass'"
                                                                                                   ":"
                                                                                                   "{'system'"
                                                                                                   ":"
                                                                                                   "'urn:"
                                                                                                   "ietf:"
                                                                                                   "rfc:3986'"
                                                                                                   ","
                                                                                                   "'code':$"
                                                                                                   "sop_"
                                                                                                   "class_"
                                                                                                   "uid:uid}}"
                                                                                                   "]"
                                                                                                   ">}]>}";
//  clang-format on

const struct fhir_template *fhir_template_find (const char *kind)
{
    static const struct fhir_template TEMPLATES[] = {
        {"patient", PATIENT}, {"lab_result", OBSERVATION}, {"imaging_study", IMAGING_STUDY}};
    for (size_t i = 0; i < sizeof TEMPLATES / sizeof *TEMPLATES; i++)
        if (strcmp (TEMPLATES[i].kind, kind) == 0)
            return &TEMPLATES[i];
    return NULL;
}
