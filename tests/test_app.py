"""The door: who is let in, what a fresh server shows first, and where it refuses to listen."""

import asyncio
import os
import subprocess
import sys
from contextlib import ExitStack

import pytest
from playwright.sync_api import sync_playwright
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

import app
from core.api.lifespan import Doors, House
from core.api.page.first_paint import FirstPaint
from core.api.page.response_headers import ResponseHeaders
from core.errors import AccessError, BusyError, DataError
from core.settings import PROJECT
from core.store import engine
from tests.browser.server import CHROMIUM_FLAGS, PATIENCE, READY, Server, chromium, free_port, open_context


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_loopback_is_only_this_machine(address):
    app.check_address(address)


@pytest.mark.parametrize("address", ["0.0.0.0", "192.168.1.7", "::", "caretaker.example", None])  # noqa: S104
def test_other_addresses_need_sign_in(address):
    with pytest.raises(AccessError, match="sign-in"):
        app.check_address(address)


def status(client):
    """What the door answers to a request from this address."""
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "client": (client, 1)}
    asyncio.run(app.LocalOnly(PlainTextResponse("inside"))(scope, None, send))
    return sent[0]["status"]


def test_requests_from_other_machines_are_refused_without_sign_in():
    assert status("127.0.0.1") == 200
    assert status("192.168.1.7") == 403


@pytest.mark.processes
def test_the_door_stands_before_the_house_is_loaded():
    """The page's files can be fetched while the stores are being opened."""
    code = "import sys, app; print({'sqlmodel', 'duckdb', 'dbos', 'altair'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "set()"


def test_doors_and_pages_wait_for_the_house_but_files_do_not():
    house = House()
    asked = []

    async def pages(scope, receive, send):
        asked.append(scope["path"])

    async def run():
        door = Doors(pages, house, "base")
        await door({"type": "http", "path": "/base/static/x.js"}, None, None)
        script = asyncio.create_task(door({"type": "websocket", "path": "/base/_stcore/stream"}, None, None))
        api = asyncio.create_task(door({"type": "http", "path": "/base/api/v1/x"}, None, None))
        well = asyncio.create_task(door({"type": "http", "path": "/base/_stcore/health"}, None, None))
        await asyncio.sleep(0.05)
        assert asked == ["/base/static/x.js"]
        house.doors = pages
        house.loaded.set()
        await asyncio.gather(script, api, well)
        assert sorted(asked[1:]) == ["/base/_stcore/health", "/base/_stcore/stream", "/base/api/v1/x"]

    asyncio.run(run())


@pytest.mark.processes
def test_a_house_that_cannot_open_ends_the_server_with_a_sentence(tmp_path):
    """A home that cannot be used must not leave a server that answers nothing."""
    (tmp_path / "home").write_text("this is a file, not a folder")
    ended = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(free_port())],
        cwd=PROJECT,
        env={**os.environ, "CARETAKER_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == 1
    assert "home" in ended.stderr


def test_errors_reach_a_person_as_message_and_hint(monkeypatch):
    said = []
    monkeypatch.setattr(app.st, "warning", lambda text, **_: said.append(text))
    monkeypatch.setattr(app.st, "error", lambda text, **_: said.append(text))
    assert app.on_script_error(DataError("The file is empty.", "Send rows."))
    assert app.on_script_error(ZeroDivisionError("secret detail"))
    assert said[0] == "**The file is empty.** Send rows."
    assert "secret" not in said[1]
    assert "reference" in said[1]


def test_a_busy_database_is_no_fault_of_ours_on_a_page_either(monkeypatch, tmp_path):
    said = []
    monkeypatch.setattr(app.st, "warning", lambda text, **_: said.append(text))
    monkeypatch.setattr(engine, "TURN_SECONDS", 0.05)
    opened = engine.open_engine(f"sqlite:///{tmp_path}/a.db")
    with ExitStack() as many:
        for _ in range(engine.THREADS + engine.SCRIPTS):
            many.enter_context(engine.reading(opened)).connection()
        with pytest.raises(BusyError) as caught, engine.reading(opened) as session:
            session.connection()
    opened.dispose()
    assert app.on_script_error(caught.value)
    (words,) = said
    assert words.startswith(
        "**The database is busy: many people or a job are writing.** Nothing was changed;"
    )


@pytest.mark.processes
def test_the_first_page_waits_for_no_learning_library():
    """Imported one after the other they would double the time until the server answers."""
    code = (
        "import sys, importlib, app; from core.api.lifespan import FIRST;"
        "of_setup = 'core.services.onboarding.declared.declare';"
        "[importlib.import_module(name) for name in (*FIRST, of_setup)];"
        "print({'sklearn', 'scipy', 'mlflow', 'skops'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "set()"


@pytest.mark.processes
def test_it_does_not_listen_on_other_addresses(tmp_path):
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.address", "0.0.0.0"]  # noqa: S104
    ended = subprocess.run(
        [*command, "--server.port", str(free_port())],
        cwd=PROJECT,
        env={**os.environ, "CARETAKER_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == 1
    assert "without sign-in" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "caretaker.db").exists()


@pytest.mark.browser
def test_first_request_of_a_fresh_server_shows_the_shell_only(tmp_path):
    """With `pages/` beside a main script Streamlit would run any file of it until the shell ran."""
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "welcomed").touch()
    server = Server(tmp_path).start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=list(CHROMIUM_FLAGS))
            page = open_context(browser).new_page()
            page.goto(f"{server.url}/retrain")
            page.wait_for_selector(READY)
            page.wait_for_selector(".st-key-nav")
            assert page.locator("h1").inner_text() == "Retrain"
            assert page.locator("[data-testid=stSidebarNav]").count() == 0
            assert "_frame" not in page.content()
            browser.close()
    finally:
        server.stop()


@pytest.mark.parametrize(
    ("media_type", "accept", "changed"),
    [("text/html", b"text/html,*/*", True), ("text/html", b"*/*", False), ("text/css", b"text/html", False)],
)
def test_a_page_comes_with_its_look_and_everything_else_as_it_is(media_type, accept, changed):
    """Else the first paint is Streamlit's and everything moves; a browser may not keep the page of before."""
    sent, seen = [], []

    async def send(message):
        sent.append(message)

    async def inside(scope, receive, send):
        seen.append(dict(scope["headers"]))
        page = PlainTextResponse("<body>x</body>", headers={"etag": "1"}, media_type=media_type)
        await page(scope, receive, send)

    headers = [(b"accept", accept), (b"accept-encoding", b"gzip"), (b"if-none-match", b"1")]
    scope = {"type": "http", "method": "GET", "path": "/", "headers": headers}
    asyncio.run(FirstPaint(inside, "p{}")(scope, None, send))
    start, body = Headers(raw=sent[0]["headers"]), b"".join(one.get("body", b"") for one in sent)
    assert body == (b"<body>x<style>p{}</style></body>" if changed else b"<body>x</body>")
    assert int(start["content-length"]) == len(body)
    assert ("etag" in start) != changed
    assert (b"accept-encoding" in seen[0]) == (accept == b"*/*")


def test_every_response_says_what_a_browser_may_do():
    """What a response says itself stays; nothing is evaluated, nothing comes from elsewhere."""
    sent = []

    async def send(message):
        sent.append(message)

    inside = PlainTextResponse("inside", headers={"referrer-policy": "no-referrer"})
    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    asyncio.run(ResponseHeaders(inside, app.PAGE)(scope, None, send))
    headers = Headers(raw=sent[0]["headers"])
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    rules = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))
    assert rules["frame-ancestors"] == rules["default-src"] == "'self'"
    assert "unsafe" not in rules["script-src"]
    assert "http" not in headers["content-security-policy"]
