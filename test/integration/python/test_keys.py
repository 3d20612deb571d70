"""A broker with keys, whose worker opens no path here: inputs and results travel."""

import pytest
from conftest import LABS

import dmh


def link(guarded, name, **more):
    keys = guarded.folder / "keys"
    return dmh.connect(guarded.front, key=keys / f"{name}.key", server_key=keys / "server.pub", **more)


def test_inputs_and_results_travel_and_are_the_same(guarded, tmp_path):
    with link(guarded, "anna") as broker:
        _labs(tmp_path)
        job = broker.submit(tmp_path / "labs.csv", kind="lab_result")
        assert [event.state for event in job.events()][-1] == "done"
        assert job.refresh().record.result.startswith("sha256:")
        assert [record["patient_id"] for record in job.records()] == ["0007", "0008"]
        assert job.report["input"]["path"] == str(tmp_path / "labs.csv"), "the report tells where its submitter has it"
        assert job.fetch(tmp_path / "out").folder == tmp_path / "out" and job.record.fetched_at > 0


def _labs(folder):
    (folder / "labs.csv").write_text(LABS)


def test_a_file_of_many_pieces_goes_and_comes_whole(guarded, tmp_path):
    #  More than 3 MiB in pieces of 256 KiB are more than the 8 that may wait, and the last is shorter.
    path = tmp_path / "many.csv"
    path.write_text("Patient ID,Test Code,Result,Note\n" + "".join(f"{n:06},A,{n},{'x' * 100}\n" for n in range(28000)))
    assert path.stat().st_size > 12 * 262144
    with link(guarded, "anna") as broker:
        results = [broker.submit(path).wait().fetch() for _ in range(2)]
    assert sum(1 for _ in results[0].records()) == 28000
    assert results[0].report.counts == results[1].report.counts


def test_an_empty_file_travels_and_fails_as_one(guarded, tmp_path):
    (tmp_path / "empty.csv").touch()
    with link(guarded, "anna") as broker, pytest.raises(dmh.JobFailedError) as failed:
        broker.submit(tmp_path / "empty.csv").wait()
    assert failed.value.code


def test_the_tables_of_a_mapping_travel_with_its_inputs(guarded, tmp_path):
    (tmp_path / "codes.csv").write_text("item,loinc\n17,2345-7\n")
    (tmp_path / "labs.csv").write_text("Patient ID,ITEM,Result,Units\n1,17,99,mg/dL\n")
    mapping = tmp_path / "map.json"
    mapping.write_text(
        '{"dmh": "mapping/1", "kind": "lab_result", "joins": '
        '[{"column": "ITEM", "table": "codes.csv", "key": "item", "take": {"loinc": "test_code"}}]}'
    )
    with link(guarded, "anna") as broker:
        (record,) = broker.submit(tmp_path / "labs.csv", mapping=mapping).wait().records()
    assert record["test_code"] == "2345-7"


def test_a_job_is_its_owners_and_an_admin_fetches_with_tickets(guarded, tmp_path):
    _labs(tmp_path)
    with link(guarded, "anna") as anna, link(guarded, "bob") as bob, link(guarded, "chief") as chief:
        job = anna.submit(tmp_path / "labs.csv").wait()
        with pytest.raises(dmh.NotFoundError):
            bob.job(job.id)
        assert bob.list() == []
        theirs = chief.job(job.id)
        assert theirs.record.owner == job.record.owner and theirs.fetch().report.counts == job.report.counts


def test_a_key_that_is_not_known_is_not_answered_and_one_that_is_open_is_not_used(guarded, tmp_path):
    keys = guarded.folder / "keys"
    with pytest.raises(dmh.UnavailableError):
        dmh.connect(guarded.front, timeout=0.5)
    with pytest.raises(dmh.UnavailableError):
        dmh.connect(guarded.front, key=keys / "anna.key", server_key=keys / "anna.pub", timeout=0.5)
    with pytest.raises(dmh.UsageError, match="together"):
        dmh.connect(guarded.front, key=keys / "anna.key")
    with pytest.raises(dmh.UsageError, match="secret"):
        dmh.connect(guarded.front, key=keys / "anna.pub", server_key=keys / "server.pub")
    copy = tmp_path / "anna.key"
    copy.write_bytes((keys / "anna.key").read_bytes())
    copy.chmod(0o644)
    with pytest.raises(dmh.UnauthorizedError, match="chmod 600") as refused:
        dmh.connect(guarded.front, key=copy, server_key=keys / "server.pub")
    secret = copy.read_text().split("secret = ")[1].strip()
    assert secret not in str(refused.value)
    copy.chmod(0o600)
    copy.write_text(copy.read_text().replace(secret, secret[:-1]))
    with pytest.raises(dmh.MalformedError, match="40 characters") as broken:
        dmh.connect(guarded.front, key=copy, server_key=keys / "server.pub")
    assert secret[:-1] not in str(broken.value)


def test_keys_come_from_the_environment_and_the_first_broker_that_answers_is_the_one(guarded, monkeypatch):
    keys = guarded.folder / "keys"
    monkeypatch.setenv("DMH_KEY", str(keys / "anna.key"))
    monkeypatch.setenv("DMH_SERVER_KEY", str(keys / "server.pub"))
    nobody = f"ipc://{guarded.folder}/nobody"
    monkeypatch.setenv("DMH_BROKER", f"{nobody},{guarded.front}")
    with dmh.connect() as broker:
        assert broker.version == dmh.__version__
    server = [line.split(" = ")[1] for line in (keys / "server.pub").read_text().splitlines() if line.startswith("public")][0]
    with dmh.connect(guarded.front, key=keys / "anna.key", server_key=server) as broker:
        assert broker.list() is not None
