//  rule.h: every rule that can speak about a value or a record: its name in reports and audit, and what it
//  means. One table; counts are arrays indexed by it.
#ifndef DMH_WORKER_TEXT_RULE_H
#define DMH_WORKER_TEXT_RULE_H

//  What a rule's word means for the value or the record.
//  In this order: up to the assumed ones a value is there, and counts of them are the audit's.
enum rule_sort {
    RULE_SORT_NONE,       //  nothing to say
    RULE_SORT_CHANGED,    //  the value was standardized
    RULE_SORT_ASSUMED,    //  it was, by what nothing in the file decides: said of the column, with first
                          //  values
    RULE_SORT_INVALID,    //  the value is not of its type: emptied, or the record rejected where required
    RULE_SORT_WARNING,    //  the value stays, somebody should look
    RULE_SORT_RECORD      //  about the whole record: rejected, duplicate, conflict
};

//  X (identifier, name, sort, severity, sentence without any value)
#define RULES(X)                                                                                             \
    X (NONE, "", NONE, "info", "")                                                                           \
    X (TEXT_SPACES, "text.spaces", CHANGED, "info", "spaces at the ends removed, inner runs folded")         \
    X (TEXT_NFC, "text.nfc", CHANGED, "info", "composed to Unicode NFC")                                     \
    X (TEXT_GUARD, "text.guard", CHANGED, "info",                                                            \
       "a spreadsheet's guard (=\"…\" or an apostrophe before it) taken off")                                \
    X (TEXT_HIDDEN, "text.invisible", CHANGED, "info", "characters that nobody sees removed")                \
    X (HEADER_HIDDEN, "header.invisible", CHANGED, "info",                                                   \
       "characters that nobody sees, or a guard, removed from names of columns")                             \
    X (TEXT_INVALID, "text.invalid", INVALID, "warning", "is not valid text")                                \
    X (VALUE_MISSING, "value.missing_marker", CHANGED, "info", "a marker of a missing value emptied")        \
    X (COLUMNS_COMBINED, "columns.combined", CHANGED, "info", "put together from several columns")           \
    X (COLUMN_SPLIT, "column.split", CHANGED, "info", "taken from a part of its column")                     \
    X (COLUMN_FORM, "column.form", WARNING, "warning",                                                       \
       "is not written in the form that the mapping names; kept whole")                                      \
    X (TABLE_JOINED, "table.joined", CHANGED, "info", "looked up in the mapping's table")                    \
    X (TABLE_UNMATCHED, "table.unmatched", WARNING, "warning", "has no entry in the mapping's table")        \
    X (DATE_FORMAT, "date.format", CHANGED, "info", "written as YYYY-MM-DD")                                 \
    X (DATE_INVALID, "date.invalid", INVALID, "warning", "is not a date of the calendar")                    \
    X (DATE_ORDER_ASSUMED, "date.order_assumed", WARNING, "warning",                                         \
       "no value decides whether day or month comes first")                                                  \
    X (DATE_ORDER_FILE, "date.order_by_file", CHANGED, "info",                                               \
       "no value decides whether day or month comes first; read as the rest of the file is")                 \
    X (DATE_ORDER_MIXED, "date.order_mixed", WARNING, "warning",                                             \
       "some values can only be day first, others only month first")                                         \
    X (DATE_CENTURY, "date.century_assumed", ASSUMED, "warning",                                             \
       "a year of two digits read as the last one that is not in the future")                                \
    X (DATE_FUTURE, "date.future", WARNING, "warning", "lies in the future")                                 \
    X (DATETIME_FORMAT, "datetime.format", CHANGED, "info", "written in ISO 8601")                           \
    X (DATETIME_INVALID, "datetime.invalid", INVALID, "warning", "is not a date and time")                   \
    X (NUMBER_FORMAT, "number.format", CHANGED, "info", "written as a plain decimal")                        \
    X (NUMBER_SPLIT, "number.comparator_split", CHANGED, "info",                                             \
       "comparator and number put in fields of their own")                                                   \
    X (NUMBER_INVALID, "number.invalid", INVALID, "warning", "is not a number")                              \
    X (NUMBER_TO_TEXT, "number.to_text", CHANGED, "info",                                                    \
       "a result that is no number put in the text field")                                                   \
    X (NUMBER_MARK_ASSUMED, "number.mark_assumed", WARNING, "warning",                                       \
       "no value decides whether a comma is a decimal mark or groups thousands; the point is the decimal "   \
       "mark")                                                                                               \
    X (NUMBER_MARK_MIXED, "number.mark_mixed", WARNING, "warning",                                           \
       "has a comma or point that is a decimal mark or groups thousands, and its column shows both")         \
    X (NUMBER_UNIT, "number.unit_split", CHANGED, "info", "number and unit put in fields of their own")      \
    X (LIMIT_COMPARATOR, "number.limit_comparator", WARNING, "warning",                                      \
       "is a limit whose comparator says the contrary of its side; the number stays on its side")            \
    X (VALUE_FROM_SOURCE, "value.from_source", CHANGED, "info",                                              \
       "a result that stands in no column of results, but in that of the source's own text or comparator")   \
    X (NUMBER_RANGE, "number.out_of_range", INVALID, "warning", "lies outside what this field can hold")     \
    X (UNIT_SPELLING, "unit.spelling", CHANGED, "info", "written as UCUM code")                              \
    X (UNIT_CONVERTED, "unit.converted", CHANGED, "info", "converted to the canonical unit of its test")     \
    X (UNIT_INVALID, "unit.invalid", INVALID, "warning",                                                     \
       "is not a UCUM unit and not a known spelling of one")                                                 \
    X (UNIT_AMBIGUOUS, "unit.ambiguous", WARNING, "warning",                                                 \
       "can be read as another unit too, and its test, which would tell, is not known")                      \
    X (UNIT_INCOMPATIBLE, "unit.incompatible", WARNING, "warning",                                           \
       "cannot be converted to the canonical unit of its test; kept")                                        \
    X (CODE_MAPPED, "code.mapped", CHANGED, "info", "mapped to its code")                                    \
    X (CODE_ASSUMED, "code.assumed", ASSUMED, "warning",                                                     \
       "a bare number read as the code that it mostly stands for")                                           \
    X (CODE_SEVERAL, "code.several", ASSUMED, "info",                                                        \
       "several codes that differ in one value, written as the code of several")                             \
    X (CODE_UNMAPPED, "code.unmapped", INVALID, "warning", "is in no value map of this field")               \
    X (UID_INVALID, "uid.invalid", INVALID, "warning", "is not a DICOM UID")                                 \
    X (LOINC_CHECK, "loinc.check_digit", WARNING, "warning",                                                 \
       "looks like LOINC but its check digit is wrong; kept without a system")                               \
    X (LOINC_FORMAT, "loinc.format", CHANGED, "info", "written as LOINC writes its codes")                   \
    X (LOINC_DATE, "loinc.date", WARNING, "warning",                                                         \
       "looks like a LOINC code that a spreadsheet made a date of; kept")                                    \
    X (IDENTIFIER_DIGITS, "identifier.digits_lost", WARNING, "warning",                                      \
       "is written in scientific notation, as a spreadsheet does when it drops digits; kept")                \
    X (IDENTIFIER_SERVERS, "identifier.two_servers", WARNING, "warning",                                     \
       "is an id that two servers gave to their patients, which may be two people")                          \
    X (SSN_FORMAT, "ssn.format", CHANGED, "info", "written as NNN-NN-NNNN")                                  \
    X (SSN_INVALID, "ssn.invalid", INVALID, "warning", "is not a social security number")                    \
    X (SSN_AREA, "ssn.area", WARNING, "warning", "has an area number that no social security number has")    \
    X (NPI_FORMAT, "npi.format", CHANGED, "info", "written as ten digits")                                   \
    X (NPI_INVALID, "npi.invalid", INVALID, "warning", "is not a National Provider Identifier")              \
    X (NHS_FORMAT, "nhs_number.format", CHANGED, "info", "written as ten digits")                            \
    X (NHS_INVALID, "nhs_number.invalid", INVALID, "warning", "is not an NHS number")                        \
    X (SNOMED_INVALID, "snomed_ct.invalid", INVALID, "warning",                                              \
       "is not a SNOMED CT identifier of a concept")                                                         \
    X (SNOMED_CHECK, "snomed_ct.check_digit", WARNING, "warning",                                            \
       "looks like SNOMED CT but its check digit is wrong; kept")                                            \
    X (ICD10_FORMAT, "icd10cm.format", CHANGED, "info", "written in upper case with its point")              \
    X (ICD10_INVALID, "icd10cm.invalid", INVALID, "warning", "has not the form of an ICD-10-CM code")        \
    X (PHONE_FORMAT, "phone.format", CHANGED, "info", "written as E.164")                                    \
    X (PHONE_EXTENSION, "phone.extension", WARNING, "warning",                                               \
       "has an extension, which E.164 has no place for; the number alone is kept")                           \
    X (PHONE_ASSUMED, "phone.country_assumed", ASSUMED, "warning",                                           \
       "read as a number of North America, as nothing says of which country it is")                          \
    X (PHONE_INVALID, "phone.invalid", INVALID, "warning", "is not a telephone number")                      \
    X (EMAIL_FORMAT, "email.format", CHANGED, "info", "domain in lower case")                                \
    X (EMAIL_INVALID, "email.invalid", INVALID, "warning", "is not an e-mail address")                       \
    X (POSTAL_FORMAT, "postal_code.format", CHANGED, "info", "written as NNNNN or NNNNN-NNNN")               \
    X (POSTAL_INVALID, "postal_code.invalid", INVALID, "warning", "is not a postal code")                    \
    X (STATE_MAPPED, "state.mapped", CHANGED, "info", "written as a two-letter code")                        \
    X (PLAUSIBLE_RANGE, "value.implausible", WARNING, "warning",                                             \
       "lies outside the plausible range of its test")                                                       \
    X (DEATH_BEFORE_BIRTH, "date.death_before_birth", WARNING, "warning", "death lies before birth")         \
    X (COLLECTED_AFTER_RESULT, "date.collected_after_result", WARNING, "warning",                            \
       "collected after the result")                                                                         \
    X (ORDER_OF_DATES, "date.out_of_order", WARNING, "warning", "lies before a date that has to come first") \
    X (REFERENCE_RANGE, "number.reference_range", WARNING, "warning", "the reference range is upside down")  \
    X (RANGE_SPLIT, "number.range_split", CHANGED, "info", "a reference range put in its two fields")        \
    X (FLAG_DISAGREES, "abnormal_flag.disagrees", WARNING, "warning",                                        \
       "disagrees with the value and its reference range")                                                   \
    X (DATE_TOO_LONG, "date.over_120_years", WARNING, "warning",                                             \
       "lies more years before the end of a life, or today, than anybody lives")                             \
    X (DATE_NUMBER, "date.number", CHANGED, "info", "a number of days or seconds written as a date")         \
    X (DATETIME_ZONE, "datetime.time_zone", CHANGED, "info", "given the offset that the mapping says")       \
    X (SEQUENCE_EMPTY, "sequence.empty", WARNING, "warning", "names a sequence without a letter")            \
    X (FIELD_REQUIRED, "field.required", RECORD, "error", "is required and empty or invalid")                \
    X (FIELD_COUNT, "record.field_count", RECORD, "error", "has another number of fields than the header")   \
    X (RECORD_QUOTE, "record.quote", RECORD, "error",                                                        \
       "opens a quoted field that is not closed, or not right before a delimiter or a line end")             \
    X (RECORD_HEADER, "record.header_repeated", RECORD, "error", "repeats the header")                       \
    X (RECORD_UNITS, "record.units_line", RECORD, "error",                                                   \
       "is the line of units that belongs to the header")                                                    \
    X (RECORD_SEPARATOR, "record.separator", RECORD, "error", "is a line drawn between records")             \
    X (RECORD_FOOTER, "record.footer", RECORD, "error", "is a total or another remark on the records")       \
    X (RECORD_NUL, "record.nul_byte", RECORD, "error", "holds a NUL byte")                                   \
    X (RECORD_SYNTAX, "record.syntax", RECORD, "error", "cannot be read as a record of its format")          \
    X (RECORD_KEY_TWICE, "record.key_twice", RECORD, "error", "has a key that stands twice in an object")    \
    X (RECORD_SUBJECT, "record.subject", RECORD, "error",                                                    \
       "is about a device, a group, a place or somebody else than a patient")                                \
    X (RECORD_ENCODING, "record.encoding", RECORD, "error", "holds bytes that are not UTF-8")                \
    X (SEQUENCE_LETTER, "sequence.letter", RECORD, "error",                                                  \
       "has a byte that is no letter of its alphabet, no gap and no stop")                                   \
    X (VCF_META_BROKEN, "vcf.meta_broken", WARNING, "warning",                                               \
       "is a line of the header that is not of the form KEY=value or KEY=<ID=value,…>")                      \
    X (VCF_META_ID, "vcf.meta_id", WARNING, "warning", "defines something under no ID, or one that is none") \
    X (VCF_META_NUMBER, "vcf.meta_number", WARNING, "warning",                                               \
       "defines a tag without a Number, or with one that the version or its type has not")                   \
    X (VCF_META_TYPE, "vcf.meta_type", WARNING, "warning",                                                   \
       "defines a tag without a Type, or with one that there is not")                                        \
    X (VCF_META_DESCRIPTION, "vcf.meta_description", WARNING, "warning",                                     \
       "defines a tag and does not describe it")                                                             \
    X (VCF_META_TWICE, "vcf.meta_twice", WARNING, "warning",                                                 \
       "defines what a line before it defines; that one stands")                                             \
    X (VCF_META_QUOTES, "vcf.meta_quotes", WARNING, "warning",                                               \
       "has a Description that is not in quotes, or Values that are not in brackets")                        \
    X (VCF_META_ORDER, "vcf.meta_order", WARNING, "warning",                                                 \
       "has ID, Number, Type and Description in another order")                                              \
    X (VCF_META_VALUE, "vcf.meta_value", WARNING, "warning",                                                 \
       "has a value that the specification does not allow there")                                            \
    X (VCF_META_RESERVED, "vcf.meta_reserved", WARNING, "warning",                                           \
       "defines a tag of the specification with another Number or Type than that")                           \
    X (VCF_META_SAMPLES, "vcf.meta_samples", WARNING, "warning", "has a column FORMAT and no sample")        \
    X (VCF_LINE_END, "vcf.line_end", WARNING, "warning", "is the last line and has no line end")             \
    X (VCF_UNSORTED, "vcf.unsorted", WARNING, "warning",                                                     \
       "comes behind a record with a higher position on its contig, or behind one of another contig that "   \
       "its contig stood before")                                                                            \
    X (VCF_CHROM_SIGNS, "vcf.chrom_signs", WARNING, "warning",                                               \
       "has signs in its name that readers take for more than a name, and no line of the header names it")   \
    X (VCF_CONTIG, "vcf.contig_undeclared", WARNING, "warning",                                              \
       "is a contig that no line of the header names")                                                       \
    X (VCF_POS_END, "vcf.pos_past_contig", WARNING, "warning", "lies behind the end of its contig")          \
    X (VCF_ID, "vcf.id_invalid", WARNING, "warning",                                                         \
       "is not a list of names with semicolons, each once and without a space")                              \
    X (VCF_QUAL, "vcf.qual_negative", WARNING, "warning", "is less than 0")                                  \
    X (VCF_FILTER, "vcf.filter_invalid", WARNING, "warning",                                                 \
       "is neither PASS nor a list of filters with semicolons, each once and none of them 0")                \
    X (VCF_FILTER_UNDECLARED, "vcf.filter_undeclared", WARNING, "warning",                                   \
       "is a filter that no line of the header names")                                                       \
    X (VCF_ALT_IS_REF, "vcf.alt_is_ref", WARNING, "warning", "is the same as the reference allele")          \
    X (VCF_ALT_UNDECLARED, "vcf.alt_undeclared", WARNING, "warning",                                         \
       "is a symbolic allele that no line of the header names")                                              \
    X (VCF_INFO, "vcf.info_invalid", WARNING, "warning",                                                     \
       "has an entry in INFO that is not KEY or KEY=value, or comes twice")                                  \
    X (VCF_INFO_UNDECLARED, "vcf.info_undeclared", WARNING, "warning",                                       \
       "has a tag in INFO that no line of the header defines")                                               \
    X (VCF_INFO_TYPE, "vcf.info_type", WARNING, "warning", "has a value in INFO that is not of its Type")    \
    X (VCF_INFO_COUNT, "vcf.info_count", WARNING, "warning",                                                 \
       "has another number of values in INFO than its Number says")                                          \
    X (VCF_INFO_RANGE, "vcf.info_range", WARNING, "warning", "has a value in INFO below 0 that cannot be")   \
    X (VCF_END, "vcf.end_before_pos", WARNING, "warning", "ends before it begins")                           \
    X (VCF_GT_NOT_FIRST, "vcf.gt_not_first", WARNING, "warning",                                             \
       "has a FORMAT of which GT is not the first tag")                                                      \
    X (VCF_GENOTYPE_RANGE, "vcf.genotype_range", WARNING, "warning",                                         \
       "has a genotype of an alternate allele, and there is none")                                           \
    X (VCF_FORMAT_UNDECLARED, "vcf.format_undeclared", WARNING, "warning",                                   \
       "has a tag in FORMAT that no line of the header defines")                                             \
    X (VCF_FORMAT_TYPE, "vcf.format_type", WARNING, "warning",                                               \
       "has a value of a sample that is not of its Type")                                                    \
    X (VCF_FORMAT_COUNT, "vcf.format_count", WARNING, "warning",                                             \
       "has another number of values of a sample than its Number says")                                      \
    X (VCF_FORMAT_RANGE, "vcf.format_range", WARNING, "warning",                                             \
       "has a value of a sample below 0 that cannot be")                                                     \
    X (VCF_CHROM, "vcf.chrom_invalid", RECORD, "error", "is not the name of a contig")                       \
    X (VCF_REF, "vcf.ref_invalid", RECORD, "error", "is not of the bases A, C, G, T and N")                  \
    X (VCF_ALT, "vcf.alt_invalid", RECORD, "error",                                                          \
       "is neither bases nor a symbolic allele, a breakend, * or .")                                         \
    X (VCF_INFO_TWICE, "vcf.info_twice", RECORD, "error", "has a tag twice in INFO, with two values")        \
    X (VCF_GENOTYPE, "vcf.genotype_invalid", RECORD, "error", "has a genotype that is none of its alleles")  \
    X (VCF_CONTIG_NAMED, "vcf.contig_named", CHANGED, "info",                                                \
       "named as the other contigs of the file, or as --contig-style says")                                  \
    X (VCF_ALIGNED, "vcf.left_aligned", CHANGED, "info",                                                     \
       "moved to the left and trimmed on the reference, as bcftools norm does")                              \
    X (VCF_CONTIG_UNKNOWN, "vcf.contig_unknown", WARNING, "warning",                                         \
       "is no sequence of the reference, so that nothing was compared")                                      \
    X (VCF_REFERENCE, "vcf.reference_mismatch", RECORD, "error", "has a REF that the reference has not")     \
    X (VCF_REFERENCE_FAILED, "vcf.reference_unreadable", RECORD, "error",                                    \
       "could not be compared, as the reference cannot be read there")                                       \
    X (VCF_POS, "vcf.pos_invalid", RECORD, "error", "is not a whole number from 0 on")                       \
    X (VCF_FORMAT, "vcf.format_invalid", RECORD, "error",                                                    \
       "is not a list of tags as the specification has it")                                                  \
    X (VCF_SAMPLE, "vcf.sample_invalid", RECORD, "error", "has a sample with more values than FORMAT names") \
    X (RECORD_DUPLICATE, "record.duplicate", RECORD, "info", "repeats an earlier record")                    \
    X (RECORD_CONFLICT, "record.conflict", RECORD, "error",                                                  \
       "has the key of an earlier record and other content")

enum rule {
#define X(ID, NAME, SORT, SEVERITY, SENTENCE) RULE_##ID,
    RULES (X)
#undef X
        RULE_COUNT
};

struct rule_entry {
    const char *name;    //  "date.invalid"
    enum rule_sort sort;
    const char *severity;    //  "info", "warning", "error"
    const char *sentence;    //  what it says of the value or record; holds no value
};

//  Indexed by enum rule.
extern const struct rule_entry RULE[RULE_COUNT];

//  The rule of that name; RULE_NONE: there is none.
enum rule rule_find (const char *name);

#endif
