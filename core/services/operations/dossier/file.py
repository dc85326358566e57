"""A dossier as one signed file: document, page, PDF, and what was signed."""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from core.errors import UnreadableFile
from core.lake.write import replacing
from core.services.operations.dossier import signature
from core.services.operations.dossier.page import page
from core.services.operations.dossier.pdf_file import pdf
from core.services.operations.dossier.views import DossierDocument
from core.settings import Settings
from core.store.chain.links import Head
from core.tables.values.json_values import plain

DOCUMENT, PAGE, PDF = "dossier.json", "dossier.html", "dossier.pdf"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class FileReport:
    """What came of checking a dossier's file.

    Attributes:
        model: that it is about; `version` of it; `made_at` when it was made.
        key: fingerprint of the key that signed it; `is_ours` whether it is this home's.
        head: the newest link of the log when it was made.
        faults: what is not as it was signed; empty when all is.
    """

    model: str
    version: str
    made_at: str
    key: str
    is_ours: bool
    head: Head
    faults: tuple[str, ...]


def write(settings: Settings, document: DossierDocument, path: Path) -> Path:
    """Write the file, whole or not at all.

    It holds the document, the page, the PDF, a manifest with the SHA-256 of the three and the newest link of
    the log, and the home's signature of the manifest.
    """
    parts = {
        DOCUMENT: json.dumps(plain(document), indent=1, ensure_ascii=False, allow_nan=False).encode(),
        PAGE: page(document).encode(),
        PDF: pdf(document),
    }
    manifest = json.dumps(
        {
            "format": FORMAT,
            "model": document["model"],
            "version": document["version"],
            "made_at": document["made_at"],
            "files": {name: sha256(content).hexdigest() for name, content in parts.items()},
            "log": {"seq": document["log"]["seq"], "hash": document["log"]["hash"]},
            "algorithm": signature.ALGORITHM,
            "public_key": signature.public_key(settings),
        },
        indent=1,
    ).encode()
    parts |= {MANIFEST: manifest, SIGNATURE: signature.sign(settings, manifest).hex().encode()}
    with replacing(path, path.with_name(path.name + ".partial")) as partial, ZipFile(partial, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return path


def check(settings: Settings, path: Path) -> FileReport:
    """Whether a dossier's file is what was signed, and by whom.

    Raises:
        UnreadableFile: it is no dossier.
    """
    try:
        with ZipFile(path) as packed:
            parts = {name: packed.read(name) for name in packed.namelist()}
        manifest: dict[str, Any] = json.loads(parts[MANIFEST])
        head = Head(int(manifest["log"]["seq"]), str(manifest["log"]["hash"]))
        public, signed = str(manifest["public_key"]), bytes.fromhex(parts[SIGNATURE].decode())
        key = signature.fingerprint(public)
        about = (str(manifest["model"]), str(manifest["version"]), str(manifest["made_at"]))
        files = dict(manifest["files"])
    except (OSError, BadZipFile, KeyError, ValueError, TypeError) as error:
        raise UnreadableFile(
            f"{path.name} is no dossier that can be read.", "Take the file that `dossier make` wrote."
        ) from error
    faults = [] if signature.is_signed(public, parts[MANIFEST], signed) else ["The signature does not fit."]
    faults += [
        f"{name} is not what was signed."
        for name, digest in files.items()
        if sha256(parts.get(name, b"")).hexdigest() != digest
    ]
    faults += [
        f"{name} was added after it was signed."
        for name in parts
        if name not in {*files, MANIFEST, SIGNATURE}
    ]
    return FileReport(*about, key, public == signature.public_key(settings), head, tuple(faults))
