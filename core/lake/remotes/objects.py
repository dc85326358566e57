"""Files behind an address, on this machine or in an S3 bucket: list them, and have one here to read."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from glob import glob, has_magic
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from core.errors import UnreadableFile
from core.lake.remotes.address import S3, Address

if TYPE_CHECKING:
    from pyarrow.fs import FileInfo, S3FileSystem

CONNECT_SECONDS, REQUEST_SECONDS = 5.0, 60.0
PIECE = 1 << 20
ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
S3_HINT = (
    "Check the bucket, the key and the AWS variables of the environment "
    "(AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL)."
)


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file that is there: its full path (or `s3://...`), its size in bytes and when it was changed."""

    path: str
    size: int
    changed: int

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rstrip("/").rpartition("/")[2] if self.path.startswith(S3) else Path(self.path).name


def list_files(where: Address) -> list[FileEntry]:
    """The files that an address of the kinds "files" and "s3" means, by path; a pattern may mean none.

    Raises:
        UnreadableFile: there is no such file or object, or the bucket cannot be listed.
    """
    if where.kind == "s3":
        return _objects(where)
    if not has_magic(where.place) or Path(where.place).is_file():
        return [_file(where.place)]
    paths = sorted(glob(where.place, recursive=True))  # noqa: PTH207
    return [_file(name) for name in paths if Path(name).is_file()]


@contextmanager
def at_hand(entry: FileEntry) -> Iterator[Path]:
    """The file on this machine under its own name; an object is fetched and let go afterwards.

    Raises:
        UnreadableFile: the object cannot be fetched.
    """
    if not entry.path.startswith(S3):
        yield Path(entry.path)
        return
    with TemporaryDirectory(prefix="caretaker-") as folder:
        path = Path(folder) / entry.name
        with _talking(entry.path), path.open("wb") as handle:
            stream = _bucket().open_input_stream(entry.path.removeprefix(S3))
            while piece := stream.read(PIECE):
                handle.write(piece)
        yield path


def digest(path: Path) -> str:
    """sha256 of the bytes of a file."""
    with path.open("rb") as handle:
        sha = sha256()
        while piece := handle.read(PIECE):
            sha.update(piece)
    return sha.hexdigest()


def _file(name: str) -> FileEntry:
    try:
        status = Path(name).stat()
    except OSError as error:
        raise UnreadableFile(f"{name} does not exist.", "Check the path and who may read it.") from error
    return FileEntry(name, status.st_size, status.st_mtime_ns)


def _objects(where: Address) -> list[FileEntry]:
    from pyarrow.fs import FileSelector, FileType

    with _talking(where.text):
        if not where.many:
            [info] = _bucket().get_file_info([where.place])
            if info.type != FileType.File:
                raise UnreadableFile(f"There is no object {where.text}.", S3_HINT)
            return [_entry(info)]
        folder = re.split(r"[*?\[]", where.place, maxsplit=1)[0].rpartition("/")[0]
        below = where.place[len(folder) + 1 :]
        deep = "/" in below or "**" in below
        infos = _bucket().get_file_info(FileSelector(folder, recursive=deep, allow_not_found=True))
    fits = re.compile(pattern(where.place))
    return sorted(
        (_entry(one) for one in infos if one.type == FileType.File and fits.fullmatch(one.path)),
        key=lambda entry: entry.path,
    )


def _entry(info: "FileInfo") -> FileEntry:
    return FileEntry(S3 + info.path, info.size, info.mtime_ns or 0)


def pattern(text: str) -> str:
    """A glob as a regular expression: `*` stays within a folder, `**/` does not.

    >>> bool(re.fullmatch(pattern("logs/*.csv"), "logs/a.csv"))
    True
    >>> bool(re.fullmatch(pattern("logs/*.csv"), "logs/2024/a.csv"))
    False
    >>> bool(re.fullmatch(pattern("logs/**/[ab].csv"), "logs/2024/05/b.csv"))
    True
    """
    known = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]/]+\])", text)
    return "".join(
        known.get(part) or (part.replace("[!", "[^") if index % 2 else re.escape(part))
        for index, part in enumerate(parts)
    )


def _bucket() -> "S3FileSystem":
    from pyarrow.fs import S3FileSystem

    endpoint = next((os.environ[name] for name in ENDPOINTS if os.environ.get(name)), None)
    return S3FileSystem(
        endpoint_override=endpoint, connect_timeout=CONNECT_SECONDS, request_timeout=REQUEST_SECONDS
    )


@contextmanager
def _talking(text: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
        raise UnreadableFile(f"{text} cannot be read: {reason}.", S3_HINT) from error
