"""The job "connect": what the Setup page asked for is planned and carried out, checked and searched."""

from typing import Any

from core.errors import CaretakerError, RegistryError, RetrainError
from core.jobs.spec import StepContext
from core.services.label_errors.suspect_list import scan_step
from core.services.onboarding.connect_model import carry_out, told_here
from core.services.onboarding.draft import record
from core.services.onboarding.draft.connect_request import for_page, from_json
from core.services.onboarding.draft.preview import card_of
from core.services.onboarding.draft.read_upload import first_table
from core.services.onboarding.plan import plan
from core.store import models
from core.store.engine import reading
from core.store.ingestion import batches
from core.store.workspace import open_workspace


def connect_step(context: StepContext) -> dict[str, Any]:
    """Job step: connect `args["request"]` from the rows at `args["address"]`, then forget the draft.

    Raises:
        CaretakerError: it does not fit; the draft keeps the message and the card that it is about.
    """
    args, ws = context.args, open_workspace(context.settings)
    card = "data"
    try:
        context.progress(0.02, "Reading the rows")
        table = first_table(context.settings, args["address"])
        asked = from_json(args["request"])
        try:
            made = plan(asked, table)
        except CaretakerError:
            card = card_of(asked, table)
            raise
        card = "model"
        spec = carry_out(ws, asked, made, lambda done, said: context.progress(0.1 + 0.9 * done, said))
        heard = [for_page(sentence) for sentence in (*made.told, *told_here(ws, asked, spec))]
    except CaretakerError as error:
        about = "model" if isinstance(error, RetrainError | RegistryError) else card
        trouble = {"card": about, "message": error.message, "hint": for_page(error.hint)}
        record.keep(ws, int(args["draft"]), trouble=trouble)
        raise
    else:
        record.finished(ws, int(args["draft"]))
    finally:
        ws.engine.dispose()
    return {
        "connected": spec.name,
        "training_rows": len(made.training),
        "log_rows": len(made.log),
        "told": heard,
    }


def suspects_step(context: StepContext) -> dict[str, Any]:
    """Job step: search the labels for mistakes; the model stays connected where that cannot be done."""
    ws = open_workspace(context.settings)
    with reading(ws.engine) as session:
        spec = models.spec(session, context.args["model"])
        trained = any(batch.kind == "training" for batch in batches.live(session, spec.id))
    ws.engine.dispose()
    about = StepContext(
        context.settings,
        context.job_id,
        {"model": spec.name, "on": "training" if trained else "all"},
        context.state,
        context.work,
        context.progress,
    )
    try:
        return {"suspects": scan_step(about)}
    except CaretakerError as error:
        return {"suspects": {"refused": str(error)}}
