"""Broken here: the vector of another model is learnt from as if it were features, or not found."""

import pandas as pd
import pytest

from core.errors import SchemaError
from core.lake.remotes.sources import read_table
from core.tables.roles.guess import guess
from core.tables.roles.requested_roles import RequestedRoles
from core.tables.table import Table
from tests.lake.test_sources import write
from tests.tables.test_guess import table

VECTOR = {f"emb_{n}": [n / 7 + i for i in range(40)] for n in range(9)}


def test_a_vector_beside_a_text_is_an_embedding_and_no_feature():
    texts = {"note": [f"a longer text about the matter of the day, number {i}" for i in range(40)]}
    file = Table(pd.DataFrame({"id": range(40), "y": ["no", "yes"] * 20} | texts | VECTOR), "notes.parquet")
    found = guess(file, RequestedRoles(label="y"))
    assert (found.item, found.roles.features, found.roles.embedding) == ("text", ("note",), tuple(VECTOR))
    part = next(column for column in found.columns if column.name == "emb_3")
    assert (part.role, "vector of another model" in part.reason) == ("embedding", True)
    assert guess(file, RequestedRoles(label="y", exclude=tuple(VECTOR))).roles.embedding == ()
    assert guess(file, RequestedRoles(label="y", item="text", embedding=("none",))).roles.embedding == ()


@pytest.mark.parametrize("ending", ["parquet", "jsonl"])
def test_a_vector_of_lists_goes_by_its_name(tmp_path, ending):
    """As a program writes it: one column, whose lists another reads."""
    texts = [f"a longer text about the matter of the day, number {i}" for i in range(40)]
    lists = pd.DataFrame(VECTOR).to_numpy().tolist()
    frame = pd.DataFrame({"id": range(40), "y": ["no", "yes"] * 20, "note": texts, "embedding": lists})
    file = read_table(write(tmp_path / f"notes.{ending}", frame))
    names = tuple(f"embedding_{n}" for n in range(9))
    assert guess(file, RequestedRoles(label="y")).roles.embedding == names
    assert guess(file, RequestedRoles(label="y", embedding=("embedding",))).roles.embedding == names
    assert guess(file, RequestedRoles(label="y", exclude=("embedding",))).roles.embedding == ()


def test_a_vector_of_a_record_stays_among_its_features():
    found = guess(table(**VECTOR), RequestedRoles(label="y"))
    assert found.roles.embedding == tuple(VECTOR)
    assert set(VECTOR) < set(found.roles.features)


def test_an_embedding_is_said_by_the_name_before_its_numbers():
    sizes = {f"rg_{n:02}": [n / 7 + i for i in range(40)] for n in range(9)}
    assert guess(table(**sizes), RequestedRoles(label="y")).roles.embedding == ()
    said = RequestedRoles(label="y", embedding=("rg",), exclude=tuple(sizes))
    found = guess(table(**sizes), said)
    assert found.roles.embedding == tuple(sizes)
    assert not set(sizes) & set(found.roles.features)


@pytest.mark.parametrize(
    ("name", "problem"), [("rg", "no column is called so"), ("town", "holds no numbers")]
)
def test_an_embedding_that_is_none_is_refused(name, problem):
    with pytest.raises(SchemaError, match=problem):
        guess(table(), RequestedRoles(label="y", embedding=(name,)))
