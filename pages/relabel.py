"""Relabel: experts answer here, one key an item."""

from pages import _frame, _labeller

frame = _frame.enter("expert")
_labeller.draw(frame.ws, frame.spec, frame.person)
