"""Suspects of a model of numbers, from the lake to the page, the CSV and the answers of experts."""

import shutil

import numpy as np
import pandas as pd
import pytest

from core.errors import SchemaError
from core.services.annotation.import_annotations import import_annotations
from core.services.dataset import rows
from core.services.label_errors import suspect_feedback, suspect_list
from core.services.label_errors.scan import scan
from core.settings import Settings
from core.store.annotation import current
from core.store.engine import reading
from core.store.workspace import open_workspace
from core.tables.table import Table
from tests.services import retrain_world as world

EXPORTED = ["id", "given", "suggested", "p_error", "impact", "rank", "reasons"]


WRONG = [f"r{n}" for n in range(0, 300, 25)]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """With slips of a decimal, searched once; tests get copies."""
    plain, folder = world.add, tmp_path_factory.mktemp("searched")

    def corrupt(ws, spec, kind, frame, content="c"):
        hit = frame["_id"].isin(WRONG)
        plain(ws, spec, kind, frame.assign(_label=frame["_label"].where(~hit, frame["_label"] * 10)), content)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world, "add", corrupt)
        patch.setattr("core.services.label_errors.companions.champion_version", lambda _ws, _spec: None)
        ws, spec = world.make_numbers(folder / "home")
        (folder / "work").mkdir()
        scan(ws, world.NAME, "all", folder / "work", lambda _done, _said: None)
    ws.engine.dispose()
    return folder / "home", spec


@pytest.fixture
def searched(home, tmp_path):
    folder, spec = home
    shutil.copytree(folder, tmp_path / "home")
    ws = open_workspace(Settings(home=tmp_path / "home"))
    yield ws, spec, WRONG
    ws.engine.dispose()


def test_planted_slips_lead_the_list(searched):
    ws, _, wrong = searched
    found = suspect_list.latest(ws, world.NAME)
    assert found.refused is None
    assert found.pairs == []
    assert len(found.points) > found.flagged
    assert found.errors["low"] <= len(wrong) <= found.errors["high"] + 5
    assert {"name", "weight", "mae"} == set(found.models[0])
    table = suspect_list.export(ws, world.NAME)
    assert list(table.columns) == EXPORTED
    assert set(table.head(len(wrong))["id"]) == set(wrong)
    assert pd.to_numeric(table["given"]).notna().all()
    assert np.isfinite(pd.to_numeric(table["suggested"])).all()


def test_the_card_says_what_is_expected_and_agreeing_settles_the_number(searched):
    ws, spec, wrong = searched
    card = suspect_list.card(ws, world.NAME, wrong[0])
    low, high = card.interval
    assert low < float(card.suggested) < high < float(card.given_label)
    assert all(vote.probability is None for vote in card.votes)
    suspect_feedback.give(ws, world.NAME, wrong[0], "agree", "ann")
    with reading(ws.engine) as session:
        settled = current.read(session, spec.id)[wrong[0]]
    assert (settled.state, settled.label) == ("settled", card.suggested)


def test_answers_from_elsewhere_are_numbers_and_two_spellings_agree(searched):
    ws, spec, wrong = searched
    frame = pd.DataFrame({"id": wrong[:2], "label": [97, 101.50]})
    assert import_annotations(ws, world.NAME, Table(frame, "answers.csv"), "ann").new == 2
    again = pd.DataFrame({"id": wrong[:2], "label": ["97.0", "101.5"]})
    assert import_annotations(ws, world.NAME, Table(again, "answers.csv"), "ann").new == 0
    assert import_annotations(ws, world.NAME, Table(again, "answers.csv"), "bob").new == 2
    with reading(ws.engine) as session:
        settled = current.read(session, spec.id)
    assert [settled[row].label for row in wrong[:2]] == ["97", "101.5"]
    with pytest.raises(SchemaError, match="not a number"):
        import_annotations(
            ws, world.NAME, Table(pd.DataFrame({"id": ["r1"], "label": ["many"]}), "answers.csv"), "ann"
        )
    assert rows(ws, spec, ids=wrong[:1])["_label"].tolist() == [97.0]
