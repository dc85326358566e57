"""Relabel: experts answer here, one key an item."""

from core.services.label_errors import suspect_list
from pages import _suspects
from pages._shared import labeller, page_context

frame = page_context.enter("expert")
_suspects.question(suspect_list.latest(frame.ws, frame.spec.name))
labeller.draw(frame.ws, frame.spec, frame.person)
