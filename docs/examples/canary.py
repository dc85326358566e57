"""Which version answers an id, as every program computes it that serves a model with a canary.

    CARETAKER_URL=http://127.0.0.1:8501 CARETAKER_TOKEN=ct_... MODEL=churn python canary.py c17 c18

The champion's document names the canary and its share; an id always gets the same version.
"""

import os
import sys
from hashlib import sha256
from typing import Any

import httpx


def version_for(champion: dict[str, Any], row_id: str) -> str:
    """The version that answers this id: the canary for its share of the ids, else the champion."""
    canary = champion["canary"]
    if canary is None:
        return str(champion["version"])
    digest = sha256(f"{canary['version']}:{row_id}".encode()).digest()
    number = int.from_bytes(digest[:8], "big") / 2**64
    return str((canary if number < canary["share"] else champion)["version"])


if __name__ == "__main__":
    token = {"Authorization": f"Bearer {os.environ['CARETAKER_TOKEN']}"}
    with httpx.Client(base_url=os.environ["CARETAKER_URL"], headers=token) as client:
        answer = client.get(f"/api/v1/models/{os.environ['MODEL']}/champion").raise_for_status().json()
    for one in sys.argv[1:]:
        print(f"{one}: version {version_for(answer, one)}")
