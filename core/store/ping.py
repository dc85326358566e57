"""Is the database there?"""

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from core.errors import CaretakerError
from core.store.engine import OUT_OF_REACH, driver
from core.store.snapshot import sqlite_file
from core.store.trouble import SETTING, no_response, refusal
from core.trouble import damaged_database

PATIENCE_SECONDS = 5


def reachable(engine: Engine) -> bool:
    """Whether it answers a query on a table of ours."""
    try:
        with Session(engine) as session:
            session.connection().execute(text("SELECT 1 FROM model LIMIT 1"))
    except OUT_OF_REACH:
        return False
    return True


def failure(url: str, setting: str = SETTING) -> CaretakerError | None:
    """Why the database of this URL does not answer within five seconds, or is damaged; None when it is well.

    Args:
        url: where it is.
        setting: the variable that says so.
    """
    file = sqlite_file(url)
    options = {"connect_timeout": PATIENCE_SECONDS} if file is None else {}
    try:
        engine = create_engine(driver(url), connect_args=options)
        try:
            with engine.connect() as connection:
                result = connection.scalar(text("SELECT 1" if file is None else "PRAGMA quick_check(1)"))
        finally:
            engine.dispose()
    except (SQLAlchemyError, ImportError) as error:
        reason = str(getattr(error, "orig", None) or error)
        return refusal(error, url, setting) or no_response(reason, url, setting)
    return None if file is None or result == "ok" else damaged_database(file, str(result))
