"""Files that do not fit, through the real uploader: the page says where and what next; nothing is stored."""

import pytest
from playwright.sync_api import expect

from core.services.onboarding import demo_data
from core.store import models
from core.store.engine import reading
from core.store.ingestion import batches
from tests.browser.server import READY

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def rows(demo):
    """Ten bookings of the last month without their outcome, under ids of their own."""
    month = demo_data.hotel().months[-1].frame.head(10).drop(columns=["label", "label_available_at"])
    return month.assign(id=[f"late-{n}" for n in range(len(month))])


def stored(ws):
    """What the stores hold of models and files."""
    with reading(ws.engine) as session:
        specs = models.specs(session)
        taken = [row.model_dump() for spec in specs for row in batches.list_batches(session, spec.id)]
    return specs, taken, sorted(path for path in ws.settings.lake.rglob("*") if path.is_file())


def upload(page, path, model):
    """Choose the file and press the button, as a person does."""
    page.goto(f"/setup?model={model}")
    page.wait_for_selector(READY)
    page.locator(".st-key-upload input[type=file]").set_input_files(path)
    button = page.locator(".st-key-take_in button")
    expect(button).to_be_enabled()
    button.click()


def empty(rows, path):
    path.write_bytes(b"")


def missing_column(rows, path):
    rows.drop(columns="lead_time").to_csv(path, index=False)


def wrong_type(rows, path):
    wrong = rows.astype({"lead_time": object})
    wrong.loc[wrong.index[6:], "lead_time"] = "soon"
    wrong.to_csv(path, index=False)


def mixed_encodings(rows, path):
    lines = rows.to_csv(index=False).encode().splitlines(keepends=True)
    lines[4] = lines[4].replace(b"Hotel", "Hôtel".encode("latin-1"), 1)
    path.write_bytes(b"".join(lines))


def truncated(rows, path):
    rows.to_parquet(path, index=False)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def same_as_the_demo(rows, path):
    demo_data.hotel().months[-1].frame.to_parquet(path, index=False)


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("empty.csv", empty, ["is empty", "Send a file with a header and rows"]),
        ("narrow.csv", missing_column, ["missing column 'lead_time'", "Rename or add"]),
        ("words.csv", wrong_type, ["lead_time", "row 7", "'soon' is not a number", "Correct the cell"]),
        ("mixed.csv", mixed_encodings, ["line 5", "0xf4", "Save the file as UTF-8"]),
        ("half.parquet", truncated, ["not a whole Parquet file", "send it again"]),
        ("august.parquet", same_as_the_demo, ["was taken in before", "Nothing was changed"]),
    ],
)
def test_a_file_that_does_not_fit_changes_nothing(name, make, said, rows, page, demo, ws, tmp_path):
    """If a bad file were half taken in, every number of the product would be in doubt."""
    path, before = tmp_path / name, stored(ws)
    make(rows, path)
    upload(page, path, demo[0])
    message = page.locator(".st-key-not_taken")
    expect(message).to_contain_text(name)
    for part in said:
        expect(message).to_contain_text(part)
    assert stored(ws) == before


def test_one_wrong_row_is_left_out_and_listed_and_the_others_are_taken(rows, page, demo, tmp_path):
    """A person must see which record is missing, and why, beside the news that the others came."""
    stray = rows.assign(id=lambda f: "stray-" + f["id"]).astype({"lead_time": object})
    stray.loc[stray.index[6], "lead_time"] = "soon"
    stray.to_csv(tmp_path / "stray.csv", index=False)
    upload(page, tmp_path / "stray.csv", demo[0])
    taken = page.locator(".st-key-taken")
    expect(taken).to_contain_text("9 new rows from stray.csv")
    expect(taken).to_contain_text("1 of 10 rows was left out")
    expect(taken).to_contain_text("'soon' is not a number")


def test_the_same_file_twice_counts_once(rows, page, demo, ws, tmp_path):
    """A message that lost its way and is sent again must not double the records."""
    path = tmp_path / "late.csv"
    rows.to_csv(path, index=False)
    upload(page, path, demo[0])
    expect(page.get_by_text("10 new rows from late.csv")).to_be_visible()
    once = stored(ws)
    upload(page, path, demo[0])
    message = page.locator(".st-key-not_taken")
    expect(message).to_contain_text("late.csv was taken in before")
    assert stored(ws) == once


def test_what_was_wrong_is_still_there_after_a_reload(rows, page, demo, tmp_path):
    """A person who looks away must not miss why the file was refused."""
    path = tmp_path / "narrow-again.csv"
    missing_column(rows, path)
    upload(page, path, demo[0])
    message = page.locator(".st-key-not_taken")
    expect(message).to_contain_text("narrow-again.csv")
    page.reload()
    expect(message).to_contain_text("narrow-again.csv")
    expect(message).to_have_count(1)
