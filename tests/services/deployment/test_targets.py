"""Targets are told as written down, with a signature anybody can check, until they confirm the version."""

import hmac
import json
import sys
import threading
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from core.services.deployment import targets
from core.services.deployment.targets import NoTarget, TargetRules, require_targets, tell
from core.settings import Settings
from docs.examples.deploy_receiver import Receiver

SIGNED_WITH = "what both sides know"
BODY = {"version": "2", "model": "m", "previous": "1", "uri": "models:/m/2", "kind": "promote", "at": "now"}
RULES = TargetRules(answer_seconds=2, command_seconds=2)


@pytest.fixture
def server():
    """A receiver that answers what the test says; what came is kept."""

    class Handler(BaseHTTPRequestHandler):
        status, answer, came = 200, b"", []

        def do_GET(self):
            self.came.append((self.path, self.headers.get("Authorization")))
            self.send_response(self.status)
            self.end_headers()
            self.wfile.write(self.answer)

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(self.status)
            if self.status == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(self.answer)

        def log_message(self, *_):
            """Tests are quiet."""

    Handler.came = []
    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    Handler.url = f"http://127.0.0.1:{listening.server_address[1]}/deploy"
    yield Handler
    listening.shutdown()
    listening.server_close()
    thread.join()


def settings(tmp_path, url="http://127.0.0.1:1/", **more):
    return Settings(home=tmp_path, webhooks={"shop": url}, webhook_secrets={"shop": SIGNED_WITH}, **more)


def command(tmp_path, code):
    return Settings(home=tmp_path, deploy_commands={"site": (sys.executable, "-c", code)})


@pytest.mark.parametrize(
    ("status", "answer", "state", "words"),
    [
        (200, b'{"version": "2"}', "live", "confirmed"),
        (202, b'{"version": 2}', "live", "confirmed"),
        (200, b'{"version": "1"}', "waiting", "still serves version 1"),
        (202, b"", "waiting", "has not said"),
        (200, b"[]", "waiting", "has not said"),
        (503, b'{"version": "2"}', "waiting", "HTTP 503"),
        (404, b"", "waiting", "HTTP 404"),
        (409, b"", "waiting", "HTTP 409"),
        (401, b"", "failed", "HTTP 401"),
        (302, b'{"version": "2"}', "waiting", "HTTP 302"),
    ],
)
def test_only_the_named_version_is_a_confirmation(server, tmp_path, status, answer, state, words):
    server.status, server.answer = status, answer
    outcome = tell(settings(tmp_path, server.url), "shop", "msg_1", BODY, RULES)
    assert outcome.state == state
    assert words in outcome.message
    assert len(server.came) == 1


def test_the_signature_is_over_id_time_and_body(server, tmp_path):
    server.answer = b'{"version": "2"}'
    tell(settings(tmp_path, server.url), "shop", "msg_1", BODY, RULES)
    headers, body = server.came[0]
    assert json.loads(body) == BODY
    signed = f"msg_1.{headers['webhook-timestamp']}.".encode() + body
    ours = hmac.new(SIGNED_WITH.encode(), signed, sha256).digest()
    assert headers["webhook-id"] == "msg_1"
    version, _, sent = headers["webhook-signature"].partition(",")
    assert (version, targets.base64.b64decode(sent)) == ("v1", ours)


def test_the_receiver_of_the_guide_checks_drops_and_confirms(server, tmp_path):
    server.answer = b'{"version": "2"}'
    for _ in range(2):
        tell(settings(tmp_path, server.url), "shop", "msg_1", BODY | {"sequence": 5}, RULES)
    (headers, body), (again, body_again) = server.came
    receiver = Receiver(SIGNED_WITH)
    assert receiver.receive(headers, body) == (200, {"version": "2"})
    assert receiver.receive(again, body_again) == (200, {"version": "2"})
    assert receiver.loaded == ["2"]
    assert receiver.receive(headers, body.replace(b'"2"', b'"3"'))[0] == 401
    assert receiver.receive(headers | {"webhook-timestamp": "1"}, body)[0] == 401
    assert Receiver("another").receive(headers, body)[0] == 401


def test_a_target_that_does_not_answer_is_asked_again(tmp_path):
    outcome = tell(settings(tmp_path), "shop", "msg_1", BODY, RULES)
    assert outcome.state == "waiting"
    assert outcome.message == "It did not answer: connection refused."


def test_a_command_gets_the_document_and_confirms_by_its_end(tmp_path):
    out = tmp_path / "seen.json"
    code = f"import os,sys; open({str(out)!r},'w').write(os.environ['DEPLOY_VERSION'] + sys.stdin.read())"
    assert tell(command(tmp_path, code), "site", "msg_1", BODY, RULES).state == "live"
    assert out.read_text()[0] == "2"
    assert json.loads(out.read_text()[1:]) == BODY


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import sys; print('one'); print('no such pod'); sys.exit(3)", "ended with 3: no such pod"),
        ("import time; time.sleep(60)", "longer than 2 seconds"),
    ],
)
def test_a_command_that_fails_says_why_and_is_run_again(tmp_path, code, words):
    outcome = tell(command(tmp_path, code), "site", "msg_1", BODY, RULES)
    assert outcome.state == "waiting"
    assert words in outcome.message


def test_nothing_of_the_document_reaches_a_shell(tmp_path):
    """The command is the operator's, word for word: what people write is data."""
    odd = BODY | {"model": "$(touch /tmp/x); `id`"}
    code = "import os; assert os.environ['DEPLOY_MODEL'] == '$(touch /tmp/x); `id`'"
    assert tell(command(tmp_path, code), "site", "msg_1", odd, RULES).state == "live"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "no deploy target"),
        ({"webhooks": {"shop": "http://a/"}}, "no secret"),
        (
            {
                "webhooks": {"shop": "http://a/"},
                "webhook_secrets": {"shop": "s"},
                "deploy_commands": {"shop": ("a",)},
            },
            "both",
        ),
    ],
)
def test_a_target_that_is_not_configured_is_no_target(tmp_path, given, words):
    odd = Settings(home=tmp_path, **given)
    with pytest.raises(NoTarget, match=words):
        require_targets(odd, ("shop",))
    assert tell(odd, "shop", "msg_1", BODY, RULES).state == "failed"


def test_a_command_that_is_not_there_is_no_case_for_asking_again(tmp_path):
    missing = Settings(home=tmp_path, deploy_commands={"site": ("/no/such/program",)})
    assert tell(missing, "site", "msg_1", BODY, RULES).state == "failed"


@pytest.mark.parametrize(
    ("status", "answer", "state", "words"),
    [
        (200, {"model": "m", "version": "2", "problem": None}, "live", "confirmed"),
        (200, {"model": "m", "version": "1", "problem": None}, "waiting", "still serves version 1"),
        (200, {"model": "m", "version": "1", "problem": "Version 2 is broken."}, "waiting", "is broken"),
        (200, {"model": "m", "version": None}, "waiting", "does not say"),
        (200, {"model": "n", "version": "2"}, "failed", "another model"),
        (200, [], "waiting", "does not say"),
        (401, {}, "failed", "HTTP 401"),
    ],
)
def test_a_server_is_asked_who_answers_with_its_token(server, tmp_path, status, answer, state, words):
    server.status, server.answer = status, json.dumps(answer).encode()
    url = server.url.removesuffix("/deploy")
    configured = Settings(home=tmp_path, servers={"desk": url}, server_tokens={"desk": "ct_x"})
    rules = TargetRules(server_seconds=0)
    outcome = tell(configured, "desk", "msg_1", BODY, rules)
    assert (outcome.state, words in outcome.message) == (state, True)
    assert server.came == [("/version", "Bearer ct_x")]
    assert targets.pauses_of(configured, "desk", rules) == rules.server_pauses
    assert targets.pauses_of(configured, "site", rules) == rules.pauses


def test_a_server_that_takes_the_version_over_while_it_is_asked_is_live_at_once(monkeypatch, tmp_path):
    replies = [b'{"model": "m", "version": "1"}', b'{"model": "m", "version": "2"}']
    monkeypatch.setattr(targets, "_reply", lambda *_: replies.pop(0))
    monkeypatch.setattr(targets, "LOOK_SECONDS", 0)
    configured = Settings(home=tmp_path, servers={"desk": "http://127.0.0.1:1"})
    assert tell(configured, "desk", "msg_1", BODY).state == "live"
    assert replies == []


def test_a_name_is_one_kind_of_target_only(tmp_path):
    both = Settings(home=tmp_path, servers={"a": "http://a/"}, deploy_commands={"a": ("true",)})
    with pytest.raises(NoTarget, match="both a command and a server"):
        require_targets(both, ("a",))
    assert targets.known_targets(both) == ["a"]
