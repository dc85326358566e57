"""How a section is put together."""

from collections.abc import Iterable, Sequence
from typing import Any

from core.services.operations.dossier import words
from core.services.operations.dossier.views import DossierSection, DossierTable

DEVELOPMENT = "IV Model development, implementation and use"
SOUNDNESS = "V.1 Validation: conceptual soundness"
WATCH = "V.2 Validation: ongoing monitoring"
OUTCOMES = "V.3 Validation: outcomes analysis"
GOVERNANCE = "VI Governance, policies and controls"


def section(
    number: int,
    title: str,
    annex_iv: str,
    sr_11_7: str,
    paragraphs: Iterable[str],
    tables: Sequence[DossierTable] = (),
) -> DossierSection:
    """A section; empty paragraphs and tables without lines are left out."""
    return DossierSection(
        number=number,
        title=title,
        annex_iv=annex_iv,
        sr_11_7=sr_11_7,
        paragraphs=[text for text in paragraphs if text],
        tables=[one for one in tables if one["rows"]],
    )


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> DossierTable:
    """A table whose cells are texts, numbers, truths or nothing."""
    cells = [[words.cell(value) for value in row] for row in rows]
    return DossierTable(title=title, columns=list(columns), rows=cells)


def facts(title: str, pairs: Iterable[tuple[str, Any]]) -> DossierTable:
    """A table of what is what; what is not known is left out."""
    return table(title, ("what", "value"), [pair for pair in pairs if pair[1] not in (None, "", [], {}, ())])
