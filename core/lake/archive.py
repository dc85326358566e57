"""Many files in one, each with its SHA-256: a tar, compressed by what the name ends with."""

import io
import json
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO, Any

import pyarrow as pa

from core.errors import UnreadableFile
from core.lake.write import replacing

MANIFEST = "manifest.json"
COMPRESSION = {".zst": "zstd", ".gz": "gzip", ".tgz": "gzip", ".tar": None}
BLOCK = 1 << 20
NO_HASHES: Mapping[str, str] = {}


class _Hashed(io.RawIOBase):
    """Passes bytes on and remembers their hash."""

    def __init__(self, inner: IO[bytes]) -> None:
        self.inner, self.hash = inner, sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.inner.read(size)
        self.hash.update(data)
        return data


def check_name(file: Path) -> None:
    """Refuse a name that does not say how it is compressed.

    Raises:
        UnreadableFile: says what to write.
    """
    if file.suffix not in COMPRESSION:
        raise UnreadableFile(
            f"{file.name}: the name does not say which kind of archive it is.",
            "Write e.g. caretaker.tar.zst or caretaker.tar.gz.",
        )


def pack(
    target: Path,
    files: Iterable[tuple[str, Path]],
    about: dict[str, Any],
    tell: Callable[[str], None],
    sha256_by_name: Mapping[str, str] = NO_HASHES,
) -> dict[str, Any]:
    """Write the files and, last, the manifest; whole or not at all. Gives the manifest.

    Files that are gone when their turn comes are named in it as missing, those whose SHA-256 is not the
    expected one as damaged. A failure leaves no partial file.
    """
    check_name(target)
    manifest: dict[str, Any] = {"damaged": [], **about, "files": {}, "missing": []}
    with (
        replacing(target, target.with_name(f".{target.name}.partial")) as partial,
        pa.output_stream(partial, compression=COMPRESSION[target.suffix]) as out,
        tarfile.open(fileobj=out, mode="w|") as tar,
    ):
        for name, path in files:
            tell(name)
            if not path.is_file():
                manifest["missing"].append(name)
                continue
            entry = manifest["files"][name] = _add(tar, name, path)
            if sha256_by_name.get(name, entry["sha256"]) != entry["sha256"]:
                manifest["damaged"].append(name)
        body = json.dumps(manifest, indent=1).encode()
        last = tarfile.TarInfo(MANIFEST)
        last.size = len(body)
        tar.addfile(last, io.BytesIO(body))
    return manifest


def unpack(source: Path, folder: Path, tell: Callable[[str], None]) -> dict[str, Any]:
    """Write the archive's files below an empty folder and compare every hash; gives the manifest.

    Raises:
        UnreadableFile: it is no such archive, is cut off or damaged, or a name leads out of the folder.
    """
    check_name(source)
    entries: dict[str, dict[str, Any]] = {}
    manifest: dict[str, Any] | None = None
    with _read(source) as tar:
        for member in tar:
            data = tar.extractfile(member)
            if data is None or not _harmless(member.name):
                raise UnreadableFile(f"{source.name}: {member.name!r} is not a plain file.", HINT)
            if member.name == MANIFEST:
                manifest = json.loads(data.read())
                continue
            tell(member.name)
            entries[member.name] = _write(folder / member.name, data)
    if manifest is None or manifest.get("files") != entries:
        wrong = sorted(_different(entries, manifest.get("files", {}))) if manifest else ["the end"]
        raise UnreadableFile(f"{source.name} is damaged: {wrong[0]} is not what was backed up.", HINT)
    return manifest


HINT = "Nothing was changed. Take another copy of the file, or an older backup."


@contextmanager
def _read(source: Path) -> Iterator[tarfile.TarFile]:
    if not source.is_file():
        raise UnreadableFile(f"{source} does not exist.", "Check the path.")
    try:
        with (
            pa.input_stream(source, compression=COMPRESSION[source.suffix]) as stream,
            tarfile.open(fileobj=stream, mode="r|") as tar,
        ):
            yield tar
    except (tarfile.TarError, zlib.error, EOFError, OSError, json.JSONDecodeError) as error:
        raise UnreadableFile(f"{source.name} is no backup, or it is cut off ({error}).", HINT) from error


def _add(tar: tarfile.TarFile, name: str, path: Path) -> dict[str, Any]:
    with path.open("rb") as handle:
        member = tar.gettarinfo(fileobj=handle, arcname=name)
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        hashed = _Hashed(handle)
        tar.addfile(member, hashed)
    return {"sha256": hashed.hash.hexdigest(), "bytes": member.size}


def _write(path: Path, data: IO[bytes]) -> dict[str, Any]:
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, size = sha256(), 0
    with path.open("xb") as handle:
        while block := data.read(BLOCK):
            handle.write(block)
            digest.update(block)
            size += len(block)
    return {"sha256": digest.hexdigest(), "bytes": size}


def _harmless(name: str) -> bool:
    parts = PurePosixPath(name)
    return not parts.is_absolute() and ".." not in parts.parts


def _different(entries: dict[str, Any], expected: dict[str, Any]) -> set[str]:
    return {name for name in entries.keys() | expected.keys() if entries.get(name) != expected.get(name)}
