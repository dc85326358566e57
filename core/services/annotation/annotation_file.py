"""A file of annotations: a table, or what Label Studio exports of a project."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

from core.annotation.label_studio.names import ROW
from core.annotation.label_studio.pictures import row_names
from core.annotation.label_studio.read import ProjectNames, TaskTable, read_tasks
from core.errors import DataError, UnreadableFile
from core.lake.readers.text import read_text
from core.lake.remotes.sources import read_table
from core.model import ModelSpec
from core.services.dataset import rows
from core.store import models
from core.store.engine import reading
from core.store.workspace import Workspace
from core.tables.table import Table


def read_annotations(ws: Workspace, name: str, path: Path, project: ProjectNames) -> Table | TaskTable:
    """The annotations of a file, for `import_annotations`.

    Args:
        ws: where the model is.
        name: of the model.
        path: of the file.
        project: of Label Studio's files, what they call things; without `ids` it is `row_id`, else the
            model's own column of ids.

    Raises:
        UnreadableFile: its bytes are not what its name says, or no export of Label Studio.
        DataError: there is no such model; or options for Label Studio come with a table.
    """
    if not path.name.removesuffix(".gz").endswith(".json"):
        if project.ids or project.control or project.people:
            raise DataError(
                f"{path.name} is a table.", "--id, --control and --person are for Label Studio's .json alone."
            )
        return read_table(path)
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
    ids = project.ids or tuple(one for one in (ROW, spec.roles.id) if one)
    tasks = read_tasks(_document(path), path.name, replace(project, ids=ids))
    return _rows_of_files(ws, spec, tasks) if spec.item == "image" else tasks


def _rows_of_files(ws: Workspace, spec: ModelSpec, tasks: TaskTable) -> TaskTable:
    """The tasks with ids of rows in place of addresses of their pictures, where the name of the file is one.

    Two files of one name are refused: which of them is the row nobody can tell.
    """
    column = tasks.table.frame["id"]
    meant = {address: row_names(address) for address in column.dropna().unique()}
    candidates = sorted({one for possible in meant.values() for one in possible})
    known = set(rows(ws, spec, columns=[], ids=candidates)["_id"]) if candidates else set()
    row_of = {
        address: next((one for one in possible if one in known), address)
        for address, possible in meant.items()
    }
    files = Counter(row_of.values())
    wrong = {
        at: f"several pictures have the name of row {row_of[address]!r} (name the row in a field, with --id)"
        for at, address in enumerate(column)
        if address in row_of and files[row_of[address]] > 1
    }
    frame = tasks.table.frame.assign(id=column.map(row_of.get))
    return TaskTable(replace(tasks.table, frame=frame), wrong | tasks.wrong)


def _document(path: Path) -> object:
    if not path.is_file():
        raise UnreadableFile(f"{path} does not exist.", "Check the path.")
    try:
        document: object = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, ValueError) else "too deeply nested"
        raise UnreadableFile(
            f"{path.name}: this is not JSON ({reason}).", "Export the project from Label Studio again."
        ) from error
    return document
