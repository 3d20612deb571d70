//  dicom.c: see dicom.h.
#include "worker/formats/json/dicom.h"

#include "worker/text/ascii.h"

#include <stdlib.h>

enum { TAG = 8 };

//  What archives answer (PS3.18, tables 10.6) and files of images hold. By tag.
static const struct keyword {
    char tag[TAG + 1];
    const char *word;
} KEYWORDS[] = {
    {"00080005", "SpecificCharacterSet"},
    {"00080008", "ImageType"},
    {"00080012", "InstanceCreationDate"},
    {"00080013", "InstanceCreationTime"},
    {"00080016", "SOPClassUID"},
    {"00080018", "SOPInstanceUID"},
    {"00080020", "StudyDate"},
    {"00080021", "SeriesDate"},
    {"00080022", "AcquisitionDate"},
    {"00080023", "ContentDate"},
    {"0008002A", "AcquisitionDateTime"},
    {"00080030", "StudyTime"},
    {"00080031", "SeriesTime"},
    {"00080032", "AcquisitionTime"},
    {"00080033", "ContentTime"},
    {"00080050", "AccessionNumber"},
    {"00080051", "IssuerOfAccessionNumberSequence"},
    {"00080056", "InstanceAvailability"},
    {"00080060", "Modality"},
    {"00080061", "ModalitiesInStudy"},
    {"00080064", "ConversionType"},
    {"00080068", "PresentationIntentType"},
    {"00080070", "Manufacturer"},
    {"00080080", "InstitutionName"},
    {"00080090", "ReferringPhysicianName"},
    {"00080100", "CodeValue"},
    {"00080102", "CodingSchemeDesignator"},
    {"00080104", "CodeMeaning"},
    {"00080201", "TimezoneOffsetFromUTC"},
    {"00081010", "StationName"},
    {"00081030", "StudyDescription"},
    {"00081032", "ProcedureCodeSequence"},
    {"0008103E", "SeriesDescription"},
    {"00081040", "InstitutionalDepartmentName"},
    {"00081048", "PhysiciansOfRecord"},
    {"00081050", "PerformingPhysicianName"},
    {"00081060", "NameOfPhysiciansReadingStudy"},
    {"00081070", "OperatorsName"},
    {"00081090", "ManufacturerModelName"},
    {"00081110", "ReferencedStudySequence"},
    {"00081140", "ReferencedImageSequence"},
    {"00081150", "ReferencedSOPClassUID"},
    {"00081155", "ReferencedSOPInstanceUID"},
    {"00081190", "RetrieveURL"},
    {"00082218", "AnatomicRegionSequence"},
    {"00100010", "PatientName"},
    {"00100020", "PatientID"},
    {"00100021", "IssuerOfPatientID"},
    {"00100030", "PatientBirthDate"},
    {"00100032", "PatientBirthTime"},
    {"00100040", "PatientSex"},
    {"00101000", "OtherPatientIDs"},
    {"00101001", "OtherPatientNames"},
    {"00101002", "OtherPatientIDsSequence"},
    {"00101010", "PatientAge"},
    {"00101020", "PatientSize"},
    {"00101030", "PatientWeight"},
    {"00102160", "EthnicGroup"},
    {"00104000", "PatientComments"},
    {"00180015", "BodyPartExamined"},
    {"00180050", "SliceThickness"},
    {"00181000", "DeviceSerialNumber"},
    {"00181020", "SoftwareVersions"},
    {"00181030", "ProtocolName"},
    {"00185100", "PatientPosition"},
    {"00185101", "ViewPosition"},
    {"0020000D", "StudyInstanceUID"},
    {"0020000E", "SeriesInstanceUID"},
    {"00200010", "StudyID"},
    {"00200011", "SeriesNumber"},
    {"00200012", "AcquisitionNumber"},
    {"00200013", "InstanceNumber"},
    {"00200052", "FrameOfReferenceUID"},
    {"00200060", "Laterality"},
    {"00200062", "ImageLaterality"},
    {"00201206", "NumberOfStudyRelatedSeries"},
    {"00201208", "NumberOfStudyRelatedInstances"},
    {"00201209", "NumberOfSeriesRelatedInstances"},
    {"00280008", "NumberOfFrames"},
    {"00280010", "Rows"},
    {"00280011", "Columns"},
    {"00280100", "BitsAllocated"},
    {"00321060", "RequestedProcedureDescription"},
    {"00380010", "AdmissionID"},
    {"00400007", "ScheduledProcedureStepDescription"},
    {"00400009", "ScheduledProcedureStepID"},
    {"00400244", "PerformedProcedureStepStartDate"},
    {"00400245", "PerformedProcedureStepStartTime"},
    {"00400254", "PerformedProcedureStepDescription"},
    {"00400275", "RequestAttributesSequence"},
    {"00401001", "RequestedProcedureID"},
    {"00402016", "PlacerOrderNumberImagingServiceRequest"},
    {"00402017", "FillerOrderNumberImagingServiceRequest"},
};

static bool s_is_tag (struct text in)
{
    for (size_t i = 0; i < in.n; i++)
        if (!is_digit (in.at[i]) && (to_lower (in.at[i]) < 'a' || to_lower (in.at[i]) > 'f'))
            return false;
    return in.n == TAG;
}

bool json_is_dicom (const struct dialect *dialect)
{
    bool told = false;
    for (size_t i = 0; i < dialect->name_count; i++) {
        struct text name = {dialect->names[i], dialect->name_bytes[i]};
        if (name.n <= TAG || name.at[TAG] != '.' || !s_is_tag ((struct text){name.at, TAG}))
            return false;
        told = told || text_equal ((struct text){name.at + TAG, name.n - TAG}, TEXT (".vr"));
    }
    return told;
}

static int s_compare (const void *tag, const void *keyword)
{
    return memcmp (tag, ((const struct keyword *) keyword)->tag, TAG);
}

//  Its keyword, or the tag in capitals, which goes to `upper`.
static struct text s_word (struct text tag, char upper[TAG])
{
    for (size_t i = 0; i < TAG; i++)
        upper[i] = to_upper (tag.at[i]);
    const struct keyword *found =
        bsearch (upper, KEYWORDS, sizeof KEYWORDS / sizeof *KEYWORDS, sizeof *KEYWORDS, s_compare);
    return found ? text_of (found->word) : (struct text){upper, TAG};
}

//  The path's next part; false: it is over.
static bool s_next (struct text *path, struct text *part)
{
    if (!path->at)
        return false;
    const char *dot = path->n ? memchr (path->at, '.', path->n) : NULL;
    *part = (struct text){path->at, dot ? (size_t) (dot - path->at) : path->n};
    *path = dot ? (struct text){dot + 1, path->n - part->n - 1} : (struct text){NULL, 0};
    return true;
}

bool json_dicom_name (struct text path, char *room, size_t size, struct text *out)
{
    enum { FIRST, BEHIND_TAG, INDEX, BEHIND_VALUE } place = FIRST;
    char upper[TAG];
    struct text part;
    size_t used = 0;
    *out = (struct text){room, 0};
    while (s_next (&path, &part)) {
        bool skip = false;
        if ((place == FIRST || place == BEHIND_VALUE) && s_is_tag (part)) {
            part = s_word (part, upper);
            place = BEHIND_TAG;
        } else if (place == BEHIND_TAG && text_equal (part, TEXT ("Value"))) {
            skip = true;
            place = INDEX;
        } else if (place == BEHIND_TAG && text_equal (part, TEXT ("vr"))) {
            *out = (struct text){NULL, 0};
            return true;
        } else if (place == INDEX) {
            skip = text_equal (part, TEXT ("0"));
            place = BEHIND_VALUE;
        } else
            skip = place == BEHIND_VALUE && text_equal (part, TEXT ("Alphabetic"));
        if (skip)
            continue;
        if (used + part.n + 1 > size)
            return false;
        if (used)
            room[used++] = '.';
        if (part.n)
            memcpy (room + used, part.at, part.n);
        used += part.n;
    }
    out->n = used;
    return true;
}
