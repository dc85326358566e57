"""A model that is being connected, card by card, before anything is stored of its rows.

- `record.start`, `record.load`, `record.save`, `record.discard`: the draft.
- `preview.look`: what its rows hold and what connecting would do; `test_draft.send_through`: five rows of it.
- `cards.cards`: how far each card is; `connect_request.final`: what is asked for in the end.
"""
