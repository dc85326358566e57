"""A replay is what counting row by row gives, over rows that the version has not learnt from."""

from dataclasses import replace

import numpy as np
import pytest

from core.errors import RetrainError
from core.model import Costs
from core.services.experiments.replay import replay as services
from core.services.experiments.replay.replay import latest, replay
from core.store import audit, models
from core.store.engine import reading, writing
from core.store.experiments import holdouts
from core.store.tables import Holdout, Trial
from core.training.split import number
from tests.services.retrain_world import NAME, TRAINED, table
from tests.services.shadow import conftest as shadows

world, numbers = shadows.world, shadows.numbers
LOG = 1100


def row_by_row(world, version, first):
    """(errors before, errors after) of the log from a row on, without any of our code."""
    model = world.registry.models[version]
    before = after = 0
    for _, row in table(LOG).iloc[first:].iterrows():
        before += row["_prediction"] != row["_label"]
        after += model.predict(row.to_frame().T)[0] != row["_label"]
    return before, after


def trained(world, version, first, **params):
    """A trial that learnt from the rows before a place."""
    with writing(world.ws.engine) as session:
        frozen = Holdout(
            model_id=world.spec.id, number=0, keys_hash="k", first=number(first), last=number(LOG - 1)
        )
        holdout = holdouts.add(session, frozen, {})
        session.add(
            Trial(
                model_id=world.spec.id,
                fingerprint=f"f{version}",
                recipe="r",
                status="trained",
                version=version,
                holdout_id=holdout.id,
                params=params,
                created_by="eve",
            )
        )


def test_a_replay_equals_a_row_by_row_recomputation(world):
    trained(world, "2", 700)
    document = replay(world.ws, NAME, "2", by="eve")
    before, after = row_by_row(world, "2", 700)
    assert (document["before"], document["after"]) == (before, after)
    assert document["less"]["value"] == before - after
    assert document["less"]["low"] < before - after < document["less"]["high"]
    assert (document["rows"], document["left_out"], document["since"]) == (LOG - 700, 700 - TRAINED, "700")
    assert document["chunks"][-1]["so_far"] == before - after
    assert sum(chunk["rows"] for chunk in document["chunks"]) == document["rows"]


def test_of_a_refit_only_rows_after_all_that_it_learnt_from_count(world):
    trained(world, "2", 700, until=number(899))
    document = replay(world.ws, NAME, "2", by="eve")
    assert (document["since"], document["rows"]) == ("900", 200)


def test_a_later_start_may_be_asked_for_but_no_earlier_one(world):
    trained(world, "2", 700)
    assert replay(world.ws, NAME, "2", "1001", by="eve")["since"] == "1000"
    assert replay(world.ws, NAME, "2", "1", by="eve")["since"] == "700"


def test_too_few_rows_are_no_replay(world):
    trained(world, "2", LOG - 20)
    with pytest.raises(RetrainError, match="Only 20"):
        replay(world.ws, NAME, "2", by="eve")


def test_errors_have_a_price_where_somebody_said_it(world):
    trained(world, "2", 700)
    priced = replace(world.spec, costs=Costs(("no", "yes"), ((0.0, 20.0), (20.0, 0.0)), "EUR"))
    with writing(world.ws.engine) as session:
        models.replace(session, priced)
    document = replay(world.ws, NAME, "2", by="eve")
    assert document["money"]["value"] == pytest.approx(20 * document["less"]["value"])
    assert "EUR less" in document["sentence"]


def test_of_numbers_the_sum_of_the_errors_counts(numbers):
    document = replay(numbers.ws, NAME, "4", by="eve")
    assert (document["less"]["unit"], document["rows"]) == ("MAE", LOG - TRAINED)
    assert document["less"]["low"] > 0
    assert "nothing is known" in document["guard"]


def test_it_stands_in_the_record_and_is_shown_again(world):
    trained(world, "2", 700)
    document = replay(world.ws, NAME, "2", by="eve")
    assert latest(world.ws, NAME) == {"2": document}
    with reading(world.ws.engine) as session:
        [entry] = audit.entries(session, world.spec.id, actions={services.ACTION})
    assert entry.person == "eve"


def test_every_row_is_asked_for_once_however_often_it_is_replayed(world):
    trained(world, "2", 700)
    for since in (None, "900"):
        replay(world.ws, NAME, "2", since, by="eve")
    assert world.registry.models["2"].rows == 2 * (LOG - TRAINED)
    assert np.isfinite(latest(world.ws, NAME)["2"]["less"]["low"])
