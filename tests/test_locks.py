import subprocess
import sys
from pathlib import Path

import pytest

from core.locks import hold_lock, is_held, try_hold
from core.settings import PROJECT

HOLD = "import sys, time; from pathlib import Path; from core.locks import try_hold\n"
HOLD += "lock = try_hold(Path(sys.argv[1])); print(lock is not None, flush=True); time.sleep(60)"


def test_one_holder_at_a_time_and_looking_takes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "new" / "lock"
    assert not is_held(path)
    with hold_lock(path):
        assert is_held(path)
        assert try_hold(path) is None
        with pytest.raises(TimeoutError), hold_lock(path, patience=0.0):
            pass
    assert not is_held(path)


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], cwd=PROJECT, stdout=subprocess.PIPE)
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"True\n"
        assert is_held(path)
        holder.kill()
    assert not is_held(path)
