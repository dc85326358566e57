"""Where the chain stands: what was read at one position is what would be read again."""

from sqlalchemy import Engine

from core.store.chain.links import head


def position(engine: Engine) -> str:
    """Changes when a row that decisions rest on is written; one SQL read."""
    with engine.connect() as connection:
        return head(connection).hash
