"""Setup: cards that say how far they are, a draft that is still there tomorrow, settings that are kept."""

import numpy as np
import pytest

from core.jobs import client, foreground
from core.jobs.job import to_json
from core.jobs.status import JobStatus
from core.services.ingestion import api_tokens, sources
from core.services.monitoring import monitor
from core.services.onboarding.adjust import adjust
from core.services.onboarding.connect_model import list_models
from core.services.onboarding.draft import record
from core.services.onboarding.jobs import Connect
from core.store import models
from core.store.engine import reading
from tests.pages.conftest import log


@pytest.fixture
def worker(monkeypatch):
    """Every job is done at once, by this process."""
    done = []

    def submit(settings, job, *, dedupe=None):
        result = foreground.run(settings, job, lambda _done, _said: None)
        kind, args = job.declaration.name, to_json(job)
        done.insert(0, JobStatus(str(len(done)), kind, "done", 1.0, "", None, None, result, None, args))
        return done[0].id

    monkeypatch.setattr(client, "submit", submit)
    monkeypatch.setattr(client, "recent_jobs", lambda _settings, _limit: done)
    return done


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "made.csv"
    log().to_csv(path, index=False)
    return path


def labels(app):
    return [each.label for each in app.expander]


def test_a_draft_begins_with_five_cards_of_which_the_first_is_open(home, worker, visit):
    app = visit("setup")
    app.button(key="connect_model").click().run()
    assert not app.exception
    assert [label.split("**")[1] for label in labels(app)] == ["Data", "Model", "Labels", "Checks", "People"]
    assert "to do" in labels(app)[0]
    assert app.button(key="connect").disabled


def test_a_turned_score_is_asked_with_buttons_and_the_answer_is_taken(home, ws, worker, tmp_path, visit):
    turned = log().drop(columns="prediction").assign(score=lambda f: 1 - f["score"])
    turned.to_csv(tmp_path / "t.csv", index=False)
    made = record.start(ws, "local")
    record.save(ws, made.id, address=str(tmp_path / "t.csv"), source="t.csv", name="t", way="log")
    app = visit("setup", draft=str(made.id)).run().run()
    assert "needs attention" in labels(app)[1]
    (button,) = [each for each in app.button if each.label == "of no"]
    button.click().run().run()
    assert not app.exception
    assert "ready" in labels(app)[1]
    assert not app.button(key="connect").disabled


def test_what_a_person_should_know_is_told_before_and_after_connecting(home, ws, worker, tmp_path, visit):
    frame, rng = log().drop(columns="prediction"), np.random.default_rng(3)
    frame.assign(score=rng.random(len(frame))).to_csv(tmp_path / "c.csv", index=False)
    made = record.start(ws, "local")
    record.save(ws, made.id, address=str(tmp_path / "c.csv"), source="c.csv", name="c", way="log")
    app = visit("setup", draft=str(made.id)).run().run()
    app.session_state["open_card_model"] = True
    app.run()
    assert any("no better than chance" in each.value for each in app.markdown)
    app.button(key="connect").click().run().run()
    assert not app.exception
    assert any("no better than chance" in each.value for each in app.markdown)


def test_a_log_is_connected_and_becomes_the_model_that_is_shown(home, ws, worker, file, visit):
    made = record.start(ws, "local")
    record.save(ws, made.id, address=str(file), source="made.csv", name="made")
    app = visit("setup", draft=str(made.id)).run()
    assert "400 rows" in labels(app)[0]
    app.radio(key=f"d{made.id}_way").set_value("log").run().run()
    assert not app.exception
    assert all("ready" in label for label in labels(app)), labels(app)
    app.button(key="connect").click().run().run()
    assert {spec.name for spec in list_models(ws)} == {"tiny", "made"}
    assert monitor.health(ws, "made")
    assert not app.exception
    assert app.selectbox(key="model").value == "made"
    assert any("made is connected" in each.value for each in app.success)


def test_a_draft_is_left_discarded_and_brought_back(home, ws, worker, visit):
    made = record.start(ws, "local")
    record.save(ws, made.id, name="shop")
    app = visit("setup", draft=str(made.id))
    app.button(key="leave_draft").click().run()
    assert any("**shop** - " in each.value for each in app.markdown)
    app.button(key=f"open_draft_{made.id}").click().run()
    assert app.text_input(key=f"d{made.id}_name").value == "shop"
    app.button(key="discard_draft").click().run()
    assert record.list_drafts(ws) == []
    app.button(key="undo_discard").click().run()
    assert [view.name for view in record.list_drafts(ws)] == ["shop"]


def test_a_question_has_its_answers_as_buttons(home, ws, worker, file, visit):
    frame = log().rename(columns={"label": "left"})
    frame.to_csv(file, index=False)
    made = record.start(ws, "local")
    record.save(ws, made.id, address=str(file), source="made.csv", name="made")
    app = visit("setup", draft=str(made.id)).run()
    assert "needs attention" in labels(app)[0]
    choice = next(button for button in app.button if button.label == "left")
    choice.click().run().run()
    assert record.load(ws, made.id).entries.choices == {"label": "left"}
    assert "ready" in labels(app)[0]


def test_a_log_without_predictions_asks_on_its_card(home, ws, worker, file, visit):
    """The three cards would wait for each other if this question had no buttons."""
    log().rename(columns={"prediction": "said", "score": "sure"}).to_csv(file, index=False)
    made = record.start(ws, "local")
    record.save(ws, made.id, address=str(file), source="made.csv", name="made", way="log")
    app = visit("setup", draft=str(made.id)).run()
    assert [label.split(" - ")[1].split(":")[0] for label in labels(app)[:2]] == ["ready", "needs attention"]
    choice = next(button for button in app.button if button.label.endswith("the predicted class"))
    choice.click().run().run()
    assert not app.exception
    assert all("ready" in label for label in labels(app)), labels(app)


def test_checks_that_do_not_fit_any_more_are_proposed_anew(home, ws, worker, file, visit):
    made = record.start(ws, "local")
    said = {"address": str(file), "source": "made.csv", "name": "made", "way": "log"}
    record.save(ws, made.id, **said, metric="mae", chunk="month")
    app = visit("setup", draft=str(made.id)).run()
    assert "needs attention" in labels(app)[3]
    app.button(key="propose_checks").click().run().run()
    assert not app.exception
    assert all("ready" in label for label in labels(app)), labels(app)
    assert record.load(ws, made.id).entries.chunk == ""


def test_an_accident_while_connecting_is_said(home, ws, worker, visit):
    """It is about none of the cards, and no strip of another model tells about it."""
    made = record.start(ws, "local")
    args = to_json(Connect(model="made", draft=made.id, address="rows.csv", request={}))
    worker.append(JobStatus("j", "connect", "failed", 0.5, "", None, None, None, client.BROKEN, args))
    app = visit("setup", draft=str(made.id)).run()
    assert any(client.BROKEN["hint"].split(";")[0] in each.value for each in app.warning)


def test_nothing_of_another_model_stands_above_a_new_one(home, ws, worker, visit):
    """A person would take the version, the clock and the note of another model for those of the new one."""
    made = record.start(ws, "local")
    app = visit("setup", draft=str(made.id)).run()
    shown = " ".join(each.proto.body for each in app.get("html"))
    assert "Made up for a test." not in shown
    assert 'class="ct-facts"' not in shown
    assert [each.key for each in app.selectbox if each.key == "model"] == []
    app.button(key="leave_draft").click().run()
    assert app.selectbox(key="model").value == "tiny"


def test_what_does_not_fit_stands_on_its_card(home, ws, worker, tmp_path, visit):
    made = record.start(ws, "local")
    record.save(ws, made.id, address=str(tmp_path / "gone.csv"), name="made")
    app = visit("setup", draft=str(made.id)).run()
    assert "needs attention" in labels(app)[0]
    assert any("gone" in each.value for each in app.warning)


def test_settings_are_saved_and_the_model_is_checked_again(home, ws, worker, visit):
    app = visit("setup")
    app.session_state["open_set_checks"] = True
    app.run()
    app.number_input[0].set_value(0.3)
    next(button for button in app.button if button.label == "Save and check again").click().run()
    assert not app.exception
    with reading(ws.engine) as session:
        assert models.spec(session, "tiny").tolerance == 0.3
    assert worker[0].kind == "monitor"


def test_a_model_is_offered_as_a_file_and_what_looks_like_a_secret_is_not(home, ws, worker, visit):
    app = visit("setup")
    assert "This model as a file" in [button.label for button in app.get("download_button")]
    adjust(ws, "tiny", "eve", guideline="https://eve:hunter2@wiki")
    app = visit("setup")
    assert not app.exception
    assert "This model as a file" not in [button.label for button in app.get("download_button")]
    assert any("looks like a password" in warning.value for warning in app.warning)


def test_a_token_is_shown_once_tested_and_revoked(home, ws, worker, visit):
    app = visit("setup")
    app.session_state["open_set_people"] = True
    app.run()
    next(each for each in app.text_input if each.label.startswith("What is the new")).set_value("service")
    next(button for button in app.button if button.label == "Make a token").click().run()
    secret = app.code[0].value
    assert api_tokens.verify(ws, "tiny", secret).name == "service"
    app.text_input(key="token_given").set_value(secret).run()
    assert any("may send data for this model" in each.value for each in app.markdown)
    app.button(key="token_copied").click().run()
    assert not app.code
    (token,) = api_tokens.list_tokens(ws, "tiny")
    app.button(key=f"revoke_{token.id}").click().run()
    assert api_tokens.list_tokens(ws, "tiny")[0].revoked_at


def test_a_folder_is_watched_paused_and_removed(home, ws, worker, tmp_path, visit):
    app = visit("setup")
    app.toggle(key="watch_more").set_value(True).run()
    field = next(each for each in app.text_input if each.label.startswith("Folder, pattern"))
    field.set_value(str(tmp_path / "new" / "*.csv"))
    next(button for button in app.button if button.label == "Watch it").click().run()
    assert not app.exception
    (source,) = sources.list_sources(ws, "tiny")
    app.button(key=f"turn_{source.id}").click().run()
    assert sources.list_sources(ws, "tiny")[0].state == "paused"
    app.button(key=f"remove_{source.id}").click().run()
    assert sources.list_sources(ws, "tiny") == []


def test_what_is_worth_a_promotion_is_saved_in_the_unit_of_the_metric(home, ws, visit, monkeypatch):
    monkeypatch.setattr("pages._shared.job_panel.start", lambda *_args, **_more: None)
    page = visit("setup", model="tiny")
    page.session_state["open_set_checks"] = True
    page.run()
    page.selectbox(key="set_metric_tiny").set_value("accuracy")
    page.number_input(key="set_tiny_least_gain").set_value(1.5)
    next(button for button in page.button if button.label == "Save and check again").click().run()
    assert not page.exception
    with reading(ws.engine) as session:
        spec = models.spec(session, "tiny")
    assert (spec.least_gain, spec.least_saving) == (0.015, None)
