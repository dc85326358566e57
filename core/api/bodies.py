"""What goes in and out over HTTP beside the documents of the use cases."""

from typing import Any, NotRequired

from typing_extensions import TypedDict

from core.services.alerts.views import AlertsDocument
from core.services.annotation.beside import ClassExamples, ItemHistory
from core.services.annotation.questions import Question, RecentAnnotation
from core.services.annotation.views import QueueProgress, RefusedAnnotation
from core.services.deployment.views import ChampionDocument
from core.services.ingestion.views import DeliveryState, DeliveryStatus
from core.services.operations.documents import DOCUMENTS
from core.services.shadow.views import ShadowDocument, ShadowList


class Refusal(TypedDict):
    """What went wrong and what to do next; of which cell, where one is to blame."""

    message: str
    """What went wrong."""
    hint: str
    """What to do next."""
    column: NotRequired[str]
    """The column that is to blame."""
    row: NotRequired[int]
    """The data row that is to blame, from 1."""
    reference: NotRequired[str]
    """Of a failure on our side: where the log has it."""


class DeliveryReceipt(TypedDict):
    """The delivery: its bytes are safe."""

    batch: str
    """Its name."""
    job: str | None
    """The job that takes it in; null when none is needed."""
    state: DeliveryState
    """How it stands."""
    rows: int | None
    """Its rows; null when a known delivery was not opened again."""
    status: str
    """The address to ask how it stands."""


class Ready(TypedDict):
    """What is there."""

    ready: bool
    """Whether everything is."""
    stores: bool
    """Whether the stores answer."""
    worker: bool
    """Whether the worker lives."""


class LeaseRequest(TypedDict):
    """Which items a tab holds and how many more it wants."""

    token: NotRequired[str]
    """The page's token, where no header can be set."""
    holder: str
    """The tab."""
    held: NotRequired[list[int]]
    """Tasks that it shows, or has annotated without a confirmation."""
    number: NotRequired[int]
    """How many items it wants at most."""
    again: NotRequired[bool]
    """Whether items that were passed on come again."""
    take_over: NotRequired[str]
    """Whose items to take over: the name under which they have them."""
    history: NotRequired[bool]
    """Whether the latest annotations are wanted too."""


class LeasedItems(TypedDict):
    """The next items."""

    items: list[Question]
    """The items, for five minutes."""
    closed: list[int]
    """Those of the held tasks that need no annotation any more."""
    lost: dict[str, str]
    """Held task -> who has it by now."""
    progress: QueueProgress
    """How far the queue is."""
    history: NotRequired[list[RecentAnnotation]]
    """The latest annotations of this person that stand, oldest first."""


class SubmittedAnnotation(TypedDict):
    """What an expert did with an item."""

    uid: str
    """A UUID of the tab: sent again, the same annotation changes nothing."""
    task: int
    """Number of the task."""
    action: str
    """What was done."""
    at: int
    """When, in milliseconds since 1970."""
    label: NotRequired[str | None]
    """The label that was chosen."""
    note: NotRequired[str | None]
    """A remark."""
    supersedes: NotRequired[str | None]
    """The annotation that is taken back."""
    shown: NotRequired[str]
    """Which of label and suggestion were shown."""
    mode: NotRequired[str]
    """How the item was asked about: verify (is it the suggested class?), choose (which one?), grid (many)."""
    ms: NotRequired[int | None]
    """How long it was looked at, in milliseconds; of a grid each item's part of the time."""


class Submissions(TypedDict):
    """Annotations of an expert."""

    token: NotRequired[str]
    """The page's token, where no header can be set."""
    holder: str
    """The tab."""
    answers: NotRequired[list[SubmittedAnnotation]]
    """The annotations, at most 200."""
    held: NotRequired[list[int]]
    """Tasks that the tab has in hand."""
    leave: NotRequired[bool]
    """Whether the tab gives its items back."""


class SaveReceipt(TypedDict):
    """Which annotations are safe."""

    saved: list[str]
    """Names of those that are."""
    refused: list[RefusedAnnotation]
    """Those that cannot be taken in."""
    closed: list[int]
    """Those of the held tasks that need no annotation any more."""
    lost: dict[str, str]
    """Held task -> who has it by now."""
    progress: QueueProgress
    """How far the queue is."""


class BesideRequest(TypedDict):
    """What is to stand beside an item; each part may be missing."""

    token: NotRequired[str]
    """The page's token, where no header can be set."""
    holder: str
    """The tab."""
    task: NotRequired[int]
    """The task whose history is asked for."""
    labels: NotRequired[list[str]]
    """The classes of which examples are asked for, at most ten."""
    words: NotRequired[str]
    """In the label, note or row of own annotations; empty: all of them."""


class Beside(TypedDict):
    """What stands beside an item, of what was asked for."""

    history: NotRequired[ItemHistory]
    """Who did what to it."""
    examples: NotRequired[list[ClassExamples]]
    """Settled items of the classes."""
    own: NotRequired[list[RecentAnnotation]]
    """The newest twenty annotations of this person that stand."""


class RowList(TypedDict):
    """The rows, and nothing beside them."""

    rows: list[dict[str, Any]]
    """A value under the name of each column; lists and records are not read."""


class ShadowRequest(TypedDict):
    """Which version is to predict beside the champion."""

    version: NotRequired[str | None]
    """Its number in the registry; null or left out: the newest that was trained."""


class ShadowEnd(TypedDict):
    """Why a version is to predict no longer."""

    reason: str
    """The reason, which the record keeps."""


BODIES: dict[str, Any] = {
    "Error": Refusal,
    "Accepted": DeliveryReceipt,
    "Delivery": DeliveryStatus,
    "Champion": ChampionDocument,
    "Health": DOCUMENTS["health"],
    "Alerts": AlertsDocument,
    "Shadow": ShadowDocument,
    "Shadows": ShadowList,
    "StartShadow": ShadowRequest,
    "EndShadow": ShadowEnd,
    "Ready": Ready,
    "Ask": LeaseRequest,
    "Items": LeasedItems,
    "Answers": Submissions,
    "Saved": SaveReceipt,
    "AskBeside": BesideRequest,
    "Beside": Beside,
    "Rows": list[dict[str, Any]] | RowList,
    "OpenAPI": dict[str, Any],
}
"""Name in the description -> type."""
