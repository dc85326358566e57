"""What a version needs is named as it was installed."""

import sys

from core.registry import package


def test_a_module_that_came_under_another_name_is_asked_for_by_that_name(tmp_path, monkeypatch):
    """`xgboost-cpu` brings the module xgboost: no distribution of that name is there."""
    (tmp_path / "xgboost").mkdir()
    (tmp_path / "xgboost" / "__init__.py").touch()
    known = tmp_path / "xgboost_cpu-3.9.dist-info"
    known.mkdir()
    (known / "METADATA").write_text("Metadata-Version: 2.1\nName: xgboost-cpu\nVersion: 3.9\n")
    (known / "RECORD").write_text("xgboost/__init__.py,,\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    needed = package.requirements(["xgboost.sklearn.XGBClassifier", "sklearn.pipeline.Pipeline"])
    assert needed[-1] == "xgboost-cpu==3.9"
    assert {name.partition("==")[0] for name in needed[:-1]} == set(package.PINNED)
