"""Broken here: an archive that leads out of its folder, or whose hashes nobody compares."""

import io
import tarfile

import pytest

from core.errors import UnreadableFile
from core.lake.archive import MANIFEST, pack, unpack


def silent(_name):
    return None


@pytest.mark.parametrize("ending", ["tar", "tar.gz", "tar.zst"])
def test_what_was_packed_comes_out(ending, tmp_path):
    (tmp_path / "a").write_bytes(b"alpha" * 100_000)
    files = [("x/a", tmp_path / "a"), ("gone", tmp_path / "gone")]
    manifest = pack(tmp_path / f"b.{ending}", files, {"format": 1}, silent)
    assert manifest["missing"] == ["gone"]
    assert unpack(tmp_path / f"b.{ending}", tmp_path / "out", silent) == manifest
    assert (tmp_path / "out/x/a").read_bytes() == b"alpha" * 100_000


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "a/../../outside"])
def test_no_name_leads_out_of_the_folder(name, tmp_path):
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        member = tarfile.TarInfo(name)
        member.size = 1
        tar.addfile(member, io.BytesIO(b"!"))
    with pytest.raises(UnreadableFile, match="not a plain file"):
        unpack(tmp_path / "evil.tar", tmp_path / "out", silent)
    assert not (tmp_path / "outside").exists()


def test_a_link_is_refused(tmp_path):
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        member = tarfile.TarInfo("link")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(member)
    with pytest.raises(UnreadableFile):
        unpack(tmp_path / "evil.tar", tmp_path / "out", silent)


def test_a_changed_byte_is_found(tmp_path):
    (tmp_path / "a").write_bytes(b"alpha")
    pack(tmp_path / "b.tar", [("a", tmp_path / "a")], {}, silent)
    data = (tmp_path / "b.tar").read_bytes()
    (tmp_path / "b.tar").write_bytes(data.replace(b"alpha", b"alphb", 1))
    with pytest.raises(UnreadableFile, match="a is not what was backed up"):
        unpack(tmp_path / "b.tar", tmp_path / "out", silent)
    assert MANIFEST not in {path.name for path in (tmp_path / "out").iterdir()}
