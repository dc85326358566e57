import shutil
from pathlib import Path
from typing import Any

import pytest

from core.errors import PromotionRefused, RegistryError
from core.registry import models, store


@pytest.fixture
def two_versions(settings: Any, files: Path) -> Any:
    opened = store.client(settings)
    opened.create_registered_model("hotel")
    for _ in range(2):
        opened.create_model_version("hotel", source=files.as_uri())
    return settings


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "MLmodel").touch()
    return folder


def test_the_champion_moves_only_from_where_it_was_seen(two_versions: Any) -> None:
    assert models.champion(two_versions, "hotel") is None
    assert models.champion(two_versions, "unknown") is None
    models.set_champion(two_versions, "hotel", "1", None)
    with pytest.raises(PromotionRefused, match="is version 1, not no version"):
        models.set_champion(two_versions, "hotel", "2", None)
    assert models.champion(two_versions, "hotel") == "1"
    models.set_champion(two_versions, "hotel", "2", "1")
    models.set_champion(two_versions, "hotel", "2", "1")
    assert models.champion(two_versions, "hotel") == "2"


def test_a_version_that_does_not_exist_is_never_the_champion(two_versions: Any) -> None:
    with pytest.raises(RegistryError, match="no version 9"):
        models.set_champion(two_versions, "hotel", "9", None)
    assert models.champion(two_versions, "hotel") is None


def test_a_version_whose_files_are_gone_is_never_the_champion(two_versions: Any, files: Path) -> None:
    """It stood as live, and nothing could load it: neither a service nor a rollback."""
    models.set_champion(two_versions, "hotel", "1", None)
    (files / "MLmodel").unlink()
    with pytest.raises(RegistryError, match="files of version 2 of hotel are gone"):
        models.set_champion(two_versions, "hotel", "2", "1")
    assert models.champion(two_versions, "hotel") == "1"


def test_other_files_under_the_same_version_have_another_hash(two_versions: Any, files: Path) -> None:
    before = models.files_hash(two_versions, "hotel", "1")
    assert models.files_hash(two_versions, "hotel", "2") == before
    (files / "MLmodel").write_text("flavors: {}")
    changed = models.files_hash(two_versions, "hotel", "1")
    (files / "MLmodel").rename(files / "model.skops")
    renamed = models.files_hash(two_versions, "hotel", "1")
    assert len({before, changed, renamed}) == 3
    shutil.rmtree(files)
    with pytest.raises(RegistryError):
        models.files_hash(two_versions, "hotel", "1")
