"""What a serving system does with Caretaker's signed message: check it, load the version, confirm it.

Mount `Receiver.receive` in your web framework: it takes the request's headers and raw body, and gives the
status and the JSON to answer. Put the secret of `CARETAKER_WEBHOOK_SECRETS` into the environment.
"""

import base64
import hmac
import json
import time
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

OLDEST_SECONDS = 300.0


class Receiver:
    """One model server; `loaded` are the versions that it loaded, in order."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.loaded: list[str] = []
        self.newest = 0
        self.done: set[str] = set()

    def receive(self, headers: Mapping[str, str], body: bytes) -> tuple[int, dict[str, Any]]:
        """Status and document to answer; the version in it says what is served now."""
        known = {name.lower(): value for name, value in headers.items()}
        uid, timestamp = known["webhook-id"], known["webhook-timestamp"]
        signed = f"{uid}.{timestamp}.".encode() + body
        expected = base64.b64encode(hmac.new(self.secret.encode(), signed, sha256).digest()).decode()
        fresh = abs(time.time() - float(timestamp)) < OLDEST_SECONDS
        if not fresh or not hmac.compare_digest(f"v1,{expected}", known["webhook-signature"]):
            return 401, {}
        message = json.loads(body)
        # The same message may come again, and an old one late: load once, and never an older deployment.
        if uid not in self.done and message["sequence"] > self.newest:
            self.load(message["version"])
            self.newest = message["sequence"]
        self.done.add(uid)
        return 200, {"version": self.loaded[-1]}

    def load(self, version: str) -> None:
        """Serve this version from now on: load the message's `uri` with MLflow, and predict once to try."""
        self.loaded.append(version)
