"""Every page opens on a filled and on an empty home, and never shows a traceback."""

import ast
from itertools import pairwise

import pytest
from streamlit.testing.v1 import AppTest

from core.settings import PROJECT

PAGES = ("health", "suspects", "relabel", "retrain", "experiments", "history", "setup")


def words(app):
    shown = [*app.markdown, *app.info, *app.warning, *app.header, *app.title, *app.button]
    return " ".join(
        str(getattr(each, "value", "") or getattr(each, "label", "")) for each in shown
    ) + " ".join(each.proto.body for each in app.get("html"))


@pytest.mark.parametrize("page", PAGES)
def test_page_opens_on_a_filled_home(page, home, visit):
    app = visit(page)
    assert not app.exception
    assert app.title[0].value == page.capitalize()
    assert "Made up for a test." in words(app)


@pytest.mark.parametrize("page", PAGES)
def test_page_says_what_to_do_on_an_empty_home(page, empty, visit):
    app = visit(page)
    assert not app.exception
    assert "demo" in words(app).lower()


def test_root_leads_to_health(home):
    app = AppTest.from_file(PROJECT / "pages" / "_shell.py", default_timeout=60).run()
    assert app.title[0].value == "Health"


def test_header_says_model_data_check_and_a_word_beside_the_dot(home, visit):
    said = words(visit("health"))
    for part in ("data up to", "last check", "ct-chip"):
        assert part in said


def test_unknown_page_is_not_registered(home, visit):
    with pytest.raises(ValueError, match="nothing"):
        visit("nothing")


def calls(statement, name):
    return isinstance(statement, ast.Expr) and ast.unparse(statement).startswith(f"{name}(")


def test_nothing_is_said_by_a_run_that_is_over_before_it_is_seen():
    """The first toast of a session is drawn late: of a run that draws the page anew nobody sees it."""
    for path in (PROJECT / "pages").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            block = getattr(node, "body", [])
            for one, following in pairwise(block if isinstance(block, list) else []):
                assert not (calls(one, "st.toast") and calls(following, "st.rerun")), path
