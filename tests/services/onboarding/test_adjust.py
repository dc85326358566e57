"""Broken here: a setting changes without a trace, or one that decides how stored rows are read."""

import pytest

from core.errors import DataError
from core.services.monitoring.monitor import health, refresh
from core.services.onboarding.adjust import adjust
from core.services.onboarding.connect_model import connect_table
from core.services.onboarding.plan import ConnectRequest
from core.settings import Settings
from core.store import audit, models
from core.store.engine import reading
from core.store.workspace import open_workspace
from core.tables.roles.guess import RequestedRoles
from core.tables.table import Table
from tests.services.onboarding.test_connect_model import sales


@pytest.fixture(scope="module")
def ws(tmp_path_factory):
    workspace = open_workspace(Settings(home=tmp_path_factory.mktemp("home")))
    table = Table(sales().frame.assign(said="yes"), "sales")
    asked = ConnectRequest("tiny", RequestedRoles(label="y", time="day", prediction="said"), chunk="month")
    connect_table(workspace, asked, table)
    yield workspace
    workspace.engine.dispose()


def test_a_changed_tolerance_is_written_down_and_judged_anew(ws):
    adjust(ws, "tiny", "eve", tolerance=0.4, class_notes={"yes": "paid"})
    with reading(ws.engine) as session:
        spec = models.spec(session, "tiny")
        newest = audit.entries(session, spec.id)[0]
    assert (spec.tolerance, spec.class_notes) == (0.4, {"yes": "paid"})
    assert (newest.person, newest.action) == ("eve", "change settings")
    assert newest.body["before"] == {"tolerance": 0.02, "class_notes": {}}
    refresh(ws, "tiny")
    assert health(ws, "tiny")["tolerance"] == 0.4


def test_the_same_again_leaves_no_trace(ws):
    adjust(ws, "tiny", "eve", tolerance=0.3)
    with reading(ws.engine) as session:
        before = len(audit.entries(session, 1))
    adjust(ws, "tiny", "eve", tolerance=0.3)
    with reading(ws.engine) as session:
        assert len(audit.entries(session, 1)) == before


@pytest.mark.parametrize(
    "change",
    [
        {"chunk": "day"},
        {"metric": "luck"},
        {"tolerance": 0.0},
        {"tolerance": 2},
        {"least_gain": 0.0},
        {"least_gain": 1.0},
        {"least_saving": 500.0},
        {"reference": ("2020-13", "2020-14")},
        {"reference": ("2020-03", "2020-01")},
        {"reference": ("rows-000000", "rows-000001")},
    ],
)
def test_what_cannot_be_changed_is_refused(ws, change):
    with pytest.raises(DataError):
        adjust(ws, "tiny", "eve", **change)
