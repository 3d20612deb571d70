"""Jobs and batches at a broker of one's own, where only paths travel."""

import asyncio
import threading

import pytest
from conftest import LABS, Servers

import dmh
from dmh.connection.place import path_of
from dmh.results import fetch


@pytest.fixture
def broker(servers):
    with dmh.connect(servers.front) as made:
        yield made


def test_a_job_is_submitted_followed_and_read(broker, labs, capsys):
    job = broker.submit(labs, correlation="00112233445566778899aabbccddeeff")
    states = [event.state for event in job.events()]
    assert states[-1] == "done" and set(states) <= {"queued", "running", "done"}
    assert job.wait(progress=True).state == "done"
    assert "labs.csv: done" in capsys.readouterr().err
    assert job.counts == {"read": 3, "written": 2, "duplicates": 0, "conflicts": 0, "rejected": 1}
    assert job.record.correlation == "00112233445566778899aabbccddeeff"
    assert job.report["job"]["id"] == job.id
    assert [record["patient_id"] for record in job.records()] == ["0007", "0008"]
    assert [reject.field for reject in job.errors()] == ["value_number"]
    assert job.to_pandas()["test_code"].tolist() == ["A", "NA"]
    assert job.record.result.startswith("file:///"), "the broker and this process see the same disk, so that a path is enough"
    assert job.record.fetched_at == 0, "a temporary result is none that the broker may count on"


def test_a_fetched_result_is_there_whole_and_the_broker_hears_so(broker, labs, tmp_path):
    job = broker.submit(labs).wait()
    result = job.fetch(tmp_path / "results/labs")
    assert {path.name for path in result.folder.iterdir()} == {
        "records.csv", "rejects.csv", "audit.ndjson", "report.json", "datapackage.json",
    }
    assert job.record.fetched_at > 0
    assert (tmp_path / "results/labs/report.json").stat().st_mode & 0o077 == 0
    with pytest.raises(dmh.ConflictError, match="is there already"):
        job.fetch(tmp_path / "results/labs")
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["labs"], "nothing half is left beside"


def test_a_result_that_lies_elsewhere_is_brought_and_one_that_is_damaged_is_not_taken(broker, servers, labs, tmp_path, monkeypatch):
    job = broker.submit(labs).wait()
    folder = path_of(job.record.result)
    with monkeypatch.context() as elsewhere:
        #  As of another host: there is no such folder here.
        elsewhere.setattr(fetch, "path_of", lambda uri: tmp_path / "none")
        brought = job.fetch(tmp_path / "brought")
    assert sorted(file.name for file in brought.folder.iterdir()) == sorted(file.name for file in folder.iterdir())
    labs.write_text(LABS.replace("mg/dL", "g/L"))    #  so that the broker has no such file
    other = broker.submit(labs).wait()
    records = path_of(other.record.result) / "records.csv"
    records.write_text(records.read_text().replace("0007", "0070"))
    monkeypatch.setattr(fetch, "PATIENCE_SECONDS", 0.5)
    with pytest.raises(dmh.UnavailableError, match="no worker of host"):
        other.fetch(tmp_path / "damaged")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["brought", "labs.csv"], "nothing half is left"


def test_a_batch_is_one_thing(broker, tmp_path):
    inputs = []
    for name in ("a/labs.csv", "b/labs.csv", "b/others.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(LABS)
        inputs.append(tmp_path / name)
    batch = broker.submit(inputs, batch="a night", submit_key="night-1")
    assert batch.id.startswith("b-") and len(batch) == 3
    assert {event.job for event in batch.events() if event.ended} == {job.id for job in batch}
    status = batch.wait().status()
    assert (status.name, status.total, status.done, status.read, status.rejected) == ("a night", 3, 3, 9, 3)
    assert [job.record.place for job in batch] == ["a/labs.csv", "b/labs.csv", "b/others.csv"]
    again = broker.submit(inputs, batch="a night", submit_key="night-1")
    assert [job.id for job in again] == [job.id for job in batch], "the same key gives the same jobs"
    assert [job.id for job in broker.batch("a night")] == [job.id for job in batch]
    assert [reject.raw for reject in batch.errors()] == ["0009,B,,,"] * 3 and len(batch.reports) == 3
    assert batch.to_pandas()["source_file"].tolist() == ["labs.csv"] * 4 + ["others.csv"] * 2
    names = [result.folder.name for result in batch.fetch(tmp_path / "results")]
    assert names == [f"labs.csv-{batch[0].id}", f"labs.csv-{batch[1].id}", "others"]
    assert "a night" not in repr(batch) and batch.id in batch._repr_html_()
    assert batch.remove() == 3


def test_more_inputs_than_a_message_holds_are_one_batch(broker, labs):
    #  A mapping of 48 KiB leaves less than 16 KiB of a body of 64 to the inputs; 150 are more than 128, too.
    mapping = {"dmh": "mapping/1", "kind": "lab_result", "notes": {"n": "x" * 48000}}
    batch = broker.submit([labs] * 150, mapping=mapping)
    assert len({job.id for job in batch}) == 150
    assert [job.record.position for job in batch.refresh()] == list(range(150))
    assert batch.cancel() + sum(job.state == "done" for job in batch.refresh()) == 150
    assert batch.wait(check=False).remove() == 150


def test_what_the_broker_refuses_is_an_exception_with_its_code(broker, tmp_path, labs):
    with pytest.raises(dmh.NotFoundError) as unknown:
        broker.job("00000000000000000000")
    assert unknown.value.code == "not_found"
    job = broker.submit(labs).wait()
    with pytest.raises(dmh.ConflictError):
        job.cancel()
    with pytest.raises(dmh.ConflictError):
        job.retry()
    odd = tmp_path / "odd.csv"
    odd.write_text("nothing,that,a,kind,has\n1,2,3,4,5\n")
    failing = broker.submit(odd)
    with pytest.raises(dmh.JobFailedError) as failed:
        failing.wait()
    assert failed.value.job == failing.id and failed.value.code == failing.record.code != ""
    assert failing.wait(check=False).state == "failed"
    with pytest.raises(dmh.ConflictError, match="has no result"):
        failing.fetch()
    assert failing.retry().state in ("queued", "running", "failed")
    with pytest.raises(dmh.JobFailedError):
        failing.wait()
    with pytest.raises(dmh.UsageError, match="colour"):
        broker.submit(labs, colour="red")
    with pytest.raises(dmh.UsageError, match="is no file"):
        broker.submit(tmp_path)
    with pytest.raises(dmh.NotFoundError):
        broker.submit(tmp_path / "none.csv")


def test_a_mapping_may_be_a_dict_and_joins_are_read_from_its_folder(broker, tmp_path):
    (tmp_path / "codes.csv").write_text("item,loinc\n17,2345-7\n")
    labs = tmp_path / "labs.csv"
    labs.write_text("Patient ID,ITEM,Result,Units\n1,17,99,mg/dL\n")
    joins = [{"column": "ITEM", "table": str(tmp_path / "codes.csv"), "key": "item", "take": {"loinc": "test_code"}}]
    mapping = {"dmh": "mapping/1", "kind": "lab_result", "joins": joins}
    assert [r["test_code"] for r in broker.submit(labs, mapping=mapping).wait().records()] == ["2345-7"]
    assert [r["test_code"] for r in broker.submit(labs, mapping=mapping, transfer="always").wait().records()] == ["2345-7"]


def test_jobs_show_as_tables_whose_texts_are_escaped(broker, tmp_path):
    path = tmp_path / "<i>.csv"
    path.write_text(LABS)
    job = broker.submit(path).wait()
    page = job._repr_html_()
    assert "&lt;i&gt;.csv" in page and "<i>" not in page and job.id in page and "<td>done</td>" in page
    assert job.id in [one.id for one in broker.list(state="done", limit=5)]
    assert broker.workers()[0].slots > 0 and broker.stats()["done"] > 0 and broker.version == dmh.__version__


def test_a_job_is_cancelled_and_begins_again_and_outlives_its_broker(tmp_path, labs):
    servers = Servers(tmp_path)
    with dmh.connect(servers.front, timeout=20) as broker:
        job = broker.submit(labs)
        with pytest.raises(TimeoutError):
            job.wait(timeout=0.01)
        assert job.cancel().state == "cancelled"
        with pytest.raises(dmh.JobFailedError) as cancelled:
            job.wait()
        assert cancelled.value.code == "cancelled"
        assert job.retry().state == "queued"
        seen: list[str] = []
        begun, over = threading.Event(), threading.Event()

        def follow() -> None:
            for event in job.events():
                seen.append(event.state)
                begun.set()
            over.set()

        follower = threading.Thread(target=follow, daemon=True)
        follower.start()
        assert begun.wait(60)
        servers.broker.stop()
        servers.start_broker()
        servers.start_worker()
        assert over.wait(60) and (seen[0], seen[-1]) == ("queued", "done")
        assert len(list(job.records())) == 2
    servers.stop()
    assert len(list(job.records())) == 2, "what was fetched stays"
    with pytest.raises(dmh.UnavailableError, match="closed"):
        job.refresh()
    with pytest.raises(dmh.UnavailableError):
        dmh.connect(servers.front, timeout=0.2)


def test_ones_own_broker_is_found_where_others_cannot_put_theirs(servers, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_RUNTIME_DIR", servers.env["XDG_RUNTIME_DIR"])
    with dmh.connect() as broker:
        assert broker.version == dmh.__version__
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with pytest.raises(dmh.UnavailableError, match="no broker of yours"):
        dmh.connect()
    (tmp_path / "dmh").mkdir(mode=0o755)
    with pytest.raises(dmh.UnauthorizedError, match="0700"):
        dmh.connect()
    with pytest.raises(dmh.UsageError, match="no-such"):
        dmh.connect("no-such")


def test_the_twin_does_the_same_with_await(servers, labs, tmp_path):
    async def work() -> tuple[list[str], int, list[str]]:
        async with await dmh.aio.connect(servers.front) as broker:
            one, batch = await asyncio.gather(broker.submit(labs), broker.submit([labs, labs]))
            states = [event.state async for event in one.events()]
            await asyncio.gather(one.wait(), batch.wait())
            result = await one.fetch(tmp_path / "out")
            return states, (await batch.status()).done, [record["patient_id"] for record in result.records()]

    states, done, patients = asyncio.run(work())
    assert states[-1] == "done" and done == 2 and patients == ["0007", "0008"]
