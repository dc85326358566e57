"""Relabel: experts answer here, one key an item."""

from pages._shared import labeller, page_context

frame = page_context.enter("expert")
labeller.draw(frame.ws, frame.spec, frame.person)
