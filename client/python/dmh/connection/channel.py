"""A DEALER to the broker: many requests under way, each with the answer that names it. Decides nothing."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

import zmq
import zmq.asyncio

from ..errors import MalformedError, UnavailableError, error_of
from .keys import Credential
from .wire import Body, Message, message_decode, message_encode

AGAIN_SECONDS = 1.0
QUEUE = 1024


class NoAnswer(UnavailableError):
    """Nobody has answered until then."""


def socket_open(context: zmq.asyncio.Context, kind: int, endpoint: str, credential: Credential | None) -> zmq.asyncio.Socket:
    """A socket that connects; one's key is shown at TCP alone, as the broker's Unix sockets know the user."""
    socket: zmq.asyncio.Socket = context.socket(kind)
    try:
        socket.linger = 0
        socket.sndhwm = socket.rcvhwm = QUEUE
        if endpoint.startswith("tcp://"):
            socket.ipv6 = True
        if credential and endpoint.startswith("tcp://"):
            socket.curve_publickey = credential.public
            socket.curve_secretkey = credential.secret
            socket.curve_serverkey = credential.server
        socket.connect(endpoint)
    except zmq.ZMQError as error:
        socket.close()
        raise UnavailableError(f"“{endpoint}” cannot be connected to: {error.strerror}") from None
    return socket


class Channel:
    def __init__(self, context: zmq.asyncio.Context, endpoint: str, credential: Credential | None) -> None:
        self.endpoint = endpoint
        self._socket = socket_open(context, zmq.DEALER, endpoint, credential)
        self._waiting: dict[str, asyncio.Future[Message]] = {}
        self._reader = asyncio.ensure_future(self._read())

    async def _read(self) -> None:
        while True:
            frames: list[bytes] = await self._socket.recv_multipart()
            try:
                message = message_decode(frames)
            except MalformedError:
                continue  # nobody can say whose answer it is; who waits for it asks again
            self._take(message)

    def _take(self, message: Message) -> None:
        request = message.body.get("request", "")
        named = self._waiting.get(request)
        if named:
            waiting = [named]
        elif message.kind == "ERROR" and not request:
            waiting = list(self._waiting.values())  # it could not be read whose answer it is
        else:
            return
        for future in waiting:
            if not future.done():
                future.set_result(message)

    async def ask(
        self, kind: str, body: Body, answer: str, *, seconds: float, repeat: bool = True, payload: bytes | None = None
    ) -> Message:
        """The answer of that kind; the exception of an ERROR; NoAnswer. `repeat`: it may be said again meanwhile."""
        request = secrets.token_hex(8)
        frames = message_encode(kind, {"request": request, **body}, payload)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Message] = loop.create_future()
        self._waiting[request] = future
        until, patience = loop.time() + seconds, AGAIN_SECONDS
        try:
            while not future.done():
                left = until - loop.time()
                if left <= 0:
                    raise NoAnswer(f"no broker has answered at {self.endpoint} within {seconds:g} s")
                await _within(self._socket.send_multipart(frames), left)
                await asyncio.wait([future], timeout=min(patience, left) if repeat else left)
                patience *= 2
        except asyncio.TimeoutError:
            raise NoAnswer(f"no broker takes anything at {self.endpoint}") from None
        finally:
            self._waiting.pop(request, None)
        message = future.result()
        if message.kind == "ERROR":
            raise error_of(str(message.body.get("code", "")), str(message.body.get("message", "")))
        if message.kind != answer:
            raise MalformedError(f"the broker answered {kind} with {message.kind}")
        return message

    async def close(self) -> None:
        self._reader.cancel()
        await asyncio.gather(self._reader, return_exceptions=True)
        self._socket.close()


async def _within(sent: Any, seconds: float) -> None:
    await asyncio.wait_for(sent, seconds)
