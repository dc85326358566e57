"""Files of models as code: what each says of which model, and where it says it."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.lake.remotes.address import parse
from core.services.onboarding.declared.form.convert import Converter
from core.services.onboarding.declared.form.document import CaretakerFile
from core.services.onboarding.declared.form.secrets import require_no_secret
from core.services.onboarding.declared.form.yaml_nodes import MOST_BYTES, WrongDeclaration, read_nodes

ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a file says of one model.

    Attributes:
        content: section -> what is said of it (`ModelValue`), with whole addresses.
        lines: key ("churn.checks.metric") -> line of the file.
    """

    name: str
    content: dict[str, Any]
    file: str
    lines: Mapping[str, int]

    def place(self, section: str = "", message: str = "") -> str:
        """Where a section stands, in words, or the key of it with which a message begins."""
        own = f"models.{self.name}.{section}".rstrip(".")
        key = message.split(maxsplit=1)[0].rstrip(":").removeprefix(f"{section}.") if message else ""
        keys = (f"{own}.{key}", own, f"models.{self.name}")
        return f"{self.file}, line {next(self.lines[key] for key in keys if key in self.lines)}"


def read_files(paths: Sequence[Path]) -> list[Declaration]:
    """The models of all files, in their order; a folder stands for the YAML files in it, by name.

    Raises:
        WrongDeclaration: a file cannot be read, has an unknown key, or two say the same model.
    """
    files = [file for path in paths for file in _files(path)]
    models = [model for file in files for model in read_text(_bytes(file), file)]
    by_name: dict[str, Declaration] = {}
    for model in models:
        if model.name in by_name:
            raise WrongDeclaration(
                f"{model.place()}: {model.name} stands in {by_name[model.name].place()} already.",
                "Keep one of the two.",
            )
        by_name[model.name] = model
    return models


def read_text(content: bytes, file: Path) -> list[Declaration]:
    """The models of one file.

    Raises:
        WrongDeclaration: as `read_files` does.
    """
    root = read_nodes(content, str(file))
    require_no_secret(content.decode("utf-8-sig"), str(file))
    converter = Converter(str(file))
    document = converter.value(root, CaretakerFile, "")
    folder = Path(os.path.abspath(file)).parent  # noqa: PTH100 - `resolve` would follow links away from the file
    return [
        Declaration(name, _with_addresses(model, folder), str(file), converter.lines)
        for name, model in document["models"].items()
    ]


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        inside = sorted(file for file in path.iterdir() if file.suffix in ENDINGS)
        if not inside:
            raise WrongDeclaration(f"{path} has no file that ends in .yaml.", "Name the file itself.")
        return inside
    if not path.is_file():
        raise WrongDeclaration(
            f"There is no file {path}.", "Write one with `python -m core declare --out caretaker.yaml`."
        )
    return [path]


def _bytes(file: Path) -> bytes:
    """The beginning of a file: enough to see that it is too large."""
    with file.open("rb") as opened:
        return opened.read(MOST_BYTES + 1)


def _with_addresses(model: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The model with paths from the folder of its file on."""
    made = {name: dict(part) if isinstance(part, dict) else part for name, part in model.items()}
    connect, data = made.get("connect", {}), made.get("data", {})
    if "rows" in connect:
        connect["rows"] = [_at(folder, address) for address in connect["rows"]]
    if data.get("picture_folder") is not None:
        data["picture_folder"] = _at(folder, data["picture_folder"])
    for name in ("sources", "joins"):
        if name in made:
            made[name] = [{**value, "address": _at(folder, value["address"])} for value in made[name]]
    return made


def _at(folder: Path, address: str) -> str:
    where = parse(address)
    return os.path.normpath(folder / where.place) if where.kind == "files" else address
