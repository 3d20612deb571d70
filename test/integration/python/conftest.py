"""A real broker and worker of the build, at Unix sockets or with keys at TCP, for as long as the tests run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
BUILD = Path(os.environ.get("DMH_BUILD", ROOT / "build/release"))
sys.path.insert(0, str(ROOT / "client/python"))

LABS = """Patient ID,Test Code,Result,Units,Collected
0007,A,1.50,mg/dL,2021-04-03 10:15:00
0008,NA,<2,mg/dL,2021-04-04 10:15:00
0009,B,,,
"""


class Program:
    """One of the build, whose log is read as it comes, so that a test can wait for a line of it."""

    def __init__(self, folder: Path, env: dict[str, str], *argv: str) -> None:
        self._lines: list[str] = []
        self._said = threading.Condition()
        self._ended = False
        self.process = subprocess.Popen(
            [BUILD / argv[0], *argv[1:]], cwd=folder, env=env, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            with self._said:
                self._lines.append(line)
                self._said.notify_all()
        with self._said:
            self._ended = True
            self._said.notify_all()

    def await_line(self, text: str) -> str:
        def found() -> str | None:
            return next((line for line in self._lines if text in line), None)

        with self._said:
            self._said.wait_for(lambda: found() or self._ended, timeout=60)
            line = found()
        assert line, f"no “{text}” in: {''.join(self._lines)}"
        return line

    def stop(self) -> None:
        self.process.terminate()
        assert self.process.wait(60) == 0, "".join(self._lines)
        self._reader.join()


class Servers:
    """A broker, and workers when a test wants them. `front` is where it is."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.options = options
        self.workers: list[Program] = []
        (folder / "run").mkdir(mode=0o700)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DMH_")}
        self.env = {**kept, "XDG_RUNTIME_DIR": str(folder / "run")}
        self.start_broker()

    def start_broker(self) -> None:
        self.broker = Program(self.folder, self.env, "dmh-broker", "--store", "sqlite:jobs.db", *self.options)
        started = self.broker.await_line("broker.started")
        self.front, self.back = (re.search(rf"\b{name}=(\S+)", started)[1] for name in ("front", "back"))  # type: ignore[index]

    def start_worker(self, *options: str) -> None:
        where = f"results{len(self.workers)}"
        worker = Program(self.folder, self.env, "dmh-worker", "--broker", self.back, "--results", where, *options)
        worker.await_line("worker.registered")
        self.workers.append(worker)

    def stop_workers(self) -> None:
        for worker in self.workers:
            worker.stop()
        self.workers = []

    def stop(self) -> None:
        self.stop_workers()
        self.broker.stop()


@pytest.fixture(scope="session", autouse=True)
def program() -> None:
    os.environ["DMH_PROGRAM"] = str(BUILD / "dmh")
    for name in ("DMH_BROKER", "DMH_KEY", "DMH_SERVER_KEY"):
        os.environ.pop(name, None)


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory):
    """At Unix sockets, with a worker: only paths travel."""
    made = Servers(tmp_path_factory.mktemp("own"))
    made.start_worker()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory):
    """With keys at TCP; its worker opens no path here, so that everything travels."""
    folder = tmp_path_factory.mktemp("guarded")
    for name, rights in (("server", ""), ("w1", "worker"), ("anna", "client"), ("bob", "client"), ("chief", "admin")):
        words = ["--rights", rights] if rights else []
        subprocess.run([BUILD / "dmh", "keys", "new", name, "--keys", "keys", *words], cwd=folder, check=True, capture_output=True)
    made = Servers(folder, "--keys", "keys", "--front", "tcp://127.0.0.1:*")
    made.start_worker("--key", "keys/w1.key", "--server-key", "keys/server.pub")
    yield made
    made.stop()


@pytest.fixture
def labs(tmp_path: Path) -> Path:
    path = tmp_path / "labs.csv"
    path.write_text(LABS)
    return path
