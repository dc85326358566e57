"""Is the database there?"""

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session


def reachable(engine: Engine) -> bool:
    """Whether it answers a query on a table of ours."""
    try:
        with Session(engine) as session:
            session.connection().execute(text("SELECT 1 FROM model LIMIT 1"))
    except SQLAlchemyError:
        return False
    return True
