//  dicom.h: the DICOM JSON model as fields by column: "00100020": {"vr": "LO", "Value": ["7"]} is the column
//  PatientID with 7. Standard: DICOM PS3.18, annex F; keywords are those of PS3.6.
#ifndef DMH_WORKER_FORMATS_JSON_DICOM_H
#define DMH_WORKER_FORMATS_JSON_DICOM_H

#include "worker/formats/dialect.h"

//  Whether paths of JSON, as the dialect has them as names, are those of the model: each begins with a tag,
//  and one is a tag's vr.
bool json_is_dicom (const struct dialect *dialect);

//  The column's name for a path: keywords for tags that have one, no Value and no index of the first value,
//  no Alphabetic: 00100010.Value.0.Alphabetic is PatientName, 00080061.Value.1 is ModalitiesInStudy.1,
//  00081140.Value.0.00081155.Value.0 is ReferencedImageSequence.ReferencedSOPInstanceUID. Written to `room`,
//  which has `size` bytes; at = NULL: a vr, which no column takes. false: no room.
bool json_dicom_name (struct text path, char *room, size_t size, struct text *out);

#endif
