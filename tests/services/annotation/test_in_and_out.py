"""Broken here: annotations that leave do not come back as they were, in this home or in another one."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pandas as pd
import pytest

from core.annotation.events import Event, EventRecord
from core.annotation.label_studio.read import ProjectNames
from core.annotation.read_table import read_events
from core.cli import say
from core.errors import DataError, SchemaError, UnreadableFile
from core.lake.remotes.sources import read_table
from core.services.annotation.annotation_file import read_annotations
from core.services.annotation.export_annotations import annotations, label_studio
from core.services.annotation.import_annotations import import_annotations, without_guards
from core.services.annotation.views import ImportSummary
from core.store import models
from core.store.annotation import current, events
from core.store.engine import reading, writing
from tests import seed

NOON = datetime(2024, 1, 1, 12, 0, 0, 250, UTC)
CLASSES = ("=cat", "-1", "dog")
EMAIL = "ada@example.org"


def record(number, row, person, action, label=None, how=("given", "verify", 900 + 1), **fields):
    at = NOON + timedelta(microseconds=number)
    event = Event(str(UUID(int=number)), row, person, action, at, label=label, **fields)
    return EventRecord(event, None, *how)


HISTORY = [
    record(1, "r0", EMAIL, "label", "dog"),
    record(2, "r0", EMAIL, "undo", supersedes=str(UUID(int=1))),
    record(3, "r0", EMAIL, "label", "=cat", note="=1+1"),
    record(4, "r1", "@bob", "label", "-1", how=("none", "grid", None)),
    record(5, "r1", EMAIL, "label", "dog", how=("none", "choose", 12)),
    record(6, "r2", "@bob", "skip"),
    record(7, "r2", "@bob", "note", note='two\r\nlines, "quoted"; \u4e2d'),
    record(8, "r3", "007", "flag", note="'tis broken"),
    record(9, "r3", EMAIL, "unsure"),
]


def home(folder, name="intents", records=()):
    ws = seed.texts(folder, 4, CLASSES, name=name)
    fill(ws, name, records)
    return ws


def fill(ws, name, records):
    with writing(ws.engine) as session:
        model = models.spec(session, name).id
        new = events.append(session, model, records)
        current.project(session, model, sorted({event.row_id for event in new}))


def state(ws, name="intents"):
    """What holds for each row, and every event with how it came about."""
    with reading(ws.engine) as session:
        model = models.spec(session, name).id
        logged = [(one.event, one.shown, one.mode, one.ms) for one in events.records(session, model)]
        return current.read(session, model), logged


def brought(ws, path, name="intents", **how):
    return import_annotations(
        ws, name, read_annotations(ws, name, path, ProjectNames(by="lab")), "lab", **how
    )


@pytest.fixture(scope="module")
def homes(tmp_path_factory):
    """A home with a history."""
    folder = tmp_path_factory.mktemp("homes")
    one = home(folder / "one", records=HISTORY)
    yield folder, one
    one.engine.dispose()


def test_a_table_comes_back_as_it_was_here_and_elsewhere_and_only_once(homes):
    folder, one = homes
    path = folder / "annotations.csv"
    say.save(annotations(one, "intents"), path)
    before = state(one)
    assert brought(one, path) == ImportSummary(0, len(HISTORY))
    assert state(one) == before
    other = home(folder / "other")
    assert brought(other, path) == ImportSummary(len(HISTORY), 0)
    assert brought(other, path) == ImportSummary(0, len(HISTORY))
    assert state(other) == before
    other.engine.dispose()


@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl"])
def test_every_kind_of_file_holds_every_event(homes, ending):
    folder, one = homes
    path = folder / f"all.{ending}"
    say.save(annotations(one, "intents"), path)
    read = read_events(without_guards(read_table(path)), CLASSES, NOON + timedelta(days=1), {})
    assert (list(read.records.values()), read.wrong) == (HISTORY, {})


def test_no_cell_of_a_csv_starts_a_formula(homes):
    folder, one = homes
    say.save(annotations(one, "intents"), folder / "guarded.csv")
    cells = pd.read_csv(folder / "guarded.csv", dtype=str).fillna("").to_numpy().ravel()
    assert "'=1+1" in cells
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def test_one_export_goes_into_a_second_model_of_the_same_home(homes):
    folder, one = homes
    say.save(annotations(one, "intents"), folder / "twin.csv")
    seed.texts(folder / "one", 4, CLASSES, name="twin").engine.dispose()
    assert brought(one, folder / "twin.csv", "twin") == ImportSummary(len(HISTORY), 0)
    assert brought(one, folder / "twin.csv", "twin") == ImportSummary(0, len(HISTORY))
    assert state(one, "twin")[0] == state(one)[0]


def test_a_wrong_row_is_named_with_its_line_and_nothing_of_the_file_is_written(homes):
    folder, one = homes
    frame = annotations(one, "intents")
    frame.loc[1, "label"], frame.loc[3, "label"], frame.loc[4, "id"] = None, "wolf", "r99"
    frame.loc[4, "uid"] = None
    say.save(frame, folder / "wrong.csv")
    new = home(folder / "new")
    say.save(annotations(new, "intents"), folder / "empty.csv")
    assert brought(new, folder / "empty.csv") == ImportSummary(0, 0)
    with pytest.raises(SchemaError, match="2 of 9 rows") as refused:
        brought(new, folder / "wrong.csv")
    assert "row 4 (line 5 of the file), column 'label': 'wolf' is not a class" in refused.value.message
    assert "column 'id': 'r99' is no row of intents" in refused.value.message
    assert state(new) == ({}, [])
    assert brought(new, folder / "wrong.csv", leave_out=True).new == len(HISTORY) - 2
    say.save(frame.assign(person="eve").head(1), folder / "changed.csv")
    with pytest.raises(SchemaError, match=r"column 'uid': .* says otherwise"):
        brought(new, folder / "changed.csv")
    new.engine.dispose()


def labels(ws):
    return {row: (one.state, one.label, one.votes) for row, one in state(ws)[0].items()}


def test_a_project_of_label_studio_comes_back_as_it_was_here_and_elsewhere_and_only_once(homes):
    folder, one = homes
    project = label_studio(one, "intents")
    path = folder / "tasks.json"
    assert say.save_tasks(project.tasks, project.config, path).read_text() == project.config
    before = state(one)
    assert brought(one, path).new == 0
    assert state(one) == before
    other = home(folder / "studio")
    assert brought(other, path).left_out == ()
    assert brought(other, path).new == 0
    assert labels(other) == labels(one)
    assert label_studio(other, "intents") == project
    other.engine.dispose()


def test_the_queue_goes_out_with_what_is_shown_of_it(tmp_path):
    pictures, records = seed.digits(tmp_path / "pictures", 2), seed.records(tmp_path / "records", 2)
    first, second = label_studio(pictures, "digits").tasks
    assert first["data"]["image"].startswith("data:image/png;base64,iVBOR")
    assert (second["data"]["row_id"], second["annotations"]) == ("r1", [])
    booking = label_studio(records, "bookings")
    assert booking.tasks[0]["data"]["record"] == {"stay_nights": 1, "hotel": "City"}
    assert '<Table name="item" value="$record"' in booking.config
    fill(records, "bookings", [record(1, "r77", "ann", "label", "kept")])
    assert label_studio(records, "bookings").missing == 1
    for ws in (pictures, records):
        ws.engine.dispose()


def test_a_file_that_is_not_what_its_name_says_is_refused(homes):
    folder, one = homes
    (folder / "cut.json").write_text("[{")
    (folder / "labels.csv").write_text("id,label\nr0,dog\n")
    for name, project, error in (
        ("cut.json", ProjectNames(), UnreadableFile),
        ("gone.json", ProjectNames(), UnreadableFile),
        ("labels.csv", ProjectNames(control="label"), DataError),
    ):
        with pytest.raises(error, match=name):
            read_annotations(one, "intents", folder / name, project)
    with pytest.raises(DataError, match="label-studio"):
        say.save(annotations(one, "intents"), folder / "table.json")
    with pytest.raises(DataError, match="JSON"):
        say.save_tasks([], "", folder / "tasks.csv")
    (folder / "tasks-of-others.json").write_text(json.dumps([{"data": {"id": "r0"}, "annotations": []}]))
    assert brought(one, folder / "tasks-of-others.json") == ImportSummary(0, 0)


def test_a_project_over_files_of_its_own_comes_back_by_their_names(tmp_path):
    """Label Studio knows uploaded pictures, folders and buckets by address, and rows not at all."""
    ws = seed.digits(tmp_path / "home", 4)
    fill(ws, "digits", [record(n, f"r{n}", EMAIL, "label", str(n)) for n in range(4)])
    tasks = json.loads(json.dumps(label_studio(ws, "digits").tasks))
    at = "/data/upload/3/1a2b3c4d-r0.png", "/data/local-files/?d=left/r1.png", "s3://bucket/r2.jpg", "r3.png"
    for task, address in zip(tasks, at, strict=True):
        task["data"] = {"image": address}
    path = tmp_path / "project.json"
    other = seed.digits(tmp_path / "other", 4)
    path.write_text(json.dumps(tasks))
    names = ProjectNames(("image",), by="lab")
    read = read_annotations(other, "digits", path, names)
    assert import_annotations(other, "digits", read, "lab") == ImportSummary(4, 0)
    assert import_annotations(other, "digits", read_annotations(other, "digits", path, names), "lab").new == 0
    assert {row: one.label for row, one in state(other, "digits")[0].items()} == {
        f"r{n}": str(n) for n in range(4)
    }
    tasks[1]["data"] = {"image": "https://example.org/right/r0.png"}
    tasks[2]["data"] = {"image": "https://example.org/right/unknown.png"}
    path.write_text(json.dumps(tasks))
    with pytest.raises(
        SchemaError, match=r"several pictures have the name of row 'r0'.*unknown.png' is no row"
    ):
        import_annotations(other, "digits", read_annotations(other, "digits", path, names), "lab")
    for one in (ws, other):
        one.engine.dispose()
