"""The link to a broker: its front, its files and its feed, looked for anew when it falls silent. Knows no job."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import zmq
import zmq.asyncio

from .channel import Channel, NoAnswer, socket_open
from ..errors import DmhError, MalformedError, UnavailableError
from .keys import Credential
from .place import disk_name, endpoint_seen
from ..version import VERSION
from .wire import Body, Message, body_decode

SLICE_SECONDS = 4.0
EVENTS_KEPT = 1000
TOPIC = "job/"


class Link:
    """Use it in one event loop; `open` it first, `close` it at the end."""

    def __init__(self, fronts: list[str], credential: Credential | None, seconds: float) -> None:
        self.fronts = fronts
        self.seconds = seconds
        self.welcome: Body = {}
        self._credential = credential
        self._context = zmq.asyncio.Context()
        self._front: Channel | None = None
        self._files: Channel | None = None
        self._feed: Feed | None = None
        self._greeting = asyncio.Lock()

    async def open(self) -> None:
        await self._greet(None, self.seconds)

    async def close(self) -> None:
        await self._leave()
        if self._feed:
            await self._feed.close()
        self._context.term()

    async def _leave(self) -> None:
        for channel in (self._front, self._files):
            if channel:
                await channel.close()
        self._front = self._files = None

    async def _greet(self, silent: Channel | None, seconds: float) -> None:
        """HELLO to each front; the first that welcomes is the broker. `silent`: the one that is given up."""
        async with self._greeting:
            if silent and self._front is not silent:
                return  # somebody else has found another meanwhile
            hello = {"version": VERSION, "disk": disk_name()}
            channels = [Channel(self._context, front, self._credential) for front in self.fronts]
            asked = {
                asyncio.ensure_future(channel.ask("HELLO", hello, "WELCOME", seconds=seconds)): channel
                for channel in channels
            }
            chosen, why = await _first(asked)
            for channel in channels:
                if channel is not chosen:
                    await channel.close()
            if not chosen:
                raise why
            await self._leave()
            self._front = chosen
            self.welcome = next(task for task in asked if asked[task] is chosen).result().body
            if self._feed:
                self._feed.connect(self._feed_endpoint())

    def _feed_endpoint(self) -> str:
        assert self._front
        return endpoint_seen(str(self.welcome.get("feed", "")), self._front.endpoint)

    async def ask(self, kind: str, body: Body, answer: str, *, repeat: bool = True) -> Message:
        """As Channel.ask, at whichever broker answers within `seconds`."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self.seconds
        while True:
            front = self._front
            if not front:
                raise UnavailableError("the connection is closed")
            left = until - loop.time()
            try:
                return await front.ask(kind, body, answer, seconds=min(left, SLICE_SECONDS) if repeat else left, repeat=repeat)
            except NoAnswer:
                if not repeat or until - loop.time() <= 0.1:
                    raise
            await self._greet(front, until - loop.time())

    @property
    def has_files(self) -> bool:
        return bool(self.welcome.get("files"))

    def files(self) -> Channel:
        """The files service; UnavailableError where the broker has none."""
        if not self._front or not self.has_files:
            raise UnavailableError("this broker keeps no files")
        if not self._files:
            endpoint = endpoint_seen(str(self.welcome["files"]), self._front.endpoint)
            self._files = Channel(self._context, endpoint, self._credential)
        return self._files

    @contextmanager
    def listen(self, job: str) -> Iterator[asyncio.Queue[Body]]:
        """The events of a job as long as the context lasts; a full queue loses its oldest, as each event is the whole state."""
        if not self._feed:
            self._feed = Feed(self._context, self._credential)
            self._feed.connect(self._feed_endpoint())
        queue: asyncio.Queue[Body] = asyncio.Queue(EVENTS_KEPT)
        self._feed.add(job, queue)
        try:
            yield queue
        finally:
            self._feed.drop(job, queue)


async def _first(asked: dict[asyncio.Task[Message], Channel]) -> tuple[Channel | None, DmhError]:
    """Who welcomed first, or why nobody did; what is still asked then is given up."""
    waiting: Iterable[asyncio.Task[Message]] = asked
    why: DmhError = UnavailableError("no broker is named")
    try:
        while waiting:
            ready, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in ready:
                error = task.exception()
                if error is None:
                    return asked[task], why
                if not isinstance(error, DmhError):
                    raise error
                if not isinstance(error, NoAnswer) or isinstance(why, UnavailableError):
                    why = error
        return None, why
    finally:
        for task in asked:
            task.cancel()


class Feed:
    """A SUB to the feed: a topic a job, as with keys no other subscription holds."""

    def __init__(self, context: zmq.asyncio.Context, credential: Credential | None) -> None:
        self._context = context
        self._credential = credential
        self._socket: zmq.asyncio.Socket | None = None
        self._reader: asyncio.Future[None] | None = None
        self._listeners: dict[str, list[asyncio.Queue[Body]]] = {}

    def connect(self, endpoint: str) -> None:
        """To another broker, what is listened to goes on."""
        if self._reader:
            self._reader.cancel()
        if self._socket:
            self._socket.close()
        self._socket = self._reader = None
        if not endpoint:
            return  # a broker without a feed; STATUS tells
        self._socket = socket_open(self._context, zmq.SUB, endpoint, self._credential)
        for job in self._listeners:
            self._socket.subscribe(TOPIC + job)
        self._reader = asyncio.ensure_future(self._read(self._socket))

    async def _read(self, socket: zmq.asyncio.Socket) -> None:
        while True:
            frames: list[bytes] = await socket.recv_multipart()
            if len(frames) != 2:
                continue
            try:
                body = body_decode(frames[1])
            except MalformedError:
                continue
            for queue in self._listeners.get(str(body.get("job", "")), ()):
                if queue.full():
                    queue.get_nowait()
                queue.put_nowait(body)

    def add(self, job: str, queue: asyncio.Queue[Body]) -> None:
        queues = self._listeners.setdefault(job, [])
        queues.append(queue)
        if self._socket:
            #  Once more for each: the last event is sent again for a new subscription alone.
            if len(queues) > 1:
                self._socket.unsubscribe(TOPIC + job)
            self._socket.subscribe(TOPIC + job)

    def drop(self, job: str, queue: asyncio.Queue[Body]) -> None:
        queues = self._listeners.get(job, [])
        if queue not in queues:
            return  # closed meanwhile
        queues.remove(queue)
        if not queues:
            del self._listeners[job]
            if self._socket and not self._socket.closed:
                self._socket.unsubscribe(TOPIC + job)

    async def close(self) -> None:
        self._listeners.clear()
        if self._reader:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        if self._socket:
            self._socket.close()
