"""Small homes for tests and benchmarks: a model, its rows in the lake and items in the queue."""

from datetime import datetime, timedelta
from io import BytesIO

import pandas as pd
from PIL import Image, ImageDraw

from core.lake.paths import training_file
from core.lake.write import write_rows
from core.model import ModelSpec, Roles
from core.settings import Settings
from core.store import models
from core.store.annotation import tasks
from core.store.annotation.tasks import NewTask
from core.store.engine import writing
from core.store.tables import Batch
from core.store.workspace import Workspace, open_workspace

DIGITS = tuple("0123456789")
START = datetime(2024, 1, 1)


def digits(home, rows, *, name="digits", blind=False, pictures=None, alike=1):
    """Pictures (of digits), each given one class and suggested the next; every row is in the queue.

    The class is the next one after as many rows as are alike.
    """
    spec = _spec(
        name, "multiclass", "image", DIGITS, Roles("label", id="id", features=("image",), item="image")
    )
    frame = pd.DataFrame({"image": pictures or [_picture(n) for n in range(rows)]})
    return _fill(home, spec, frame, blind=blind, alike=alike)


def records(home, rows, *, name="bookings", blind=False):
    """Records with one number and one word; the last row has an unusual number."""
    roles = Roles("label", id="id", features=("stay_nights", "hotel"), segments=("hotel",))
    spec = _spec(name, "binary", "record", ("kept", "canceled"), roles)
    nights = [1 + n % 7 for n in range(rows - 1)] + [60]
    return _fill(
        home,
        spec,
        pd.DataFrame({"stay_nights": nights, "hotel": ["City", "Resort"] * (rows // 2)}),
        blind=blind,
    )


def texts(home, rows, classes, *, name="intents", alike=1):
    """Short texts with any number of classes, one of them hostile markup."""
    spec = _spec(
        name, "multiclass", "text", classes, Roles("label", id="id", features=("text",), item="text")
    )
    frame = pd.DataFrame(
        {"text": [f"text {n} <img src=x onerror=document.title='owned'>" for n in range(rows)]}
    )
    return _fill(home, spec, frame, alike=alike)


def _spec(name, task, item, classes, roles):
    return ModelSpec(0, name, task, item, tuple(classes), roles, name, "accuracy", 0.02, "month")


def _fill(home, spec, frame, *, blind=False, alike=1):
    ws = open_workspace(Settings(home=home))
    with writing(ws.engine) as session:
        spec = models.add(session, spec)
    rows, classes = len(frame), spec.classes
    given = [classes[n // alike % len(classes)] for n in range(rows)]
    suggested = [classes[(n // alike + 1) % len(classes)] for n in range(rows)]
    frame = frame.assign(
        _id=[f"r{n}" for n in range(rows)],
        _time=pd.to_datetime([START + timedelta(hours=n) for n in range(rows)]),
        _seq=range(rows),
        _chunk="2024-01",
        _prediction=suggested,
        _label=given,
        _label_time=pd.NaT,
        _version="1",
        **{f"_score_{k}": 1 / len(classes) for k in range(len(classes))},
    )
    write_rows(training_file(ws.settings, spec.id, "hash"), frame, spec)
    with writing(ws.engine) as session:
        batch = {"content_hash": "hash", "source": "seed", "rows": rows, "chunks": ["2024-01"]}
        session.add(Batch(model_id=spec.id, kind="training", **batch))
        items = [
            NewTask(
                f"r{n}", n, given=given[n], suggested=suggested[n], reasons=["all models agree"], blind=blind
            )
            for n in range(rows)
        ]
        tasks.create(session, spec.id, items)
    return ws


def _picture(n):
    picture = Image.new("L", (28, 28))
    ImageDraw.Draw(picture).text((8, 6), str(n % 1000), fill=255)
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def open_home(home) -> Workspace:
    """The stores of a home, opened once more."""
    return open_workspace(Settings(home=home))


def the_spec(ws: Workspace, name="digits"):
    """The model as it is stored."""
    with writing(ws.engine) as session:
        return models.spec(session, name)
