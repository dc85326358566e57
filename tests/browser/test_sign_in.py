"""Broken here: who signs in at a provider does not get in, gets in where the role is missing, or stays in.

A real provider (OpenID Connect), the app below a base path as behind a proxy, one browser.
"""

import json
import os
import subprocess
import sys
import urllib.request
from contextlib import suppress

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.server import READY, Server, free_port, open_context, until
from tests.seed import digits

pytestmark = [pytest.mark.browser, pytest.mark.processes]

ANN = "ann@example.org"
CLAIMS = {"sub": "ann", "email": ANN, "email_verified": True}


@pytest.fixture
def provider():
    """Its address; a process of its own, which knows Ann."""
    url = f"http://127.0.0.1:{free_port()}"
    words = ["--port", url.rpartition(":")[2], "--user-claims", json.dumps(CLAIMS)]
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", *words], stderr=subprocess.DEVNULL, env={**os.environ}
    )

    def stands():
        with suppress(OSError):
            return urllib.request.urlopen(f"{url}/.well-known/openid-configuration", timeout=2).status == 200

    until(stands, "the provider")
    yield url
    process.terminate()
    process.wait(10)


@pytest.fixture
def server(provider, tmp_path):
    """Five pictures to label, and `[auth]`; `server.roles` writes who may what."""
    digits(tmp_path / "home", 5).engine.dispose()
    secrets = tmp_path / "secrets.toml"
    options = ("--secrets.files", str(secrets), "--server.baseUrlPath", "care")
    server = Server(tmp_path / "home", options, "/care")
    auth = {
        "redirect_uri": f"{server.url}/oauth2callback",
        "cookie_secret": "a secret of the test, long enough to sign with",
        "client_id": "caretaker",
        "client_secret": "secret",
        "server_metadata_url": f"{provider}/.well-known/openid-configuration",
    }

    def write(*roles):
        lines = ["[auth]", *(f"{name} = {json.dumps(value)}" for name, value in auth.items())]
        secrets.write_text("\n".join([*lines, "[roles]", f'"{ANN}" = {json.dumps(roles)}']))

    server.roles = write
    write("expert:digits")
    (server.home / "caretaker.db").chmod(0o600)  # what SQLite puts beside it has its rights
    before = {*server.home.rglob("*"), server.home / "server.log"}
    yield server.start()
    server.stop()
    made = set(server.home.rglob("*")) - before
    assert any(path.suffix == ".db" for path in made)
    assert [str(path) for path in made if path.stat().st_mode & 0o077] == []


def test_a_person_signs_in_does_what_the_role_allows_and_is_out_again(server, browser):
    context = open_context(browser)
    page = context.new_page()
    pictures, asked = [], []
    page.on("response", lambda reply: pictures.append(reply) if "/api/v1/items/" in reply.url else None)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server.url}/relabel")
    page.locator(".st-key-sign_in button").click()
    page.get_by_role("button", name="ann").click()
    page.wait_for_selector(READY)
    expect(page.locator(".st-key-nav a")).to_have_text(["Suspects", "Relabel"])

    page.goto(f"{server.url}/retrain")
    expect(page.get_by_text("Your account may not see this page")).to_be_visible()
    page.goto(f"{server.url}/relabel")
    expect(page.locator(".labeller img").first).to_be_visible()
    until(lambda: pictures, "a picture")
    assert {reply.status for reply in pictures} == {200}
    assert [
        url for url in asked if url.startswith(server.url.removesuffix("/care")) and "/care/" not in url
    ] == []

    address = pictures[0].url
    assert httpx.get(address).status_code == 401
    assert context.request.get(address).status == 200
    server.roles("stakeholder")
    until(lambda: context.request.get(address).status == 401, "the role to end")
    server.roles("expert:digits")
    until(lambda: context.request.get(address).status == 200, "the role to be back")

    page.locator(".st-key-sign_out button").click()
    until(lambda: context.request.get(address).status == 401, "the sign-in to end")
    page.goto(f"{server.url}/relabel")
    expect(page.locator(".st-key-sign_in button")).to_be_visible()
    context.close()
