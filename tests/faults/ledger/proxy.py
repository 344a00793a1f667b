"""A bad network: what stands between the annotators and the web server, and does what it is told to a request.

It runs in a thread of its own. Requests come one at a time on a connection, as those of a browser's HTTP/1.1 do.
"""

import asyncio
import random
import re
import socket
import struct
import threading
from contextlib import suppress

Address = tuple[str, int]
# Longer than an annotator waits for an answer: by then the request has been sent again.
LATE_SECONDS = 5.0
SUBMIT = re.compile(rb"POST \S+/submit ")
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
BROKEN = (OSError, asyncio.IncompleteReadError)


class Proxy:
    """`address` is where it listens. `dropped`, `delayed` and `late`: how many
    acknowledgements were dropped, requests held back, and of these let go on."""

    def __init__(self, target: Address) -> None:
        self.target = target
        self.to_drop = self.to_delay = self.dropped = self.delayed = self.late = 0
        self.open: set[asyncio.StreamWriter] = set()
        self.tasks: set[asyncio.Task[None]] = set()
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.address: Address = asyncio.run_coroutine_threadsafe(self._listen(), self.loop).result()

    def reset(self, chance: random.Random) -> int:
        """Cuts about half of all connections, whatever is on its way there; how many."""

        async def cut() -> int:
            chosen = chance.sample(sorted(self.open, key=id), (len(self.open) + 1) // 2)
            for writer in chosen:
                _cut(writer)
            return len(chosen)

        return asyncio.run_coroutine_threadsafe(cut(), self.loop).result()

    def drop_acknowledgement(self) -> None:
        """The next submit reaches the server, and its answer nobody."""
        self.to_drop += 1

    def deliver_late(self) -> None:
        """The next submit reaches the server when its sender has given up waiting for an answer."""
        self.to_delay += 1

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)

    async def _listen(self) -> Address:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()
        return host, port

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            from_server, to_server = await asyncio.open_connection(*self.target)
        except OSError:
            _cut(writer)
            return
        self.open |= {writer, to_server}
        try:
            while True:
                request = await _message(reader)
                is_submit = SUBMIT.match(request) is not None
                if is_submit and self.to_delay:
                    self.to_delay -= 1
                    self.delayed += 1
                    self._later(request)
                    await reader.read()  # until the sender gives up
                    return
                to_server.write(request)
                answer = await _message(from_server)
                if is_submit and self.to_drop and answer.startswith(b"HTTP/1.1 200"):
                    self.to_drop -= 1
                    self.dropped += 1
                    return
                writer.write(answer)
        except BROKEN:
            pass
        finally:
            self.open -= {writer, to_server}
            _cut(writer)
            _cut(to_server)

    def _later(self, request: bytes) -> None:
        task = asyncio.create_task(self._deliver(request))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _deliver(self, request: bytes) -> None:
        await asyncio.sleep(LATE_SECONDS)
        with suppress(*BROKEN):
            from_server, to_server = await asyncio.open_connection(*self.target)
            to_server.write(request)
            await _message(from_server)
            _cut(to_server)
        self.late += 1


async def _message(reader: asyncio.StreamReader) -> bytes:
    """A request or an answer. All that are sent here tell their length, or have no body."""
    head = await reader.readuntil(b"\r\n\r\n")
    told = LENGTH.search(head)
    return head + await reader.readexactly(int(told[1]) if told else 0)


def _cut(writer: asyncio.StreamWriter) -> None:
    """Reset, not closed: whoever reads at the other end gets ECONNRESET."""
    with suppress(OSError):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
