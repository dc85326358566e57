"""Broken here: a row is judged by what a version predicted for another row, or for a later copy of it."""

import pandas as pd

from core.lake import prediction_cache


def test_of_several_predictions_of_a_row_the_first_file_counts_and_what_is_missing_is_unknown(lake, tmp_path):
    paths = []
    for number, scores in enumerate(({"a": 0.1, "b": 0.2}, {"b": 0.8, "c": 0.9})):
        table = pd.DataFrame({"_id": list(scores), "_score_0": 0.5, "_score_1": list(scores.values())})
        paths.append(tmp_path / f"{number}.parquet")
        prediction_cache.write(paths[-1], table.assign(_prediction="no"))
    ids = pd.Series(["c", "b", "nobody", "a"])
    read = prediction_cache.read_first(paths, lake.spec, ids)
    assert read["_id"].tolist() == ids.tolist()
    assert read["_score_1"].fillna(-1).tolist() == [0.9, 0.2, -1, 0.1]
    assert read["_prediction"].tolist() == ["no", "no", None, "no"]
    assert prediction_cache.read_first(paths[::-1], lake.spec, ids)["_score_1"].tolist()[1] == 0.8
