"""Setup: the connected models, a file to take in, and the demo."""

from core.services import setup
from pages import _frame, _setup

person = _frame.guard("engineer")
ws = _frame.workspace()
specs = setup.list_models(ws)

if specs:
    _setup.models(ws, specs)
    _setup.take_in(_frame.enter("engineer"))
_setup.connect()
_setup.demo(ws, specs)
