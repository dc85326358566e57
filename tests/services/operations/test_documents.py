"""Broken here: a document is not what its schema says, or the schema says nothing of a field."""

import json
from datetime import UTC, datetime

import pytest

from core.cli.app import main
from core.jobs.spec import StepContext
from core.services.deployment import champion
from core.services.monitoring import monitor
from core.services.onboarding.jobs import (
    DIGITS,
    HOTEL,
    Demo,
    check_digits,
    check_hotel,
    connect_digits,
    connect_hotel,
)
from core.services.operations.documents import DOCUMENTS, document_schema
from core.settings import Settings
from core.store.workspace import open_workspace
from tests import shared_demo
from tests.documents import closed_schemas, errors_of

pytestmark = [pytest.mark.processes, pytest.mark.demo]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """Both models of the demo, connected and checked."""
    home = tmp_path_factory.mktemp("demo")
    context = StepContext(Settings(home=home), "j", Demo(), {}, home, lambda _done, _text: None)
    if not shared_demo.take(home):
        for do in (connect_hotel, check_hotel, connect_digits, check_digits):
            do(context)
    ws = open_workspace(context.settings)
    yield ws
    ws.engine.dispose()


@pytest.mark.parametrize("name", [HOTEL, DIGITS])
def test_what_the_demo_tells_is_what_the_schema_says(demo, name):
    health = monitor.health(demo, name)
    assert len(health["chunks"]) > 5
    assert errors_of("health", health) == []
    assert errors_of("champion", champion.document(demo, name)) == []


@pytest.mark.parametrize("name", [HOTEL, DIGITS])
def test_the_verdict_is_the_sentences_of_its_findings(demo, name):
    health = monitor.health(demo, name)
    assert health["sentence"] == " ".join(finding["sentence"] for finding in health["findings"])
    assert health["suggestion"] == " ".join(step["sentence"] for step in health["steps"])
    for chunk in health["chunks"]:
        assert chunk["alerts"] == [finding["sentence"] for finding in chunk["findings"]]


def test_a_document_of_before_the_codes_is_read_until_it_is_made_anew(demo):
    from core.store import models
    from core.store.engine import writing
    from core.store.monitoring import findings

    new = monitor.health(demo, DIGITS)
    with writing(demo.engine) as session:
        spec = models.spec(session, DIGITS)
        digest = findings.fingerprint(session, spec.id)
        old = {key: value for key, value in new.items() if key not in {"findings", "steps"}} | {"format": 3}
        findings.write(session, spec.id, digest, old, datetime.now(UTC), headline={})
    assert monitor.health(demo, DIGITS) == old
    assert DIGITS in monitor.outdated_models(demo)
    again = monitor.refresh(demo, DIGITS)
    assert (again["findings"], again["steps"]) == (new["findings"], new["steps"])


def test_a_wrong_document_is_refused(demo):
    health = monitor.health(demo, HOTEL)
    assert errors_of("health", {key: value for key, value in health.items() if key != "sentence"})
    assert errors_of("health", health | {"surprise": 1})
    assert errors_of("health", health | {"chunks": [{**health["chunks"][0], "n": "many"}]})


def test_every_field_of_every_document_is_described():
    silent = [
        f"{name}.{field}"
        for name, schema in closed_schemas().items()
        for field, content in schema.get("properties", {}).items()
        if not content.get("description")
    ]
    assert silent == []
    assert [name for name, schema in closed_schemas().items() if schema.get("description") == ""] == []
    assert len(closed_schemas()) > 30


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_command_prints_the_schema(capsys, name):
    assert main(["schema", name, "--format", "json"]) == 0
    described = document_schema(name)
    assert json.loads(capsys.readouterr().out) == described
    assert main(["schema", name]) == 0
    lines = capsys.readouterr().out.splitlines()
    fields = {f"  {field}: " for part in described["$defs"].values() for field in part["properties"]}
    assert fields == {line[: line.index(": ") + 2] for line in lines if line.startswith("  ")}


def test_another_name_is_refused_with_those_that_are(capsys):
    assert main(["schema", "weather"]) == 1
    assert "health, compare" in capsys.readouterr().err
