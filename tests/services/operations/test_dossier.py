"""An auditor who has nothing but the dossier must get an answer to each question, and see any change."""

import json
from dataclasses import asdict
from io import BytesIO
from types import SimpleNamespace
from zipfile import ZipFile

import pytest
from pypdf import PdfReader

from core.cli.app import main
from core.errors import DataError, UnreadableFile
from core.jobs.spec import StepContext
from core.model import Automation
from core.services.deployment import promote
from core.services.experiments import compare
from core.services.operations import backup, restore
from core.services.operations.dossier import file as dossier_file
from core.services.operations.dossier import questions, sheet, verify
from core.services.operations.dossier.document import describe_log, document
from core.services.operations.dossier.make import made_dossiers
from core.services.operations.dossier.make import make as make_file
from core.services.operations.dossier.page import page
from core.services.operations.dossier.pdf_file import pdf
from core.services.operations.jobs import Dossier, make_dossier
from core.settings import Settings
from core.store import models
from core.store.engine import writing
from core.store.experiments import automatic_runs, deployments, trials
from core.store.tables import AutomaticRun, Deployment, Trial
from core.store.workspace import open_workspace
from tests.documents import errors_of
from tests.services.retrain_world import NAME, install, make, run_retrain, settle

REASON = "it learned <b>the change</b> of May"
OVERRIDE = {"override": "safety_or_law"}


@pytest.fixture(scope="module")
def promoted(tmp_path_factory):
    """Corrected labels, a retraining, a comparison, a promotion; beside it what did not work."""
    patch = pytest.MonkeyPatch()
    install(patch)
    home = tmp_path_factory.mktemp("dossier")
    ws, spec = make(home / "home")
    settle(ws, spec, {"r1": "yes", "r2": "no"})
    with writing(ws.engine) as session:
        lost = Trial(
            model_id=spec.id,
            fingerprint="f0",
            recipe="nearest_neighbours",
            status="running",
            created_by="bob",
        )
        trials.close(session, trials.start(session, lost).id, "failed", "too few rows")
    run_retrain(ws, home / "work")
    compare.compare(ws, NAME, by="eve")
    promote.promote(ws, NAME, "2", by="eve", reason=REASON)
    yield ws
    patch.undo()
    ws.engine.dispose()


@pytest.fixture(scope="module")
def dossier(promoted):
    return document(promoted, NAME, by="ada")


def answer(told, number):
    return told["questions"][number - 1]["reply"]


def table(told, title):
    return next(t for s in told["sections"] for t in s["tables"] if t["title"] == title)


def facts(told, title):
    return dict(table(told, title)["rows"])


def test_an_auditors_ten_questions_are_answered_from_the_dossier_alone(dossier):
    assert [entry["number"] for entry in dossier["questions"]] == list(range(1, 11))
    decided = dossier["decided_at"]
    known = [
        ("eve", REASON, "Nobody else had to agree"),  # who
        (decided[:10], decided[11:19], "in production", "1099"),  # when
        ("holdout", "look 1", "better"),  # on what evidence
        ("Revision 1", "1,100 labelled rows", "1 of them corrected", "2 annotations", "ann"),  # which labels
        (
            "version 1",
            "Health had not been computed",
            "roc_auc",
            "1 comparison",
            "2 deliveries",
        ),  # what was known then
        ("1 other experiment", "1 failed"),  # what else was tried
        ("passed", "none failed", "none is shown to be worse", "smallest difference"),  # tests and limits
        ("2 deliveries", "1,100 rows", "0 by key", "Run run-2"),  # where the data come from
        ("Nothing took its place", "Health was not computed"),  # monitoring
        ("no override", "0 overrides", "0 rollbacks"),  # overrides
    ]
    for number, words in enumerate(known, 1):
        missing = [word for word in words if word not in answer(dossier, number)]
        assert missing == [], (number, answer(dossier, number))


def test_the_evidence_stands_in_the_sections_that_the_answers_name(dossier):
    numbers = [section["number"] for section in dossier["sections"]]
    assert numbers == list(range(1, 14))
    assert {n for entry in dossier["questions"] for n in entry["sections"]} <= set(numbers)
    assert all(section["annex_iv"] and section["sr_11_7"] for section in dossier["sections"])
    assert facts(dossier, "The decision")["by"] == "eve"
    assert facts(dossier, "What was known then")["in production"] == "1"
    assert facts(dossier, "Revision, holdout, leak guard")["shared rows, by content"] == 0
    assert table(dossier, "Looks at this holdout")["rows"][0][:2] == [1, "2"]
    assert {row[1] for row in table(dossier, "Deliveries")["rows"]} == {"training", "predictions"}
    assert "too few rows" in [row[7] for row in table(dossier, "Experiments, in order")["rows"]]
    assert {row[3] for row in table(dossier, "The log")["rows"]} >= {
        "revision",
        "holdout",
        "compare",
        "promote",
    }
    assert all(row[1] is True for row in table(dossier, "Tests")["rows"])


def test_the_dossier_is_what_its_schema_says(dossier):
    assert errors_of("dossier", json.loads(json.dumps(dossier))) == []


def test_what_people_wrote_is_escaped_on_the_page(dossier):
    drawn = page(dossier)
    assert "<b>the change</b>" not in drawn
    assert drawn.count("&lt;b&gt;the change&lt;/b&gt;") >= 3
    assert "<script" not in drawn


def test_the_pdf_says_the_same_and_leads_from_each_question_to_its_evidence(dossier):
    content = pdf(dossier)
    assert content == pdf(dossier)
    read = PdfReader(BytesIO(content))
    told = " ".join(" ".join(sheet.extract_text() for sheet in read.pages).split())
    for question in dossier["questions"]:
        for text in (question["question"], question["reply"]):
            assert " ".join(text.split()) in told
    titles = [f"{section['number']}. {section['title']}" for section in dossier["sections"]]
    assert [entry["/Title"] for entry in read.outline] == ["Ten questions", *titles]
    for section in dossier["sections"]:
        assert all(" ".join(text.split()) in told for text in section["paragraphs"])
        assert all(one["title"] in told for one in section["tables"])
    links = [note for sheet in read.pages for note in sheet.get("/Annots", [])]
    assert len(links) == sum(len(question["sections"]) for question in dossier["questions"])


def test_a_table_as_wide_as_the_page_is_no_wider_by_rounding(dossier):
    """One dossier in some could not be written, by what its cells happened to hold."""
    rows = [["x" * width for width in widths] for widths in ((16, 82, 16), (6, 100, 2), (12, 108, 1))]
    tables = [{"title": "Wide", "columns": ["a", "b", "c"], "rows": [row]} for row in rows]
    section = {**dossier["sections"][0], "tables": tables, "paragraphs": []}
    assert pdf({**dossier, "questions": [], "sections": [section]}).startswith(b"%PDF")


@pytest.mark.parametrize("letters", [True, False])
def test_the_pdf_takes_any_letters_and_a_long_table(dossier, letters, monkeypatch):
    if not letters:
        monkeypatch.setattr(sheet, "fonts", dict)
    long = {"title": "Lines", "columns": ["n", "who"], "rows": [[n, "Ž → b"] for n in range(201)]}
    section = {**dossier["sections"][0], "tables": [long], "paragraphs": ["žluťoučký"]}
    content = pdf({**dossier, "questions": [], "sections": [section]})
    told = "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(content)).pages)
    assert "1 further lines stand in dossier.json." in told
    assert ("žluťoučký" in told) == letters


def test_a_changed_file_is_found(promoted, tmp_path):
    path, _ = make_file(promoted, NAME, "2", by="ada", path=tmp_path / "a.zip")
    of_file, log = verify.verify_file(promoted, path)
    assert (of_file.faults, of_file.is_ours, log.faults) == ((), True, ())
    with ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    for name, content in parts.items():
        changed = {**parts, name: content.replace(b"eve", b"eva").replace(b"0", b"1")}
        assert changed[name] != content
        assert check(promoted, tmp_path, changed).faults, name
    assert check(promoted, tmp_path, {**parts, "more.txt": b"x"}).faults == (
        "more.txt was added after it was signed.",
    )
    (tmp_path / "no.zip").write_bytes(b"PK")
    with pytest.raises(UnreadableFile):
        dossier_file.check(promoted.settings, tmp_path / "no.zip")


def check(ws, folder, parts):
    with ZipFile(folder / "changed.zip", "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return dossier_file.check(ws.settings, folder / "changed.zip")


def test_a_log_that_was_made_anew_no_longer_fits_a_dossier_of_before(promoted, tmp_path, monkeypatch):
    path, told = make_file(promoted, NAME, "2", by="ada", path=tmp_path / "a.zip")
    monkeypatch.setattr(dossier_file, "Head", lambda seq, _hash: dossier_file_head(seq))
    _, log = verify.verify_file(promoted, path)
    assert [fault.table for fault in log.faults] == ["chain_link"]
    assert describe_log(log)["faults"][0].startswith(f"Link {told['log']['seq']} was written down")


def dossier_file_head(seq):
    from core.store.chain.links import Head

    return Head(seq, "0" * 64)


def test_a_file_of_another_home_is_checked_by_its_own_key(promoted, tmp_path):
    path, _ = make_file(promoted, NAME, "2", by="ada", path=tmp_path / "a.zip")
    other = open_workspace(Settings(home=tmp_path / "other"))
    of_file, log = verify.verify_file(other, path)
    assert (of_file.faults, of_file.is_ours, log.faults) == ((), False, ())
    assert "which is not this home" in verify.summarize_file(of_file)
    other.engine.dispose()


def test_the_job_writes_it_into_the_home_and_a_backup_keeps_it_with_its_key(promoted, tmp_path):
    context = StepContext(
        promoted.settings, "j", Dossier(model=NAME, by="ada"), {}, tmp_path, lambda _done, _text: None
    )
    done = make_dossier(context)
    assert done["version"] == "2"
    newest = made_dossiers(promoted.settings, NAME)[0]
    assert (newest.path.name, newest.version) == (done["file"], "2")
    backup.backup(promoted, tmp_path / "b.tar")
    restored = Settings(home=tmp_path / "restored")
    restore.restore(restored, tmp_path / "b.tar")
    ws = open_workspace(restored)
    of_file, log = verify.verify_file(ws, made_dossiers(restored, NAME)[0].path)
    assert (of_file.is_ours, of_file.faults, log.faults) == (True, (), ())
    ws.engine.dispose()


def test_a_version_that_nobody_knows_is_refused(promoted):
    with pytest.raises(DataError, match="version 9"):
        document(promoted, NAME, "9", by="ada")


def test_the_commands_make_and_verify_it(promoted, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CARETAKER_HOME", str(promoted.settings.home))
    out = tmp_path / "m.zip"
    assert main(["dossier", "make", NAME, "--version", "1", "--out", str(out)]) == 0
    assert "5" not in capsys.readouterr().out.split("On what evidence?")[1].split("\n")[0]
    assert main(["dossier", "verify", str(out), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["faults"], told["dossier"]["is_ours"]) == ([], True)
    out.write_bytes(out.read_bytes().replace(b"as the first champion", b"as the worst champion"))
    assert main(["dossier", "verify", str(out)]) == 1


def test_each_state_of_a_version_is_told(promoted):
    first = document(promoted, NAME, "1", by="ada")
    assert (first["state"], answer(first, 3)) == (
        "was in production",
        "None: it was the first champion, which nothing was compared with.",
    )
    promote.promote(promoted, NAME, "2", by="eve", reason=REASON)
    promote.rollback(promoted, NAME, by="bob", reason="the site was slow")
    told = document(promoted, NAME, "2", by="ada")
    assert told["state"] == "was in production"
    assert "It was in production." in answer(told, 2)
    assert "version 1 brought back in place of version 2 by bob" in answer(told, 9)
    assert '"the site was slow"' in answer(told, 9)
    assert "1 rollback " in answer(told, 10)


def test_a_later_proposal_does_not_hide_who_put_the_version_into_production(promoted):
    with writing(promoted.engine) as session:
        spec = models.spec(session, NAME)
        later = Deployment(
            model_id=spec.id, kind="promote", state="", version="2", reason="once more", person="bob"
        )
        deployments.conclude(session, deployments.intend(session, later).id, "refused")
    told = document(promoted, NAME, "2", by="ada")
    assert "eve" in answer(told, 1)
    assert "bob" not in answer(told, 1)


def test_a_training_that_no_person_began_names_the_rule_and_who_set_it(promoted, monkeypatch):
    rule = Automation(on_alarm=True, set_by="kim", set_at="2026-03-01T12:00:00+00:00")
    run = AutomaticRun(
        model_id=1, occasion="alarm", cause="the alarm of Mar 2026", state="done", outcome="waits",
        version="2", labels=300, known=["1"], rule=asdict(rule), message="Better.",
    )  # fmt: skip
    monkeypatch.setattr(automatic_runs, "of_version", lambda _session, _model, _version: run)
    told = document(promoted, NAME, "2", by="ada")
    words = " ".join(told["sections"][2]["paragraphs"])
    assert (
        "No person began this training: it began on the alarm of Mar 2026, by the rule that kim at " in words
    )
    assert "(on an alarm, at most once in 7 days" in words


def test_a_first_version_that_was_trained_here_says_on_how_many_rows():
    made_here = SimpleNamespace(revision=None, trial=SimpleNamespace(params={"rows": 3012}))
    labels = next(reply for question, reply, _ in questions.QUESTIONS if question.startswith("Which labels"))
    assert labels(made_here).startswith("It was trained here on 3,012 rows")
    assert "not known here" in labels(SimpleNamespace(revision=None, trial=None))
