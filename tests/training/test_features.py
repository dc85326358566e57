"""A saved transformer comes back whole, or is refused in words."""

import copy

import numpy as np
import pandas as pd
import pytest
import skops.io

from core.errors import RegistryError
from core.training.features import PixelFeatures, TableFeatures, TextItem

FRAME = pd.DataFrame({"n": [1.0, 2.0], "c": pd.Series(["a", "b"], dtype=object)})
FITTED = [
    TableFeatures(("n",), ("c",)).fit(FRAME),
    TextItem().fit(FRAME[["c"]]),
    PixelFeatures(look_at=7).fit(pd.Series([None], dtype=object)),
]


def through_skops(transformer):
    data = skops.io.dumps(transformer)
    return skops.io.loads(data, trusted=skops.io.get_untrusted_types(data=data))


@pytest.mark.parametrize("transformer", FITTED, ids=lambda t: type(t).__name__)
@pytest.mark.parametrize("way", [through_skops, copy.deepcopy])
def test_only_parameters_and_what_was_learned_come_back(transformer, way):
    back = way(transformer)
    assert vars(back) == vars(transformer)
    assert all(name.endswith("_") for name in set(vars(back)) - set(back.get_params()))
    column = FRAME if isinstance(back, TableFeatures) else [None, "text"]
    np.testing.assert_array_equal(np.asarray(back.transform(column)), transformer.transform(column))


@pytest.mark.parametrize("transformer", FITTED, ids=lambda t: type(t).__name__)
def test_another_format_is_refused_with_the_way_out(transformer, monkeypatch):
    saved = skops.io.dumps(transformer)
    monkeypatch.setattr(type(transformer), "FORMAT", 2)
    with pytest.raises(RegistryError, match="format 1, here 2") as refused:
        skops.io.loads(saved, trusted=skops.io.get_untrusted_types(data=saved))
    assert "retrain" in refused.value.hint


def test_a_state_from_before_there_were_formats_is_refused():
    with pytest.raises(RegistryError, match="format 0"):
        TableFeatures().__setstate__({"numeric": ("n",), "n_features_in_": 1})
