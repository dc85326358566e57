"""A challenger predicts what comes: every row counts once, when its label has matured, whatever dies."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from core.errors import DataError
from core.lake import prediction_cache
from core.services.shadow import start, status, watch
from core.services.shadow.judge import choose_basis
from core.services.shadow.rules import RULES
from core.services.shadow.start import NoShadow
from core.store import audit, models
from core.store.engine import reading, writing
from core.store.experiments import deployments, shadows
from core.store.tables import Deployment
from tests.services.retrain_world import NAME, Killed, add, table
from tests.services.shadow.conftest import recomputed


def set_spec(world, **changes):
    """Other settings of the model."""
    world.spec = replace(world.spec, **changes)
    with writing(world.ws.engine) as session:
        models.replace(session, world.spec)


@pytest.fixture
def accurate(world):
    """Judged by right decisions."""
    set_spec(world, metric="accuracy")
    return world


def test_the_evidence_is_that_of_a_row_by_row_recomputation(accurate):
    start.start(accurate.ws, NAME, "2", by="eve")
    frame = accurate.deliver(60)
    [document] = watch.watch(accurate.ws, NAME)
    rows, wins, losses = recomputed(accurate, frame, "2")
    assert (document["rows"], document["differing"]) == (rows, wins + losses)
    assert document["gain"] == pytest.approx((wins - losses) / rows)


def test_a_better_challenger_is_shown_to_be_better_and_its_shadow_ends_with_the_claim_on_record(accurate):
    start.start(accurate.ws, NAME, "2", by="eve")
    accurate.deliver(200)
    [document] = watch.watch(accurate.ws, NAME)
    assert (document["state"], document["verdict"], document["progress"]) == ("decided", "better", 1.0)
    assert document["low"] > 0
    with reading(accurate.ws.engine) as session:
        actions = [row.action for row in audit.entries(session, accurate.spec.id, actions=shadows.ACTIONS)]
    assert actions == ["shadow decided", "start shadow"]
    accurate.deliver(10)
    assert watch.watch(accurate.ws, NAME) == []


def test_the_same_model_beside_itself_shows_nothing(accurate):
    start.start(accurate.ws, NAME, "3", by="eve")
    accurate.deliver(300)
    [document] = watch.watch(accurate.ws, NAME)
    assert document["state"] == "running"
    assert document["low"] < 0 < document["high"]


def test_rows_that_were_there_before_the_start_do_not_count_nor_when_they_are_sent_again(accurate):
    frame = accurate.deliver(50)
    start.start(accurate.ws, NAME, "2", by="eve")
    [document] = watch.watch(accurate.ws, NAME)
    assert (document["rows"], document["waiting"]) == (0, 0)
    accurate.came -= 50
    again = accurate.deliver(80)
    assert set(frame["_id"]) < set(again["_id"])
    [document] = watch.watch(accurate.ws, NAME)
    assert document["rows"] == 30


def test_rows_wait_for_their_labels_and_count_once(accurate):
    start.start(accurate.ws, NAME, "2", by="eve")
    full = accurate.deliver(40, labels=False)
    labels = pd.Series(np.where(full["a"] > 0.5, "yes", "no"), dtype=object)
    [document] = watch.watch(accurate.ws, NAME)
    assert (document["rows"], document["waiting"]) == (0, 40)
    assert "have not matured" in document["sentence"]
    accurate.label(full.assign(_label=labels).head(4))
    [document] = watch.watch(accurate.ws, NAME)
    assert (document["rows"], document["waiting"]) == (4, 36)
    again = watch.watch(accurate.ws, NAME)
    assert [{**again[0]}] == [{**document}]


def test_a_label_that_changes_after_its_row_counted_changes_nothing(accurate):
    """What was bet on is settled: a second look at a row would give a wrong claim a second chance."""
    start.start(accurate.ws, NAME, "2", by="eve")
    frame = accurate.deliver(20)
    [before] = watch.watch(accurate.ws, NAME)
    other = frame.assign(_label=np.where(frame["_label"] == "yes", "no", "yes"))
    accurate.label(other)
    assert watch.watch(accurate.ws, NAME)[0]["gain"] == before["gain"]


def test_every_row_is_asked_for_once_also_by_a_second_shadow(accurate):
    start.start(accurate.ws, NAME, "3", by="eve")
    accurate.deliver(30)
    for _ in range(3):
        watch.watch(accurate.ws, NAME)
    asked = accurate.registry.models["3"].rows
    start.end(accurate.ws, NAME, by="eve", reason="enough")
    start.start(accurate.ws, NAME, "3", by="eve")
    accurate.deliver(10)
    watch.watch(accurate.ws, NAME)
    assert asked == 2 * 30  # scores and decisions
    assert accurate.registry.models["3"].rows - asked == 2 * 10


@pytest.mark.parametrize("place", ["write", "record"])
def test_killed_between_the_file_of_a_look_and_its_row_every_row_still_counts_once(
    accurate, monkeypatch, place
):
    start.start(accurate.ws, NAME, "3", by="eve")
    accurate.deliver(60)
    where = (prediction_cache, "write") if place == "write" else (shadows, "record_look")
    with monkeypatch.context() as patched:

        def die(*_arguments):
            raise Killed

        patched.setattr(*where, die)
        with pytest.raises(Killed):
            watch.watch(accurate.ws, NAME)
    [document] = watch.watch(accurate.ws, NAME)
    assert (document["rows"], document["units"]) == (60, 60)


def test_numbers_are_compared_by_their_losses_under_a_cap_of_rows_before(numbers):
    start.start(numbers.ws, NAME, "4", by="eve")
    numbers.deliver(150)
    [document] = watch.watch(numbers.ws, NAME)
    assert (document["judged_by"], document["verdict"]) == ("losses", "better")
    assert "MAE -" in document["sentence"]
    assert 0 < document["low"] < document["gain"] < document["high"]


def test_a_model_that_is_judged_by_its_ranking_is_compared_by_pairs(world):
    start.start(world.ws, NAME, "2", by="eve")
    world.deliver(200)
    [document] = watch.watch(world.ws, NAME)
    assert (document["judged_by"], document["verdict"]) == ("ranking", "better")
    assert document["rows"] == 2 * document["units"]


def test_of_a_group_the_rows_count_together_and_once(accurate):
    set_spec(accurate, roles=replace(accurate.spec.roles, group="town"))
    start.start(accurate.ws, NAME, "2", by="eve")
    accurate.deliver(60)
    accurate.deliver(40)
    [document] = watch.watch(accurate.ws, NAME)
    assert (document["unit"], document["units"], document["verdict"]) == ("group", 2, "open")
    accurate.deliver(40)
    assert watch.watch(accurate.ws, NAME)[0]["units"] == 2


def test_it_lapses_when_another_version_goes_into_production(accurate):
    start.start(accurate.ws, NAME, "2", by="eve")
    with writing(accurate.ws.engine) as session:
        change = Deployment(
            model_id=accurate.spec.id, kind="promote", state="done", version="9", reason="r", person="p"
        )
        session.add(change)
    assert [document["state"] for document in watch.watch(accurate.ws, NAME)] == ["lapsed"]
    with reading(accurate.ws.engine) as session:
        assert deployments.champion(session, accurate.spec.id).version == "9"


def test_it_lapses_when_it_would_be_judged_otherwise(accurate):
    start.start(accurate.ws, NAME, "2", by="eve")
    accurate.deliver(5)
    watch.watch(accurate.ws, NAME)
    set_spec(accurate, threshold=0.3)
    assert watch.watch(accurate.ws, NAME)[0]["state"] == "lapsed"


def test_it_lapses_when_what_rows_belong_to_changes(accurate):
    start.start(accurate.ws, NAME, "2", by="eve")
    accurate.deliver(5)
    assert watch.watch(accurate.ws, NAME)[0]["state"] != "lapsed"
    set_spec(accurate, roles=replace(accurate.spec.roles, group="town"))
    [document] = watch.watch(accurate.ws, NAME)
    assert (document["state"], document["reason"]) == ("lapsed", "What rows belong to was changed in Setup.")


def test_it_lapses_after_a_quarter_without_a_claim(accurate):
    start.start(accurate.ws, NAME, "2", by="eve")
    rules = replace(RULES, longest=timedelta(0))
    assert watch.watch(accurate.ws, NAME, rules=rules)[0]["state"] == "lapsed"
    assert timedelta(days=92) == RULES.longest


def test_a_version_that_cannot_be_loaded_lapses_with_the_reason(accurate):
    start.start(accurate.ws, NAME, "77", by="eve")
    accurate.deliver(5)
    [document] = watch.watch(accurate.ws, NAME)
    assert (document["state"], document["reason"]) == ("lapsed", "no version 77")


def test_a_person_ends_it_with_a_reason(accurate):
    start.start(accurate.ws, NAME, "2", by="eve")
    document = start.end(accurate.ws, NAME, by="bob", reason="too slow")
    assert (document["state"], document["ended_by"], document["reason"]) == ("ended", "bob", "too slow")
    with pytest.raises(NoShadow):
        start.end(accurate.ws, NAME, by="bob", reason="too slow")
    assert start.latest(accurate.ws, NAME) == status.shadow_of(accurate.ws, NAME, "2")


def test_starting_twice_is_one_shadow_and_the_champion_casts_none(accurate):
    first = start.start(accurate.ws, NAME, "2", by="eve")
    assert start.start(accurate.ws, NAME, "2", by="bob") == first
    with pytest.raises(DataError):
        start.start(accurate.ws, NAME, "1", by="eve")


@pytest.mark.parametrize(("common", "unit"), [(0.0, "row"), (3.0, "day")])
def test_without_a_comparison_days_count_where_the_champion_errs_by_days(accurate, common, unit):
    """Half-hours that favour the one or the other together are no independent witnesses."""
    set_spec(accurate, roles=replace(accurate.spec.roles, time="t"), chunk="month")
    rng = np.random.default_rng(5)
    log = table(1_500, seed=3).drop(columns=["_chunk"])
    day = np.arange(1_500) // 48
    right = rng.random(1_500) < 1 / (1 + np.exp(-1 - common * rng.normal(size=32)[day]))
    log["_prediction"] = np.where(right, log["_label"], np.where(log["_label"] == "yes", "no", "yes"))
    log["_time"] = pd.date_range("2024-01-01", periods=1_500, freq="30min")
    log["_chunk"] = log["_time"].dt.strftime("%Y-%m")
    add(accurate.ws, accurate.spec, "predictions", log.assign(_id="d" + log["_id"]), content="days")
    start.start(accurate.ws, NAME, "3", by="eve")
    assert watch.watch(accurate.ws, NAME)[0]["unit"] == unit


def test_by_what_rows_are_judged_rests_on_rows_before_the_start(numbers):
    """Rows that will count must not choose the cap that they are cut at."""
    start.start(numbers.ws, NAME, "4", by="eve")
    with reading(numbers.ws.engine) as session:
        [row] = shadows.list_running(session, numbers.spec.id)
    before = choose_basis(numbers.ws, numbers.spec, row)
    numbers.deliver(900)
    assert choose_basis(numbers.ws, numbers.spec, row) == before
