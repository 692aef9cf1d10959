"""Server-sent events out of bytes, however they are cut: https://html.spec.whatwg.org/multipage/server-sent-events.html.

Knows no JSON and no vendor. The usual event, one `data:` line and a blank line, is found with a single split.
"""

END = b"\n\n"


class Splitter:
    """Cuts a stream into events. `waiting` is how many bytes of an unfinished event it holds."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._half = False  # a CR ended the last chunk: an LF may follow

    @property
    def waiting(self) -> int:
        """Bytes of the event that has not ended yet."""
        return len(self._rest)

    def feed(self, chunk: bytes) -> list[bytes]:
        """The events that are whole with this chunk, each without the blank line that ends it."""
        if self._half or b"\r" in chunk:
            chunk = self._plain(chunk)
        rest = self._rest
        if not rest and chunk.endswith(END) and not chunk.endswith(b"\n" + END):  # whole events: the usual chunk
            return chunk[:-2].split(END)
        seen = max(len(rest) - 1, 0)
        rest += chunk
        if rest.find(END, seen) < 0:
            return []
        *whole, tail = bytes(rest).split(END)
        self._rest = bytearray(tail)
        return whole

    def _plain(self, chunk: bytes) -> bytes:
        """The chunk with every line end as LF."""
        chunk = b"\r" + chunk if self._half else chunk
        self._half = chunk.endswith(b"\r")
        return (chunk[:-1] if self._half else chunk).replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def end(self) -> bytes:
        """What the stream ended with, no blank line behind it."""
        return bytes(self._rest)


def data_of(event: bytes) -> bytes:
    """The data of an event: its `data:` lines put together; empty for comments and events without data."""
    if event.startswith(b"data: ") and b"\n" not in event:
        return event[6:]
    lines = [line[5:].removeprefix(b" ") for line in event.split(b"\n") if line.startswith(b"data:")]
    return b"\n".join(lines)
