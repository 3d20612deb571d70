//  fhir_templates.h: what a record of each kind looks like in FHIR R4. Data alone.
//
//  JSON with ' for ". $field is the field's value as a string, #field its digits, true or false; $field:shape
//  what a shape of fhir_value.c makes of it, $field:!shape the value where the shape does not take it,
//  $field?word the word where it is empty, $* the resource's id. <…> stands when every field directly in it
//  has a value, or, where there is none, when something in it stands; <+field …> moreover only when that
//  field has a value,
//  <-field …> only when it has none (they may be text alone). A comma behind an opening bracket goes. * is
//  the place of the fields that no other place names, as extensions.
#ifndef DMH_WORKER_ENCODERS_FHIR_TEMPLATES_H
#define DMH_WORKER_ENCODERS_FHIR_TEMPLATES_H

struct fhir_template {
    const char *kind, *text;
};

//  NULL when FHIR has no resource for the kind.
const struct fhir_template *fhir_template_find (const char *kind);

#endif
