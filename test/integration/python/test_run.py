"""dmh.run, and what a result is read as."""

import asyncio
import datetime
import decimal
import math

import pandas as pd
import pytest

import dmh


def test_a_result_has_the_types_of_its_datapackage(labs):
    result = dmh.run(labs)
    assert result.report.counts == {"read": 3, "written": 2, "duplicates": 0, "conflicts": 0, "rejected": 1}
    first, second = result.records()
    assert (first["patient_id"], first["value_number"], first["collected_at"], first["value_comparator"]) == (
        "0007", 1.5, datetime.datetime(2021, 4, 3, 10, 15), None,
    )
    assert (second["test_code"], second["value_comparator"]) == ("NA", "<")
    assert next(result.records(number=decimal.Decimal))["value_number"].as_tuple().digits == (1, 5, 0)
    (reject,) = result.errors()
    assert (reject.record, reject.line, reject.reason, reject.rule) == (3, 4, "rejected", "field.required")
    assert reject.raw == "0009,B,,,"


def test_a_data_frame_keeps_leading_zeros_and_tells_missing_from_text(labs):
    table = dmh.run(labs).to_pandas()
    assert table["patient_id"].tolist() == ["0007", "0008"]
    assert table["test_code"].tolist() == ["A", "NA"]
    assert table["value_comparator"].isna().tolist() == [True, False]
    assert table["reference_low"].dtype == "float64" and all(math.isnan(low) for low in table["reference_low"])
    assert table["collected_at"].tolist() == [pd.Timestamp("2021-04-03 10:15:00"), pd.Timestamp("2021-04-04 10:15:00")]
    assert str(table["patient_id"].dtype) == "string" and table["resulted_at"].isna().all()


@pytest.mark.parametrize("form", ["ndjson", "sqlite"])
def test_every_format_of_a_table_gives_the_same_records_and_frame(labs, form):
    csv, other = dmh.run(labs), dmh.run(labs, format=form)
    assert list(other.records(number=decimal.Decimal)) == list(csv.records(number=decimal.Decimal))
    digits = [str(next(each.records(number=decimal.Decimal))["value_number"]) for each in (csv, other)]
    assert digits == ["1.50", "1.50"]
    pd.testing.assert_frame_equal(other.to_pandas(), csv.to_pandas())


def test_resources_of_fhir_are_records_and_no_table(labs):
    result = dmh.run(labs, format="fhir")
    assert [resource["resourceType"] for resource in result.records()] == ["Observation", "Observation"]
    with pytest.raises(dmh.UnsupportedError, match="records"):
        result.to_pandas()


def test_dates_beyond_nanoseconds_and_mixed_times_lose_nothing(tmp_path):
    people, mixed = tmp_path / "people.csv", tmp_path / "mixed.csv"
    people.write_text("MRN,DOB,Sex\n01,1600-02-29,F\n02,,M\n")
    mixed.write_text(
        "Patient ID,Test Code,Result,Collected\n1,A,1,2021-04-03\n2,A,2,2021-04-03T10:15:00+02:00\n3,A,3,2021-04-05T01:02:03\n"
    )
    table = dmh.run(people).to_pandas()
    assert table["birth_date"].tolist()[0] == datetime.date(1600, 2, 29) and pd.isna(table["birth_date"][1])
    table = dmh.run(mixed).to_pandas()
    assert table["collected_at"].tolist() == ["2021-04-03", "2021-04-03T10:15:00+02:00", "2021-04-05T01:02:03"]
    assert table["collected_at_date"].tolist() == [pd.Timestamp("2021-04-03")] * 2 + [pd.Timestamp("2021-04-05")]


def test_options_are_those_of_the_program(tmp_path, labs):
    path = tmp_path / "odd.csv"
    path.write_text("Pat No,Born,Sex\n-1,04/03/1980,F\n")
    mapping = {"dmh": "mapping/1", "kind": "patient", "columns": {"Pat No": "patient_id", "Born": "birth_date"}}
    result = dmh.run(path, output=tmp_path / "out", mapping=mapping, date_order="dmy", threads=1)
    assert result.folder == tmp_path / "out/odd"
    assert next(result.records())["birth_date"] == datetime.date(1980, 3, 4)
    both = dmh.run([path, labs])
    assert [one.report.name for one in both] == ["odd.csv", "labs.csv"]
    assert both.to_pandas()["source_file"].tolist() == ["odd.csv", "labs.csv", "labs.csv"]


def test_what_goes_wrong_is_an_exception_with_a_code(tmp_path, labs):
    with pytest.raises(dmh.UsageError, match="date-order") as wrong:
        dmh.run(labs, date_order="yyy")
    assert wrong.value.code == "usage"
    with pytest.raises(dmh.JobFailedError) as failed:
        dmh.run(labs, output=tmp_path / "out", fail_on=["required_missing"])
    assert failed.value.code and "required_missing" in failed.value.message and failed.value.folder.endswith("labs.failed")
    with pytest.raises(dmh.JobFailedError) as strict:
        dmh.run(labs, strict=True)
    assert strict.value.code == "strict"
    with pytest.raises(dmh.NotFoundError, match="PATH"):
        dmh.run(labs, program=tmp_path / "none")
    with pytest.raises(dmh.NotFoundError, match="report.json"):
        dmh.Result(tmp_path)


def test_a_temporary_result_leaves_with_its_last_user(labs):
    result = dmh.run(labs)
    folder, records = result.folder, result.records()
    assert next(records)["patient_id"] == "0007"
    del records, result
    assert not folder.exists()


def test_run_can_be_awaited(labs):
    assert asyncio.run(dmh.aio.run(labs)).report.counts["written"] == 2


def test_a_report_shows_as_a_table_whose_texts_are_escaped(tmp_path):
    path = tmp_path / "<b>&.csv"
    path.write_text("Patient ID,Test Code,Result\n1,A,\n")
    report = dmh.run(path).report
    page = report._repr_html_()
    assert "&lt;b&gt;&amp;.csv: lab_result" in page and "<b>" not in page
    assert "field.required" in page and "<th>rejected</th>" in page
    assert report.failed_checks and "1 rejected" in repr(report)
