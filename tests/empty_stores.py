"""The tables of a new home, made once and copied for every other one: making them takes two seconds."""

import shutil
import sqlite3
import threading
from contextlib import closing

from sqlalchemy import inspect

from core.registry import store
from core.store import workspace
from core.store.snapshot import sqlite_file


class EmptyStores:
    """What makes the tables of records and of MLflow, but copies them where it made them before."""

    def __init__(self, folder):
        self.records, self.registry = folder / "caretaker.db", folder / "mlflow.db"
        self._migrate, self._make = workspace.migrate, store._make
        self._lock = threading.Lock()  # two threads may open one new home

    def migrate(self, engine):
        """In place of `core.store.migrate.migrate`."""
        with self._lock:
            file = sqlite_file(str(engine.url))
            is_new = file is not None and not inspect(engine).get_table_names()
            if is_new and self.records.exists():
                _copy(self.records, file)
            self._migrate(engine)
            if is_new and not self.records.exists():
                _copy(file, self.records)

    def make(self, settings):
        """In place of `core.registry.store._make`."""
        file = store._file(settings)
        if self.registry.exists():
            shutil.copyfile(self.registry, file)
        else:
            self._make(settings)
            shutil.copyfile(file, self.registry)


def _copy(source, target):
    with closing(sqlite3.connect(source)) as reader, closing(sqlite3.connect(target)) as writer:
        reader.backup(writer)
