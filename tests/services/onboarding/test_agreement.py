"""Broken here: scores or predictions that mean another class are connected without a word."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.errors import SchemaError
from core.services.dataset import rows
from core.services.ingestion.ingest import ingest_frame
from core.services.monitoring import monitor
from core.services.onboarding.connect_model import connect_table, first_notes
from core.services.onboarding.first_notes import clock_notes
from core.services.onboarding.plan import ConnectRequest, plan
from core.tables.roles.requested_roles import RequestedRoles, UnsureRole
from core.tables.table import Table

WANTED = RequestedRoles(label="y", id="id", time="day", score="score")
LOG = ConnectRequest("m", WANTED, chunk="month", as_of="2024-11-01")
ROWS = 1200


def log(names=("0", "1"), seed=0, **more):
    """A log of a calibrated model: its AUC is about .8; `more` are columns made of score and truth."""
    rng = np.random.default_rng(seed)
    x = rng.normal(scale=1.5, size=ROWS)
    score = 1 / (1 + np.exp(-x))
    truth = (rng.random(ROWS) < score).astype(int)
    frame = pd.DataFrame(
        {
            "id": [f"{seed}-{i}" for i in range(ROWS)],
            "day": pd.date_range("2024-01-01", periods=ROWS // 4).repeat(4),
            "x": x.round(3),
            "score": score.round(4),
            "y": np.array(names, dtype=object)[truth],
        }
    )
    return frame.assign(**{name: value(score, truth) for name, value in more.items()})


def planned(frame, request=LOG, **wanted):
    return plan(replace(request, columns=replace(request.columns, **wanted)), Table(frame, "log.csv"))


def asked(frame, request=LOG, **wanted):
    with pytest.raises(UnsureRole) as caught:
        planned(frame, request, **wanted)
    return caught.value


def test_a_score_that_is_turned_round_is_asked_about():
    """An AUC of .2 in the reference went through as the standard that the model has to keep."""
    turned = log().assign(score=lambda f: 1 - f["score"])
    error = asked(turned)
    assert "AUC 0.2" in error.message
    assert "n = " in error.message
    assert error.option == "--score-of"
    titles = {choice.title: choice.roles for choice in error.choices}
    assert titles == {
        "of 0, the positive class": {"positive": "0"},
        "of 0": {"scores": {"0": "score"}},
        "of 1: the model is that bad": {"scores": {"1": "score"}},
    }
    assert asked(turned, positive="1").choices[0].roles == {"scores": {"0": "score"}}


def test_every_answer_about_a_turned_score_is_taken(ws):
    turned = log().assign(score=lambda f: 1 - f["score"])
    of_the_other = planned(turned, scores={"0": "score"})
    assert of_the_other.spec.classes == ("0", "1")
    assert of_the_other.log["_score_0"].tolist() == pytest.approx(turned["score"].tolist())
    assert of_the_other.notes == planned(log()).notes
    assert planned(turned, positive="0").spec.classes == ("1", "0")
    that_bad = planned(turned, scores={"1": "score"})
    assert any("worse than chance: AUC 0.2" in sentence for sentence in that_bad.notes)
    spec = connect_table(ws, replace(LOG, columns=replace(WANTED, scores={"0": "score"})), Table(turned, "f"))
    more = log(seed=1).assign(score=lambda f: 1 - f["score"])
    ingest_frame(ws, "m", more, "more.csv")
    assert rows(ws, spec)["_score_0"].notna().all()
    assert monitor.refresh(ws, "m")["chunks"][-1]["realised"]["roc_auc"]["value"] > 0.7


def test_columns_for_both_classes_that_are_changed_over_are_asked_about():
    both = log(("no", "yes"), score_no=lambda p, _: p, score_yes=lambda p, _: 1 - p).drop(columns="score")
    error = asked(both, score=None, scores_prefix="score_")
    assert error.choices[1].roles == {"scores": {"yes": "score_no", "no": "score_yes"}}


@pytest.mark.parametrize("rare", [0, 1])
def test_the_class_of_a_score_is_not_the_rarer_one_by_guess_alone(rare):
    """Of names that say nothing the rarer class was positive, whatever the score was of."""
    frame = log(("stays", "leaves")).sort_values("y", ignore_index=True)
    keep = frame["y"] != ("stays", "leaves")[rare]
    frame = frame[keep | (frame.index % 4 == 0)].sample(frac=1, random_state=0)
    if rare:
        assert planned(frame).spec.classes == ("stays", "leaves")
    else:
        assert asked(frame).choices[0].roles == {"positive": "leaves"}


def three(order=("a", "b", "c"), seed=0):
    """A log with a column for each of three classes, under names in this order."""
    rng = np.random.default_rng(seed)
    chances = rng.dirichlet([0.6] * 3, ROWS)
    truth = (rng.random((ROWS, 1)) > chances.cumsum(axis=1)).sum(axis=1)
    frame = log().drop(columns="score").assign(y=np.array(["a", "b", "c"], dtype=object)[truth])
    return frame.assign(**{f"p_{name}": chances[:, at] for at, name in enumerate(order)})


def test_scores_of_several_classes_in_another_order_are_asked_about():
    planned(three(), score=None, scores_prefix="p_")
    error = asked(three(("b", "c", "a")), score=None, scores_prefix="p_")
    assert error.option == "--score-of"
    fitting = error.choices[0].roles
    assert fitting == {"scores": {"a": "p_b", "b": "p_c", "c": "p_a"}}
    made = planned(three(("b", "c", "a")), score=None, **fitting)
    right = (made.log["_prediction"] == made.log["_label"]).mean()
    assert right == (
        planned(three(), score=None, scores_prefix="p_").log.pipe(
            lambda f: (f["_prediction"] == f["_label"]).mean()
        )
    )
    planned(three(("b", "c", "a")), score=None, **error.choices[1].roles)


def test_one_score_for_several_classes_is_refused():
    with pytest.raises(SchemaError, match="cannot say how likely each of 3 classes"):
        planned(three(), score="p_a")


def test_predictions_under_other_names_are_asked_for(ws):
    """Labels 0 and 1, predictions "stays" and "leaves": which means which?"""
    frame = log(pred=lambda p, _: np.where(p > 0.5, "leaves", "stays"))
    error = asked(frame, prediction="pred")
    assert error.option == "--means"
    assert [choice.roles["means"] for choice in error.choices] == [
        {"leaves": "1", "stays": "0"},
        {"leaves": "0", "stays": "1"},
    ]
    assert "right in 7" in error.choices[0].title
    assert "of 1,200 rows" in error.choices[0].title
    assert asked(frame).option == "--means", "found by its name, and asked about too"
    request = replace(LOG, columns=replace(WANTED, prediction="pred", **error.choices[0].roles))
    spec = connect_table(ws, request, Table(frame, "f"))
    ingest_frame(ws, "m", log(seed=1, pred=lambda p, _: np.where(p > 0.5, "leaves", "stays")), "more")
    stored = rows(ws, spec)
    assert set(stored["_prediction"]) == {"0", "1"}
    assert (stored["_prediction"] == "1").mean() == pytest.approx((stored["_score_1"] > 0.5).mean())


def test_what_was_said_of_a_class_that_does_not_exist_is_refused():
    frame = log(pred=lambda p, _: np.where(p > 0.5, "leaves", "stays"))
    with pytest.raises(SchemaError, match="no class 'x'"):
        planned(frame, prediction="pred", means={"leaves": "x", "stays": "0"})
    with pytest.raises(SchemaError, match="no class 'x'"):
        planned(frame, scores={"x": "score"})


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (("no", "yes"), (0, 1)),
        ((0, 1), ("no", "yes")),
        (("False", "True"), (0, 1)),
        ((0, 1), (False, True)),
        (("0.0", "1.0"), (0, 1)),
        (("N", "Y"), (" no", "yes ")),
    ],
)
def test_yes_and_no_in_other_spellings_need_no_question(labels, said):
    frame = log(labels, pred=lambda p, _: np.array(said, dtype=object)[(p > 0.5).astype(int)])
    made = planned(frame, prediction="pred")
    assert made.spec.roles.prediction == "pred"
    right = (made.log["_prediction"] == made.log["_label"]).mean()
    assert 0.7 < right < 0.8
    assert (made.log["_prediction"] == made.spec.classes[1]).tolist() == (frame["score"] > 0.5).tolist()


def test_predictions_that_say_the_opposite_are_asked_about():
    """Accuracy .26 on two classes: the file writes 1 for what the label calls 0."""
    frame = log(pred=lambda p, _: np.where(p > 0.5, 0, 1))
    error = asked(frame, prediction="pred")
    assert error.option == "--means"
    assert error.choices[0].roles == {"means": {"0": "1", "1": "0"}}
    made = planned(frame, prediction="pred", **error.choices[0].roles)
    assert 0.7 < (made.log["_prediction"] == made.log["_label"]).mean() < 0.8
    kept = planned(frame, prediction="pred", **error.choices[1].roles)
    assert (kept.log["_prediction"] == kept.log["_label"]).mean() < 0.3


@pytest.mark.parametrize(
    ("scale", "hint"),
    [(lambda p, _: (100 * p).round(1), "divided by 100"), (lambda p, _: np.log(p / (1 - p)), "logits")],
)
def test_percents_and_logits_are_refused_with_what_to_send(scale, hint):
    with pytest.raises(SchemaError, match="probabilities lie between 0 and 1") as refused:
        planned(log(score=scale))
    assert hint in refused.value.hint
    assert refused.value.column == "score"


def test_a_probability_that_is_named_as_the_prediction_is_refused_with_the_right_option():
    with pytest.raises(SchemaError, match="numbers between 0 and 1") as refused:
        planned(log(), score=None, prediction="score")
    assert "--score" in refused.value.hint


def test_a_model_at_chance_is_connected_and_told():
    rng = np.random.default_rng(5)
    made = planned(log().assign(score=rng.random(ROWS)))
    (sentence,) = [each for each in made.notes if "chance" in each]
    assert "may tell the classes apart no better than chance: AUC 0." in sentence
    assert "n = " in sentence
    assert not [each for each in planned(log()).notes if "chance" in each]


def test_predictions_and_classes_at_chance_are_told_too():
    rng = np.random.default_rng(5)
    alone = log().drop(columns="score").assign(pred=rng.choice(["0", "1"], ROWS))
    assert any(
        "the prediction may tell" in each for each in planned(alone, score=None, prediction="pred").notes
    )
    several = three().assign(**dict(zip(("p_a", "p_b", "p_c"), rng.dirichlet([1] * 3, ROWS).T, strict=True)))
    assert any(
        "the score may tell" in each for each in planned(several, score=None, scores_prefix="p_").notes
    )


def test_a_first_champion_at_chance_is_told(ws):
    frame = log().drop(columns=["score", "x"]).assign(z=np.random.default_rng(3).normal(size=ROWS))
    request = ConnectRequest(
        "m",
        RequestedRoles(label="y", id="id", time="day"),
        chunk="month",
        train_until="0.5",
        recipe="logistic_regression",
    )
    spec = connect_table(ws, request, Table(frame, "f"))
    (sentence,) = first_notes(ws, request, spec)
    assert "no better than chance" in sentence


def test_a_log_of_scores_alone_says_where_the_decision_is():
    assert "'1' when its score is above 0.5" in planned(log()).notes[0]
    assert "--prediction" in planned(log()).notes[0]
    frame = log(pred=lambda p, _: np.where(p > 0.3, "1", "0"))
    made = planned(frame, prediction="pred")
    assert made.notes == ()
    assert made.log["_prediction"].tolist() == frame["pred"].tolist()


@pytest.mark.parametrize(
    ("clock", "sentence"),
    [
        ("2024-10-26", None),
        ("2024-10-25", "The newest row is of 2024-10-26, after the clock (2024-10-24): is that right?"),
        ("2024-12-27", None),
        ("2024-12-28", "connect it anew, under another name, with --as-of 2024-10-27."),
    ],
)
def test_a_newest_row_that_does_not_fit_the_clock_is_told(clock, sentence):
    """Two months without a row end a log of months."""
    rows = planned(log()).log
    moment = pd.Timestamp(clock) - pd.Timedelta(hours=12)
    notes = clock_notes(replace(planned(log()).spec, as_of=None), rows, moment)
    assert [note.endswith(sentence or "") for note in notes] == [True] * (sentence is not None)


def test_amounts_in_another_unit_are_told():
    amounts = log(y=lambda p, _: 50_000 * p, said=lambda p, _: 48_000 * p).drop(columns="score")
    assert planned(amounts, score=None, prediction="said").notes == ()
    other = amounts.assign(said=lambda f: f["said"] / 1000)
    (sentence,) = planned(other, score=None, prediction="said").notes
    assert "no nearer to the label than its mean: R² -" in sentence
    assert "same unit" in sentence


def test_what_is_said_of_a_class_may_spell_it_otherwise():
    """Labels of 1.0 and --positive 1 were "no such class"."""
    frame = log(("0.0", "1.0"), pred=lambda p, _: np.where(p > 0.5, "leaves", "stays"))
    made = planned(frame, positive="1", scores={"1": "score"}, means={"leaves": "1", "stays": "0"})
    assert [float(name) for name in made.spec.classes] == [0, 1]
    assert set(made.log["_prediction"]) == set(made.spec.classes)


def test_a_reading_of_the_predictions_is_said():
    frame = log(("no", "yes"), pred=lambda p, _: (p > 0.5).astype(int))
    assert "In 'pred', 0 means no, 1 means yes." in planned(frame, prediction="pred").reasons


def test_few_rows_raise_no_question():
    frame = log().head(8).assign(score=[0.9, 0.1] * 4, y=["0", "1"] * 4)
    planned(frame)
