"""Is the database there?"""

from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlmodel import Session

from core.store.engine import driver

PATIENCE_SECONDS = 5


def reachable(engine: Engine) -> bool:
    """Whether it answers a query on a table of ours."""
    try:
        with Session(engine) as session:
            session.connection().execute(text("SELECT 1 FROM model LIMIT 1"))
    except SQLAlchemyError:
        return False
    return True


def failure(url: str) -> str | None:
    """Why the database of this URL does not answer within five seconds; None when it does."""
    local = url.startswith("sqlite")
    options = {} if local else {"connect_timeout": PATIENCE_SECONDS}
    asked = text("SELECT count(*) FROM sqlite_master" if local else "SELECT 1")
    try:
        engine = create_engine(driver(url), connect_args=options)
        try:
            with engine.connect() as connection:
                connection.execute(asked)
        finally:
            engine.dispose()
    except (SQLAlchemyError, ImportError) as error:
        return str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    return None


def nameless(url: str) -> str:
    """The URL for people, without its password; what is no URL of a database stays as it is.

    >>> nameless("postgresql://ann:secret@db/caretaker")
    'postgresql://ann:***@db/caretaker'
    """
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return url
