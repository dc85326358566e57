"""A rule from conflicts: the two classes that experts confuse most, items of both, and a sentence."""

import streamlit as st

from core.annotation.rules import RULES
from core.errors import LabelError
from core.messages.isolate import isolate
from core.messages.markdown import plain
from core.services.annotation.class_rules import proposals
from core.services.annotation.class_rules.examples import examples
from core.services.annotation.class_rules.views import (
    RuleCard,
    RuleEffect,
    RuleExample,
    confused_sentence,
    effect_sentence,
)
from core.services.annotation.views import ExpertsDocument
from core.tables import dates
from pages._shared import item_view, toasts
from pages._shared.page_context import Frame

ITEM = 88
"""Six of them are a row of half a page, three of a telephone."""
UNKNOWN = "Whether experts differ less since cannot be told yet: nobody chose a label since."


def draw(frame: Frame, document: ExpertsDocument | None) -> None:
    """Where two classes are confused beyond chance: how that is known, items of both, and the rule."""
    pair = document.get("confused") if document else None
    if pair is None or not pair["named"]:
        return
    first, second = pair["classes"]
    with st.expander(plain(f"Tell {isolate(first)} from {isolate(second)}"), key="class_rule"):
        st.write(plain(confused_sentence(pair)))
        _examples(frame, (first, second))
        own = [
            card
            for card in proposals.cards(frame.ws, frame.spec.name, frame.person)
            if card.classes == (first, second)
        ]
        effects = {effect["number"]: effect for effect in document["rules"]} if document else {}
        for card in own:
            _card(frame, card, effects.get(card.number))
        _propose(frame, (first, second))


def _examples(frame: Frame, classes: tuple[str, str]) -> None:
    """The two classes side by side, or one after the other on a telephone."""
    by_class = examples(frame.ws, frame.spec.name, classes)
    for column, one, other in zip(st.columns(2), classes, reversed(classes), strict=True):
        with column:
            st.markdown(plain(f"Settled as {isolate(one)}, and somebody chose {isolate(other)}"))
            if not by_class[one]:
                st.caption("No such item is settled yet, or none may be on display.")
            with st.container(horizontal=frame.spec.item == "image"):
                for example in by_class[one]:
                    _example(example, other)


def _example(example: RuleExample, other: str) -> None:
    row_id = example.item["row_id"]
    with st.container(width="content" if example.item["sha"] else "stretch"):
        item_view.draw(example.item, f"Row {isolate(row_id)}", size=ITEM, caption=False)
        st.caption(plain(f"{example.other} of {example.votes} chose {isolate(other)}"))


def _card(frame: Frame, card: RuleCard, effect: RuleEffect | None) -> None:
    """One rule: what it says, who stands behind it, and a button for who may agree."""
    with st.container(border=True):
        st.markdown(plain(isolate(card.sentence)))
        st.caption(plain(_who(card)))
        if card.adopted_by is not None:
            st.write(plain(effect_sentence(effect)) if effect else UNKNOWN)
            return
        if not card.may_adopt:
            st.caption("Another expert has to agree to it.")
        label = "Adopt it alone" if card.alone else "Agree: add it to the guideline"
        if st.button(label, key=f"class_rule_adopt_{card.number}", disabled=not card.may_adopt):
            try:
                proposals.adopt(frame.ws, frame.spec.name, card.number, frame.person)
            except LabelError as error:
                st.error(plain(f"{error.message} {error.hint}"), icon=":material/error:")
                return
            toasts.announce("The guideline has the rule.")
            st.rerun()


def _who(card: RuleCard) -> str:
    if card.adopted_by is None or card.adopted_at is None:
        return f"Proposed by {card.proposed_by}, {dates.minute(card.proposed_at)}."
    where = "In the guideline" if card.in_guideline else "No longer in the guideline as it was written"
    if card.adopted_by == card.proposed_by:
        return f"{where}: {card.adopted_by} proposed and adopted it alone, {dates.minute(card.adopted_at)}."
    people = f"proposed by {card.proposed_by}, agreed to by {card.adopted_by}"
    return f"{where}: {people}, {dates.minute(card.adopted_at)}."


def _propose(frame: Frame, classes: tuple[str, str]) -> None:
    with st.form("class_rule_form", border=False, clear_on_submit=True):
        sentence = st.text_input(
            plain(f"One sentence that tells {' from '.join(map(isolate, classes))}"),
            key="class_rule_sentence",
            max_chars=RULES.pairs.longest_rule,
        )
        if st.form_submit_button("Propose", key="class_rule_propose"):
            try:
                proposals.propose(frame.ws, frame.spec.name, classes, sentence, frame.person)
            except LabelError as error:
                st.error(plain(f"{error.message} {error.hint}"), icon=":material/error:")
                return
            toasts.announce("The rule waits for somebody who agrees.")
            st.rerun()
