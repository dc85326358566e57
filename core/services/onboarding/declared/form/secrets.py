"""What looks like a secret: a file of models as code goes where many read it, so none may stand in it."""

import re

from core.services.onboarding.declared.form.yaml_nodes import WrongDeclaration

LOOKS = {
    "a password in an address": re.compile(r"[a-z][a-z0-9+.-]*://[^\s/@:]*:[^\s/@]+@", re.IGNORECASE),
    "a key in an address": re.compile(
        r"[?&][\w-]*(token|secret|password|passwd|pwd|sig|signature|api-?_?key|credential)[\w-]*=[^\s&]{4,}",
        re.IGNORECASE,
    ),
    "an address of a hook": re.compile(
        r"hooks\.slack\.com/(services|workflows)/\S{8,}|discord(app)?\.com/api/webhooks/\S{8,}"
        r"|\.webhook\.office\.com/\S{8,}",
        re.IGNORECASE,
    ),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a token": re.compile(
        r"\b(ct_[A-Za-z0-9_-]{20,}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}"
        r"|xox[abposr]-[\w-]{10,}|sk-[A-Za-z0-9_-]{20,}|hf_[A-Za-z0-9]{20,}|AKIA[0-9A-Z]{16}"
        r"|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]+)"
    ),
}
HINT = (
    "Name it in the environment (`CARETAKER_CONNECTIONS`, `CARETAKER_ALERT_DESTINATIONS` and others: "
    "docs/reference/settings.md), "
    "write only its name here, and change it: it was in a file."
)


def require_no_secret(text: str, file: str) -> None:
    """Let a file pass that holds no secret, comments included; the message does not repeat it.

    Raises:
        WrongDeclaration: a line looks like one.

    >>> require_no_secret("rows: [sql:shop/orders]", "caretaker.yaml")
    >>> require_no_secret("rows: [postgresql://eve:hunter2@db/shop]", "caretaker.yaml")
    Traceback (most recent call last):
    ...
    core.services.onboarding.declared.form.yaml_nodes.WrongDeclaration: ...
    """
    for number, line in enumerate(text.splitlines(), 1):
        for what, pattern in LOOKS.items():
            if pattern.search(line):
                raise WrongDeclaration(f"{file}, line {number}: this looks like {what}.", HINT)
