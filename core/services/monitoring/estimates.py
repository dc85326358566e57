"""The estimates of a document, from which the next one takes those of chunks that did not change."""

import json
import zlib
from dataclasses import replace
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import cast

import numpy as np

import core.health
import core.stats
from core.health.tasks.remembered import Memory
from core.model import ModelSpec
from core.store.engine import reading
from core.store.monitoring import profiles
from core.store.workspace import Workspace

ESTIMATES = "estimates"
"""Name under which they stand among the profiles."""


def recall_estimates(ws: Workspace, spec: ModelSpec) -> Memory:
    """What the document before estimated; of another model or by other code nothing fits it."""
    with reading(ws.engine) as session:
        body = profiles.body(session, spec.id, ESTIMATES)
    past = json.loads(zlib.decompress(body)) if body else {}
    model = replace(spec, as_of=None).to_json()
    return Memory(sha256(repr((_code(), model)).encode()).hexdigest(), past)


def pack_estimates(memory: Memory) -> bytes:
    """What the next document may need, to be stored with this one."""
    return zlib.compress(json.dumps(memory.made, sort_keys=True).encode())


@cache
def _code() -> str:
    """A hash of all code that estimates depend on: no estimate outlives the way in which it was made."""
    digest = sha256(f"{np.__version__} {version('scipy')}".encode())
    for package in (core.health, core.stats):
        folder = Path(cast("str", package.__file__)).parent
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
