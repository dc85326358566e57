"""The jobs of onboarding: the demo, what the cards of a draft wait for, connecting."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from core.errors import CaretakerError, RegistryError, RetrainError
from core.jobs.job import Job, ModelJob, job, step
from core.jobs.spec import StepContext
from core.services.label_errors.jobs import On, Scan, search_labels
from core.services.monitoring.jobs import Monitor, check_health

HOTEL, DIGITS = "hotel-cancellations", "handwritten-digits"
"""The models of the demo."""


@job("demo", "Set up the demo", does=(Monitor, Scan))
@dataclass(frozen=True, slots=True)
class Demo(Job):
    """Connect two models on real data. Every step looks first whether its work is done."""

    def models(self) -> tuple[str, ...]:
        """The models of the demo."""
        return HOTEL, DIGITS


@step(Demo, weight=20)
def connect_hotel(context: StepContext[Demo]) -> dict[str, Any]:
    """Connect the hotel model and take in the bookings that arrived month by month after its training."""
    from core.services.onboarding import demo

    with context.workspace() as ws:
        demo.connect_hotel(ws, context.progress)
    return {"hotel": HOTEL}


@step(Demo, weight=9)
def check_hotel(context: StepContext[Demo]) -> dict[str, Any]:
    """Compute the health of the hotel model."""
    return _check(context, HOTEL)


@step(Demo, weight=8)
def connect_digits(context: StepContext[Demo]) -> dict[str, Any]:
    """Connect the digits model."""
    from core.services.onboarding import demo

    with context.workspace() as ws:
        demo.connect_digits(ws, context.progress)
    return {"digits": DIGITS}


@step(Demo, weight=2)
def check_digits(context: StepContext[Demo]) -> dict[str, Any]:
    """Compute the health of the digits model."""
    return _check(context, DIGITS)


@step(Demo, weight=55)
def search_digits(context: StepContext[Demo]) -> dict[str, Any]:
    """Search all digits for wrong labels."""
    return {"digits_suspects": search_labels(context, DIGITS, "all")}


@step(Demo, weight=80)
def search_hotel(context: StepContext[Demo]) -> dict[str, Any]:
    """Search the hotel's training rows for wrong labels."""
    return {"hotel_suspects": search_labels(context, HOTEL, "training")}


def _check(context: StepContext[Demo], model: str) -> dict[str, Any]:
    from core.services.monitoring import monitor

    with context.workspace() as ws:
        document = monitor.refresh(ws, model, context.progress)
    return {f"{model}_status": document["status"]}


@job("look", "Look at the rows", quick=True)
@dataclass(frozen=True, slots=True, kw_only=True)
class Look(Job):
    """Read the rows of a draft.

    Attributes:
        draft: number of the draft.
        key: digest of what the draft said when the look was asked for: the same is not done twice.
    """

    draft: int
    key: str = ""


@step(Look)
def look_at_rows(context: StepContext[Look]) -> dict[str, Any]:
    """Read the rows and keep what was found in the draft."""
    from core.services.onboarding.draft import preview, record

    with context.workspace() as ws:
        draft = record.load(ws, context.args.draft)
        if draft is None:
            return {"looked": False}
        context.progress(0.1, f"Reading {draft.entries.source or draft.entries.address}")
        record.keep(ws, draft.id, look=preview.look(ws.settings, draft.entries))
    return {"looked": True}


@job("try", "Test a card", quick=True)
@dataclass(frozen=True, slots=True, kw_only=True)
class Try(Job):
    """Send five rows of a draft through a card.

    Attributes:
        draft: number of the draft.
        card: name of the card.
        key: digest of what the draft said when the test was asked for: the same is not done twice.
    """

    draft: int
    card: str
    key: str = ""


@step(Try)
def try_card(context: StepContext[Try]) -> dict[str, Any]:
    """Send them through; nothing is stored.

    Raises:
        DataError: the rows do not fit, or an earlier card is not ready.
    """
    from core.services.onboarding.draft import test_draft

    return {"tried": test_draft.send_through(context)}


@job("registered", "List the registry", quick=True)
@dataclass(frozen=True, slots=True)
class ListRegistry(Job):
    """List what can be chosen from the registry, which the pages do not know."""


@step(ListRegistry)
def list_registry(context: StepContext[ListRegistry]) -> dict[str, Any]:
    """List the registered versions, the champion of each model first."""
    from core.registry.models import list_versions

    context.progress(0.1, "Asking the registry")
    return {"registered": [asdict(version) for version in list_versions(context.settings)]}


@job("connect", "Connect", does=(Monitor, Scan))
@dataclass(frozen=True, slots=True, kw_only=True)
class Connect(ModelJob):
    """Connect the model of a draft, check it and search its labels.

    Attributes:
        draft: number of the draft.
        address: where the rows of the draft are.
        request: what the draft asks for (`draft.connect_request.as_json`).
    """

    draft: int
    address: str
    request: dict[str, Any]


@step(Connect, weight=6)
def connect_draft(context: StepContext[Connect]) -> dict[str, Any]:
    """Plan and carry out what the draft asks for, then forget the draft.

    Raises:
        CaretakerError: it does not fit; the draft keeps the message and the card that it is about.
    """
    from core.services.onboarding.connect_model import carry_out, first_notes
    from core.services.onboarding.draft import record
    from core.services.onboarding.draft.connect_request import for_page, from_json
    from core.services.onboarding.draft.preview import card_of
    from core.services.onboarding.draft.read_upload import first_table
    from core.services.onboarding.plan import plan

    args, card = context.args, "data"
    with context.workspace() as ws:
        try:
            context.progress(0.02, "Reading the rows")
            table = first_table(context.settings, args.address)
            request = replace(from_json(args.request), addresses=record.lasting(ws, args.address))
            try:
                made = plan(request, table)
            except CaretakerError:
                card = card_of(request, table)
                raise
            card = "model"
            spec = carry_out(
                ws, request, made, lambda done, message: context.progress(0.1 + 0.9 * done, message)
            )
            sentences = [for_page(sentence) for sentence in (*made.notes, *first_notes(ws, request, spec))]
        except CaretakerError as error:
            about = "model" if isinstance(error, RetrainError | RegistryError) else card
            trouble = {"card": about, "message": error.message, "hint": for_page(error.hint)}
            record.keep(ws, args.draft, trouble=trouble)
            raise
        record.finish(ws, args.draft)
    return {
        "connected": spec.name,
        "training_rows": len(made.training),
        "log_rows": len(made.log),
        "told": sentences,
    }


step(Connect, weight=2)(check_health)


@step(Connect, weight=4)
def search_connected(context: StepContext[Connect]) -> dict[str, Any]:
    """Search the labels for mistakes; the model stays connected where that cannot be done."""
    from core.store import models
    from core.store.engine import reading
    from core.store.ingestion import batches

    with context.workspace() as ws, reading(ws.engine) as session:
        spec = models.spec(session, context.args.model)
        is_trained_here = any(batch.kind == "training" for batch in batches.live(session, spec.id))
    on: On = "training" if is_trained_here else "all"
    try:
        return {"suspects": search_labels(context, spec.name, on)}
    except CaretakerError as error:
        return {"suspects": {"refused": str(error)}}
