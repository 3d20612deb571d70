"""dmh from Python: harmonizes healthcare data here (`run`), or hands it to a broker (`connect`).

    import dmh

    dmh.run("labs.csv", date_order="dmy").to_pandas()

    with dmh.connect("tcp://HOST:5570", key="anna.key", server_key="server.pub") as broker:
        job = broker.submit("labs.csv").wait(progress=True)
        job.report                      # in Jupyter a table
        for reject in job.errors(): ...

`dmh.aio` is the same with `await`. What goes wrong is a DmhError with a `code`. Needs pyzmq and msgpack; pandas for
`to_pandas` alone.
"""

from . import aio
from .blocking import Batch, Broker, Job, connect
from .results.columns import Column
from .errors import (
    ConflictError,
    DamagedError,
    DmhError,
    InternalError,
    JobFailedError,
    MalformedError,
    NotFoundError,
    TooLargeError,
    UnauthorizedError,
    UnavailableError,
    UnsupportedError,
    UsageError,
)
from .program import Results, run
from .record import BatchRecord, Event, JobRecord, WorkerInfo
from .results.report import Report
from .results.result import Reject, Result
from .version import VERSION as __version__

__all__ = [
    "Batch", "BatchRecord", "Broker", "Column", "ConflictError", "DamagedError", "DmhError", "Event", "InternalError", "Job",
    "JobFailedError", "JobRecord", "MalformedError", "NotFoundError", "Reject", "Report", "Result", "Results", "TooLargeError",
    "UnauthorizedError", "UnavailableError", "UnsupportedError", "UsageError", "WorkerInfo", "__version__", "aio", "connect",
    "run",
]
