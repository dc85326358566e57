"""Broken here: what a person said while connecting a model is lost, or means something else."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

from core.errors import AccessError, DataError, UnreadableFile
from core.jobs import foreground
from core.services.label_errors import suspect_list
from core.services.monitoring import monitor
from core.services.onboarding.connect_model import list_models
from core.services.onboarding.draft import cards, record
from core.services.onboarding.draft.connect_request import as_json, final, with_role
from core.services.onboarding.draft.preview import Column, look
from core.services.onboarding.draft.read_upload import first_table, require_allowed
from core.services.onboarding.draft.views import DraftEntries
from core.services.onboarding.jobs import Connect, Look, Try
from core.settings import Settings
from core.store.workspace import open_workspace

HOME = Settings()


@pytest.fixture
def ws(tmp_path):
    workspace = open_workspace(Settings(home=tmp_path / "home"))
    yield workspace
    workspace.engine.dispose()


def sales(count=240):
    rng = np.random.default_rng(0)
    x = rng.normal(size=count).round(2)
    said = np.where(x > 0, "yes", "no")
    return pd.DataFrame(
        {
            "id": range(count),
            "day": pd.date_range("2020-01-01", periods=count // 2).repeat(2),
            "x": x,
            "town": rng.choice(["Ulm", "Bonn"], count),
            "bought": np.where(rng.random(count) < 0.9, said, np.where(said == "yes", "no", "yes")),
            "prediction": said,
            "score_yes": np.where(x > 0, 0.9, 0.1),
            "score_no": np.where(x > 0, 0.1, 0.9),
        }
    )


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "sales.csv"
    sales().to_csv(path, index=False)
    return path


def run(ws, job):
    return foreground.run(ws.settings, job, lambda _done, _said: None)


def test_what_was_said_is_there_again(ws, file):
    """Another tab, a reload and a restart read the same row."""
    made = record.start(ws, "eve")
    record.save(ws, made.id, address=str(file), source="sales.csv")
    record.save(ws, made.id, name="shop", way="train", roles={"town": "segment"})
    found = record.load(ws, made.id)
    assert (found.name, found.entries.way, found.entries.roles) == ("shop", "train", {"town": "segment"})
    assert found.stale
    assert [view.id for view in record.list_drafts(ws)] == [made.id]


def test_numbers_of_other_rows_or_another_way_are_not_shown(ws, file, tmp_path):
    """Until the rows are read anew a card would say ready with what was true of the choice before."""
    made = record.start(ws, "eve")
    record.save(ws, made.id, name="shop", address=str(file), choices={"label": "bought"}, way="train")
    run(ws, Look(draft=made.id))
    assert cards.cards(record.load(ws, made.id))["model"].summary.startswith("Train on 120 rows")
    record.save(ws, made.id, way="log")
    states = cards.cards(record.load(ws, made.id))
    assert {name for name, state in states.items() if state.state == "to do"} == {"model", "checks"}
    record.save(ws, made.id, address=str(tmp_path / "others.csv"))
    states = cards.cards(record.load(ws, made.id))
    assert {state.state for name, state in states.items() if name != "people"} == {"to do"}


def test_an_upload_is_no_address_from_which_others_could_connect_it(ws, file):
    draft = record.start(ws, "eve")
    record.upload(ws, draft.id, "a.csv", b"a\n1\n")
    assert record.lasting(ws, record.load(ws, draft.id).entries.address) == ()
    assert record.lasting(ws, str(file)) == (str(file),)


def test_two_fields_that_are_saved_at_once_are_both_there(ws):
    begun = record.start(ws, "ada")
    fields = [{"way": "log"}, {"metric": "f1"}, {"chunk": "week"}, {"guideline": "look twice"}] * 5
    with ThreadPoolExecutor(len(fields)) as pool:
        list(pool.map(lambda said: record.save(ws, begun.id, **said), fields))
    said = record.load(ws, begun.id).entries
    assert (said.way, said.metric, said.chunk, said.guideline) == ("log", "f1", "week", "look twice")


def test_other_data_forget_the_roles_of_the_old(ws, file):
    made = record.start(ws, "eve")
    record.save(ws, made.id, address=str(file), roles={"town": "segment"}, choices={"time": "day"})
    record.save(ws, made.id, address="other.csv")
    said = record.load(ws, made.id).entries
    assert (said.roles, said.choices) == ({}, {})


def test_a_discarded_draft_can_be_brought_back(ws):
    made = record.start(ws, "eve")
    record.save(ws, made.id, name="shop")
    said = record.discard(ws, made.id)
    assert record.list_drafts(ws) == []
    assert record.restore(ws, said, "eve").entries.name == "shop"


def test_the_number_of_a_discarded_draft_is_not_used_again(ws):
    """A new draft would show what jobs of the old one did."""
    gone = record.start(ws, "eve")
    record.discard(ws, gone.id)
    assert record.start(ws, "eve").id > gone.id


def test_two_drafts_of_one_name_are_kept_apart(ws):
    names = [record.start(ws, "eve").name for _ in range(3)]
    assert names == ["new model", "new model (2)", "new model (3)"]


def test_an_empty_upload_is_refused(ws):
    with pytest.raises(UnreadableFile, match="empty"):
        record.upload(ws, record.start(ws, "eve").id, "a.csv", b"")


def test_a_look_asks_which_column_is_the_label(file):
    document = look(HOME, DraftEntries(address=str(file)))
    assert "which column is the label" in document["question"]["message"]
    chosen = next(c["wanted"] for c in document["question"]["choices"] if c["title"] == "bought")
    again = look(HOME, DraftEntries(address=str(file), choices=chosen))
    assert (again["question"], again["label"], again["task"]) == (None, "bought", "binary")


def test_a_look_says_what_connecting_would_do(file):
    said = DraftEntries(
        name="shop", address=str(file), choices={"label": "bought"}, way="train", train_until="0.5"
    )
    document = look(HOME, said)
    roles = {each["name"]: each["role"] for each in document["columns"]}
    assert (roles["id"], roles["day"], roles["bought"], roles["prediction"]) == (
        "id", "time", "label", "prediction",
    )  # fmt: skip
    plan = document["plan"]
    assert (plan["training"], plan["log"]) == (120, 120)
    assert sum(each["n"] for each in plan["chunks"]) == 240
    assert document["key"] == said.key


def test_a_log_finds_its_predictions_by_their_names(file):
    document = look(
        HOME, DraftEntries(name="shop", address=str(file), choices={"label": "bought"}, way="log")
    )
    roles = {each["name"]: each["role"] for each in document["columns"]}
    assert (roles["prediction"], roles["score_yes"]) == ("prediction", "score: yes")
    assert document["plan"]["log"] == 240


def test_trouble_stands_on_the_card_that_it_is_about(ws, tmp_path, file):
    assert look(HOME, DraftEntries(address=str(tmp_path / "no.csv")))["trouble"]["card"] == "data"
    late = DraftEntries("shop", str(file), choices={"label": "bought"}, way="train", train_until="1999-01-01")
    assert look(HOME, late)["trouble"]["card"] == "model"
    made = record.start(ws, "eve")
    record.save(ws, made.id, address=str(tmp_path / "no.csv"))
    run(ws, Look(draft=made.id))
    found = record.load(ws, made.id)
    assert cards.cards(found)["data"].state == "needs attention"
    assert not cards.ready(found)


def test_a_ready_draft_becomes_a_model_with_health_and_suspects(ws, file):
    made = record.start(ws, "eve")
    said = {"name": "shop", "address": str(file), "choices": {"label": "bought"}, "way": "log"}
    record.save(ws, made.id, **said, tolerance=0.05, class_notes={"yes": "paid"})
    run(ws, Look(draft=made.id))
    found = record.load(ws, made.id)
    assert cards.ready(found)
    asked = as_json(final(found.entries, found.look["request"], "eve"))
    done = run(ws, Connect(draft=made.id, model="shop", address=str(file), request=asked))
    assert done["log_rows"] == 240
    (spec,) = list_models(ws)
    assert (spec.tolerance, spec.class_notes) == (0.05, {"yes": "paid"})
    assert monitor.health(ws, "shop")
    assert suspect_list.latest(ws, "shop")
    assert record.list_drafts(ws) == []


def test_a_failure_keeps_the_draft_and_says_where(ws, file):
    made = record.start(ws, "eve")
    record.save(ws, made.id, name="shop", address=str(file), choices={"label": "bought"}, way="log")
    run(ws, Look(draft=made.id))
    found = record.load(ws, made.id)
    asked = as_json(final(found.entries, found.look["request"], "eve"))
    file.unlink()
    with pytest.raises(DataError, match="does not exist"):
        run(ws, Connect(draft=made.id, model="shop", address=str(file), request=asked))
    kept = record.load(ws, made.id)
    assert kept.trouble["card"] == "data"
    assert cards.cards(kept)["data"].state == "needs attention"


SEEN = [
    Column("id", "id"),
    Column("day", "time"),
    Column("y", "label"),
    Column("town", "feature and segment"),
]


def test_a_role_is_played_by_one_column():
    said = with_role(DraftEntries(roles={"a": "id"}), SEEN, "b", "id")
    assert said.roles == {"b": "id"}


def test_what_is_not_a_segment_any_more_is_none():
    assert with_role(DraftEntries(), SEEN, "town", "feature").segments == []
    assert with_role(DraftEntries(), SEEN, "x", "segment").segments == ["town", "x"]


def test_a_time_that_is_taken_away_means_that_the_order_counts():
    assert with_role(DraftEntries(), SEEN, "day", "left out").choices == {"time": "none"}


def test_the_label_cannot_be_taken_away():
    with pytest.raises(DataError, match="is the label"):
        with_role(DraftEntries(), SEEN, "y", "feature")


def test_files_of_a_pattern_follow_each_other(tmp_path):
    for month in (1, 2):
        sales().assign(id=lambda f, m=month: f["id"] + 1000 * m).to_csv(
            tmp_path / f"{month}.csv", index=False
        )
    table = first_table(HOME, str(tmp_path / "*.csv"))
    assert len(table.frame) == 480
    assert table.place(241).startswith("2.csv, row 2")


def test_people_who_sign_in_name_only_configured_folders(tmp_path):
    settings = Settings(home=tmp_path, data_folders=(tmp_path / "shared",))
    require_allowed(settings, str(tmp_path / "shared" / "a.csv"), signed_in=True)
    require_allowed(settings, str(tmp_path / "a.csv"), signed_in=False)
    for elsewhere in (tmp_path / "a.csv", tmp_path / "shared" / ".." / "a.csv", "s3://bucket/a"):
        with pytest.raises(AccessError, match="not under a folder"):
            require_allowed(settings, str(elsewhere), signed_in=True)


@pytest.mark.parametrize("way", ["log", "train"])
def test_five_rows_go_through_every_card(ws, file, way):
    """The answer of a test is what connecting would do with these rows; nothing is stored by it."""
    made = record.start(ws, "eve")
    record.save(ws, made.id, name="shop", address=str(file), choices={"label": "bought"}, way=way)
    tried = {
        card: run(ws, Try(draft=made.id, card=card))["tried"]
        for card in ("data", "model", "labels", "checks")
    }
    assert tried["data"]["rows"]["town"]
    assert len(tried["model"]["rows"]["prediction"]) == 5
    assert set(tried["labels"]["rows"]["class number"]) <= {"1", "2"}
    assert ("The verdict would be" in tried["checks"]["sentence"]) == (way == "log")
    assert list_models(ws) == []


def test_a_test_before_its_time_says_what_is_missing(ws, file):
    made = record.start(ws, "eve")
    record.save(ws, made.id, address=str(file), choices={"label": "bought"})
    with pytest.raises(DataError, match="Nothing can be sent through yet"):
        run(ws, Try(draft=made.id, card="data"))
