"""A file of annotations: a table, or what Label Studio exports of a project."""

import json
from dataclasses import replace
from pathlib import Path

from core.annotation.label_studio.names import ROW
from core.annotation.label_studio.read import ProjectNames, TaskTable, read_tasks
from core.errors import DataError, UnreadableFile
from core.lake.readers.text import read_text
from core.lake.remotes.sources import read_table
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
        roles = models.spec(session, name).roles
    ids = project.ids or tuple(one for one in (ROW, roles.id) if one)
    return read_tasks(_document(path), path.name, replace(project, ids=ids))


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
