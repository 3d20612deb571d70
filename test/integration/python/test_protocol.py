"""What the package knows of the wire, against the page messages/PROTOCOL.md; and the package as a wheel."""

import dataclasses
import re
import shutil
import subprocess
import sys
import zipfile

import msgpack
import pytest
from conftest import ROOT

import dmh
from dmh.connection import place, wire
from dmh.results import fetch

PAGE = (ROOT / "messages/PROTOCOL.md").read_text()


def keys_of(title):
    section = PAGE.split(f"\n### {title}", 1)[1].split("\n#", 1)[0]
    return set(re.findall(r"^\| (\w+) \| \w+ \|", section, re.M))


def test_the_example_of_the_page_is_what_is_sent():
    body = bytes.fromhex(re.search(r"\n```\n(82 a7[0-9a-f ]+)\n```", PAGE)[1])
    frames = wire.message_encode("HELLO", {"request": "r1", "version": "0.1.0", "disk": None})
    assert frames == [b"DMH1", b"HELLO", body]
    assert wire.message_decode(frames) == ("HELLO", {"request": "r1", "version": "0.1.0"}, None)


@pytest.mark.parametrize(
    ("kind", "title"),
    [(dmh.Event, "EVENT"), (dmh.JobRecord, "job_record"), (dmh.BatchRecord, "batch_record"), (dmh.WorkerInfo, "worker_info")],
)
def test_what_is_read_of_a_table_stands_in_it(kind, title):
    assert {field.name for field in dataclasses.fields(kind)} <= keys_of(title)


@pytest.mark.parametrize(
    "frames",
    [
        [b"DMH1", b"HELLO"],
        [b"DMH2", b"HELLO", b"\x80"],
        [b"DMH1", b"hello", b"\x80"],
        [b"DMH1", b"HELLO", b"\x81"],
        [b"DMH1", b"HELLO", b"\x90"],
        [b"DMH1", b"HELLO", b"\x81\x01\x01"],
        [b"DMH1", b"HELLO", b"\x80\x80"],
        [b"DMH1", b"HELLO", b"\x81\xa1a" + b"\x91" * 2000],
        [b"DMH1", b"HELLO", b"\x81\xa1a\xda\xff\xff" + b"x" * 65535],
        [b"DMH1", b"CHUNK", b"\x80", b"x" * (1024 * 1024 + 1)],
        [b"DMH1", b"HELLO", b"\x81\xa1a\xa1\xff"],
    ],
)
def test_what_is_no_message_is_refused(frames):
    with pytest.raises(dmh.MalformedError):
        wire.message_decode(frames)
    with pytest.raises(dmh.TooLargeError):
        wire.body_encode({"a": "x" * 65536})


@pytest.mark.parametrize("name", ["../x", "/x", "a/b/c", "", ".", "a/..", "a\0b", "a//b"])
def test_an_output_that_would_leave_its_folder_is_refused(name):
    with pytest.raises(dmh.MalformedError):
        fetch.outputs_check(({"name": name},))
    fetch.outputs_check(({"name": "report.json"}, {"name": "patient/report.json"}))
    with pytest.raises(dmh.MalformedError):
        fetch.outputs_check(({"name": "report.json"}, {"name": "report.json"}))


def test_a_path_is_a_uri_and_back(tmp_path):
    odd = tmp_path / "a ü%?#;b~"
    assert place.uri_of(odd) == f"file://{tmp_path}/a%20%C3%BC%25%3F%23%3Bb~"
    assert place.path_of(place.uri_of(odd)) == odd
    assert place.endpoint_seen("tcp://*:5573", "tcp://[::1]:5570") == "tcp://[::1]:5573"
    link = tmp_path / "link"
    link.symlink_to("/etc")
    assert place.lies_in(tmp_path / "x", f"/nowhere,{tmp_path}") and not place.lies_in(link / "x", str(tmp_path))


def test_an_error_keeps_its_code_on_its_way_to_another_process():
    import pickle

    error = pickle.loads(pickle.dumps(dmh.JobFailedError("a sentence", "poison", "j1")))
    assert (error.code, error.job, str(error)) == ("poison", "j1", "a sentence")
    assert msgpack.version >= (1, 0)


def test_the_version_is_that_of_dmh():
    assert f'"{dmh.__version__}"' in (ROOT / "messages/version.h").read_text()


def test_a_wheel_is_built_without_a_network_and_holds_all(tmp_path):
    tree = tmp_path / "python"
    shutil.copytree(ROOT / "client/python", tree, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    build = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"
    done = subprocess.run([sys.executable, "-c", build, tmp_path], cwd=tree, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob(f"dmh-{dmh.__version__}-py3-none-any.whl")
    names = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("dmh/")}
    assert names == {str(path.relative_to(tree)) for path in (tree / "dmh").rglob("*") if path.is_file()}
    assert "dmh/py.typed" in names
    ask = f"import sys; sys.path.insert(0, {str(wheel)!r}); import dmh; print(dmh.__file__)"
    said = subprocess.run([sys.executable, "-B", "-c", ask], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert str(wheel) in said.stdout
