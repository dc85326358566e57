"""Receive a body: streamed into a file, unpacked on the way, never larger than the limit."""

import re
import secrets
import zlib
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus
from io import BufferedWriter
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from core.api.security import TooLarge
from core.errors import DataError, UnreadableFile

ENDINGS = {
    "application/json": ".json",
    "application/x-ndjson": ".jsonl",
    "application/ndjson": ".jsonl",
    "application/jsonl": ".jsonl",
    "text/csv": ".csv",
    "application/vnd.apache.parquet": ".parquet",
    "application/parquet": ".parquet",
}
Stream = AsyncIterator[bytes]
AT_ONCE = 1 << 20
GZIP = 31  # zlib's word for a gzip header
MEGABYTE = 1_000_000


class UnknownType(DataError):
    """The header names a format, a character set or a packing that is not read.

    Next: send one of those that the hint lists, and the header that belongs to it.
    """

    http_status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


@dataclass(frozen=True, slots=True)
class Form:
    """What the headers say of a body: the ending of its file, and whether it is packed."""

    ending: str
    packed: bool


def form(headers: Mapping[str, str]) -> Form:
    """Read the headers.

    Raises:
        UnknownType: another format, character set or packing.
    """
    kind, _, parameters = headers.get("content-type", "").lower().partition(";")
    ending = ENDINGS.get(kind.strip())
    if ending is None:
        sentence = f"{kind.strip()!r} is not read here" if kind.strip() else "The format is not said"
        raise UnknownType(f"{sentence}.", f"Send Content-Type: {', '.join(ENDINGS)}.")
    charset = re.search(r"charset=\"?([\w-]+)", parameters)
    if charset is not None and charset[1] not in {"utf-8", "utf8", "us-ascii"}:
        raise UnknownType(f"The character set {charset[1]!r} is not read here.", "Send UTF-8.")
    packing = headers.get("content-encoding", "identity").strip().lower()
    if packing not in {"identity", "gzip", "x-gzip"}:
        raise UnknownType(f"The packing {packing!r} is not read here.", "Send gzip, or unpacked.")
    return Form(ending, packed=packing != "identity")


@dataclass(slots=True)
class Writer:
    """Writes what comes, unpacked; counts and hashes it."""

    handle: BufferedWriter
    limit: int
    packed: bool
    size: int = 0
    digest: Any = field(default_factory=sha256)
    packer: Any = None

    def feed(self, data: bytes) -> None:
        """Take the next bytes.

        Raises:
            TooLarge: it is more than the limit, unpacked.
            UnreadableFile: this is not gzip.
        """
        for block in self._unpack(data) if self.packed else (data,):
            self.size += len(block)
            if self.size > self.limit:
                raise too_large(self.limit)
            self.digest.update(block)
            self.handle.write(block)

    def end(self) -> None:
        """Everything came.

        Raises:
            UnreadableFile: the gzip stream is cut off, or there was nothing at all.
        """
        if self.packer is not None and not self.packer.eof:
            raise UnreadableFile("The gzip body is cut off.", "Send it again.")
        if self.size == 0:
            raise UnreadableFile("The body is empty.", "Send rows.")

    def _unpack(self, data: bytes) -> Iterator[bytes]:
        try:
            while True:
                if self.packer is None or self.packer.eof:  # several members may follow each other
                    self.packer = zlib.decompressobj(GZIP)
                block = self.packer.decompress(data, AT_ONCE)
                yield block
                data = self.packer.unused_data if self.packer.eof else self.packer.unconsumed_tail
                if not data and (self.packer.eof or len(block) < AT_ONCE):
                    return
        except zlib.error as error:
            raise UnreadableFile(f"The body is not gzip ({error}).", "Pack it again.") from error


def too_large(limit: int) -> TooLarge:
    """The refusal."""
    return TooLarge(
        f"The body is larger than {limit / MEGABYTE:,.0f} MB, unpacked.",
        "Send it in parts, or take the file in with `python -m core ingest`.",
    )


async def receive(request: Request, stream: Stream, path: Path, how: Form, limit: int) -> str:
    """Write the stream of the request into the file; gives the SHA-256 of what was written.

    A failure leaves no file.

    Raises:
        TooLarge: it is more than `limit` bytes, unpacked.
        UnreadableFile: it is empty, or not gzip where it should be.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise too_large(limit)
    with _file(path) as handle:
        writer = Writer(handle, limit, how.packed)
        async for block in _blocks(stream):
            await run_in_threadpool(writer.feed, block)
        writer.end()
    return str(writer.digest.hexdigest())


async def drain(stream: Stream, most: int) -> None:
    """Read on without keeping anything: some programs hear no answer before they have sent all."""
    read = 0
    async for part in stream:
        read += len(part)
        if read > most:
            return


def place(folder: Path, name: str) -> Path:
    """A place for a body that comes, under its own name in a folder of its own."""
    own = folder / secrets.token_hex(12)
    own.mkdir(parents=True)
    return own / name


async def _blocks(stream: Stream) -> AsyncIterator[bytes]:
    """The stream in blocks of about a megabyte."""
    block = bytearray()
    async for part in stream:
        block += part
        if len(block) >= AT_ONCE:
            yield bytes(block)
            block.clear()
    if block:
        yield bytes(block)


@contextmanager
def _file(path: Path) -> Iterator[BufferedWriter]:
    try:
        with path.open("xb") as handle:
            yield handle
    except BaseException:
        path.unlink(missing_ok=True)
        raise
