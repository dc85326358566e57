"""Broken here: a table of costs that is filled in on the page comes back as another, or as none."""

from streamlit.testing.v1 import AppTest

from core.model import Costs
from core.services.onboarding.draft.connect_request import as_json, from_json, request
from core.services.onboarding.draft.views import DraftEntries
from core.tables.roles.requested_roles import RequestedRoles


def three():
    """Three classes, with costs and without."""
    import streamlit as st

    from core.model import Costs
    from pages._setup import costs_editor

    names = ("a", "b", "c")
    rows = ((0.0, 1.0, 2.0), (3.0, 0.0, 4.0), (5.0, 6.0, 0.0))
    st.text(repr(costs_editor.fields(names, Costs(names, rows, "EUR"), "said")))
    st.text(repr(costs_editor.fields(names, None, "unsaid")))
    many = tuple(map(str, range(13)))
    st.text(repr(costs_editor.fields(many, None, "many")))


def two():
    """Two classes, of which one cell is left empty."""
    import streamlit as st

    from pages._setup import costs_editor

    st.text(repr(costs_editor.fields(("no", "yes"), None, "k")))


def test_more_classes_have_a_table():
    page = AppTest.from_function(three).run()
    assert not page.exception
    said = Costs(("a", "b", "c"), ((0.0, 1.0, 2.0), (3.0, 0.0, 4.0), (5.0, 6.0, 0.0)), "EUR")
    assert [text.value for text in page.text] == [repr(said), "None", "None"]


def test_two_classes_have_fields_and_an_empty_one_costs_nothing():
    page = AppTest.from_function(two).run()
    assert page.text[0].value == "None"
    page.number_input(key="k_cost_1_0").set_value(50.0)
    page.text_input(key="k_currency").set_value(" CHF ")
    page.run()
    assert page.text[0].value == repr(Costs(("no", "yes"), ((0.0, 0.0), (50.0, 0.0)), "CHF"))
    assert [field.label for field in page.number_input][:2] == ["no, predicted no", "no, predicted yes"]


def test_a_draft_keeps_them_until_the_model_is_connected():
    kept = {"classes": ["no", "yes"], "rows": [[0, 5], [50, 2]], "currency": "EUR"}
    entries = DraftEntries.from_json(DraftEntries(name="m", costs=kept, threshold=0.2).to_json())
    wanted = request(entries, RequestedRoles("y"), "eve")
    assert wanted.costs == Costs(("no", "yes"), ((0.0, 5.0), (50.0, 2.0)), "EUR")
    assert from_json(as_json(wanted)) == wanted


def orders():
    """Three classes without and with an order, two classes."""
    import streamlit as st

    from pages._setup import order_field

    names = ("high", "low", "mid")
    st.text(repr(order_field.field(names, (), "empty")))
    st.text(repr(order_field.field(names, ("low", "mid", "high"), "said")))
    st.text(repr(order_field.field(("no", "yes"), (), "two")))


def test_an_order_is_picked_from_the_lowest_to_the_highest():
    page = AppTest.from_function(orders).run()
    assert [text.value for text in page.text] == ["()", "('low', 'mid', 'high')", "()"]
    assert len(page.multiselect) == 2
    page.multiselect(key="empty").set_value(["mid", "low", "high"]).run()
    assert page.text[0].value == "('mid', 'low', 'high')"


def test_a_draft_keeps_the_order_without_reading_the_rows_again():
    entries = DraftEntries.from_json(DraftEntries(name="m", class_order=["b", "a", "c"]).to_json())
    assert entries.key == DraftEntries(name="m").key
    wanted = request(entries, RequestedRoles("y"), "eve")
    assert wanted.class_order == ("b", "a", "c")
    assert from_json(as_json(wanted)) == wanted


def typing():
    """What is typed as the metric of a draft: one that there is, then one that there is not."""
    import streamlit as st

    from pages._setup import checks_card

    class Desk:
        def key(self, name):
            return name

        def keep(self, field, key):
            st.text(f"{field} kept: {st.session_state[key]}")

    for typed in ("pinball@0.75", "luck"):
        st.session_state["metric"] = typed
        checks_card._keep_metric(Desk(), "metric")
        st.text(f"refused: {st.session_state['metric_refused']}")
    st.text(str("metric" in st.session_state))


def test_a_metric_that_is_typed_is_kept_if_there_is_one():
    page = AppTest.from_function(typing).run()
    assert not page.exception
    texts = [text.value for text in page.text]
    assert texts == ["metric kept: pinball@0.75", "refused:", "refused: luck", "False"]
