"""The document of a dossier, as programs read it."""

from typing_extensions import TypedDict

Cell = str | int | float | bool | None


class DossierTable(TypedDict):
    """A table of a section."""

    title: str
    """What stands in it."""
    columns: list[str]
    """Heads of its columns."""
    rows: list[list[Cell]]
    """Its lines."""


class DossierSection(TypedDict):
    """One part of the dossier."""

    number: int
    """Its number, to which answers point."""
    title: str
    """Its heading."""
    annex_iv: str
    """Which points of Annex IV of Regulation (EU) 2024/1689 (AI Act) it belongs to."""
    sr_11_7: str
    """Which part of SR 11-7 (Federal Reserve, 2011) it belongs to."""
    paragraphs: list[str]
    """What is to be said."""
    tables: list[DossierTable]
    """The evidence."""


class DossierQuestion(TypedDict):
    """A question that auditors ask, with its answer."""

    number: int
    """Of the question."""
    question: str
    """What is asked."""
    reply: str
    """In words, from the record alone."""
    sections: list[int]
    """Where the evidence stands."""


class DossierLog(TypedDict):
    """The hash chain at the moment when the dossier was made."""

    since: str
    """When the chain began (ISO, UTC)."""
    before: int
    """Rows that were there already then."""
    rows: int
    """Rows that were computed anew for this dossier."""
    seq: int
    """Number of the newest link."""
    hash: str
    """Its hash: while the log has it, nothing up to it was changed since."""
    faults: list[str]
    """What was not as it was written; empty when all was."""
    sentence: str
    """The same in words."""


class DossierDocument(TypedDict):
    """Everything that an auditor asks about one version of a model."""

    format: int
    """Of this document."""
    model: str
    """Name of the model."""
    version: str
    """The version that it is about."""
    state: str
    """What became of the version: "in production", "was in production", "proposed", "refused", "declined",
    "lapsed" or "never deployed"."""
    decided_at: str | None
    """When it was decided (ISO, UTC); null where it never was."""
    made_at: str
    """When the dossier was made (ISO, UTC)."""
    made_by: str
    """Who asked for it."""
    questions: list[DossierQuestion]
    """The ten questions."""
    sections: list[DossierSection]
    """The evidence by headings."""
    log: DossierLog
    """The proof of the record."""
