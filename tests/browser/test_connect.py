"""A model is connected in the browser alone: from an upload, from a path, with a question, with a break."""

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

from core.services.deployment import promote
from core.services.label_errors import suspect_list
from core.services.monitoring import monitor
from core.services.onboarding.connect_model import list_models
from core.settings import Settings
from core.store.workspace import open_workspace
from tests.browser import connecting
from tests.browser.server import Server, until

pytestmark = pytest.mark.browser

ROWS = 600


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A home of its own, without the demo: the worker is free."""
    home = tmp_path_factory.mktemp("home")
    (home / "run").mkdir()
    (home / "run" / "welcomed").touch()
    server = Server(home)
    yield server.start()
    server.stop()


@pytest.fixture(scope="module")
def ws(server):
    workspace = open_workspace(Settings(home=server.home))
    yield workspace
    workspace.engine.dispose()


def orders(count=ROWS):
    """A year of orders; the reason for their return changes in the second half."""
    rng = np.random.default_rng(7)
    size = rng.normal(size=count).round(3)
    flip = np.where(np.arange(count) < count // 2, 1, -1)
    truth = np.where(flip * size + rng.normal(scale=0.4, size=count) > 0, "back", "kept")
    score = 1 / (1 + np.exp(-4 * size))
    return pd.DataFrame(
        {
            "order_id": range(count),
            "ordered": pd.date_range("2023-01-01", periods=count, freq="14h"),
            "size": size,
            "shop": rng.choice(["Ulm", "Bonn"], count),
            "prediction": np.where(score > 0.5, "back", "kept"),
            "score": score.round(4),
            "outcome": truth,
        }
    )


def test_an_upload_becomes_a_model_with_a_first_champion(page, ws, tmp_path):
    """A question is answered, the tab is closed in the middle, and Health and Suspects fill in the end."""
    path = tmp_path / "orders.csv"
    frame = orders().drop(columns=["prediction", "score"])
    frame.assign(billed=frame["ordered"] + pd.Timedelta(days=3)).to_csv(path, index=False)
    draft = connecting.begin(page)
    connecting.upload(page, path)
    question = page.locator(".st-key-question")
    expect(question).to_contain_text("which one is the time of a row?")
    question.get_by_role("button", name="ordered").click()
    assert "600 rows" in connecting.state(page, "data", "ready")
    page.locator(".st-key-leave_draft button").click()
    expect(page.locator(".st-key-connect_model")).to_be_visible()
    page.reload()
    page.locator(f".st-key-open_draft_{draft} button").click()
    connecting.state(page, "data", "ready")
    connecting.train(page, draft, "0.5")
    expect(page.locator(f".st-key-d{draft}_name input")).to_have_value("orders")
    page.locator(".st-key-test_model button").click()
    expect(page.locator(".st-key-tested_model")).to_contain_text("predicted 5 others")
    connecting.connect(page)
    expect(page.locator(".ct-verdict .ct-chip")).to_contain_text("Worse")
    until(lambda: suspect_list.latest(ws, "orders"), "the search for suspects")
    assert promote.champion(ws, "orders").version == "1"


def test_a_log_is_connected_from_a_path(page, ws, tmp_path):
    path = tmp_path / "order log.parquet"
    orders().to_parquet(path, index=False)
    draft = connecting.begin(page)
    connecting.name_address(page, draft, path)
    connecting.state(page, "data", "ready")
    connecting.onward(page, "data")
    connecting.choose(page, draft, "Only watch a log of predictions")
    assert "600 rows" in connecting.state(page, "model", "ready")
    connecting.state(page, "checks", "ready")
    connecting.connect(page)
    expect(page.locator(".st-key-timeline svg.marks")).to_be_visible()
    assert monitor.health(ws, "order log")["reference"]["n"] > 0


def test_a_wrong_file_is_refused_and_a_good_one_follows(page, ws, tmp_path):
    """What was wrong stands on its card; nothing is connected; the draft goes on."""
    half = tmp_path / "half.parquet"
    orders().to_parquet(half, index=False)
    half.write_bytes(half.read_bytes()[:2000])
    connecting.begin(page)
    connecting.upload(page, half)
    said = page.locator(".st-key-trouble_data")
    expect(said).to_contain_text("not a whole Parquet file")
    expect(page.locator(".st-key-connect button")).to_be_disabled()
    page.locator(".st-key-discard_draft button").click()
    expect(page.locator(".st-key-discarded_row")).to_contain_text("was discarded")
    assert "half" not in {spec.name for spec in list_models(ws)}
