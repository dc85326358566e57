"""The demo: two connected models, one that grew worse over time and one with wrong labels.

What is done already is not done again, so that its job can be killed and started again anywhere.
"""

from core.jobs.spec import Progress
from core.model import ModelSpec
from core.services.ingestion.ingest import ingest_tables
from core.services.onboarding import demo_data
from core.services.onboarding.connect_model import connect_table
from core.services.onboarding.jobs import DIGITS, HOTEL
from core.services.onboarding.plan import ConnectRequest
from core.store.engine import reading
from core.store.ingestion import batches
from core.store.workspace import Workspace
from core.tables.roles.requested_roles import NONE, RequestedRoles

PERSON = "demo"
LEFT_OUT = (
    "country",
    "booking_changes",
    "required_car_parking_spaces",
    "adr",
    "days_in_waiting_list",
    "timestamp",
)
HOTEL_NOTE = (
    "Demo: {flipped:,} of the {rows:,} training labels (5 %) were flipped on purpose; "
    "demo/injected_labels.parquet lists them. The fall of the model over time is real. "
    "Its clock stands at 15 Aug 2017."
)
DIGITS_NOTE = "Demo: real handwritten digits; their wrong labels are real and none were added."
HOTEL_GUIDELINE = (
    "canceled: the guest canceled or did not come. kept: the guest came and stayed. "
    "What counts is the outcome, not what the booking looks like."
)
DIGITS_GUIDELINE = (
    "Which digit did the writer mean? Choose what most people would read; if two are as likely, say "
    "that you do not know."
)


def connect_hotel(ws: Workspace, progress: Progress) -> None:
    """Connect the hotel model and take in the bookings that arrived month by month after its training."""
    progress(0.0, "Reading 39,797 hotel bookings")
    data = demo_data.hotel()
    demo_data.write_injected(data.injected, ws.settings.home)
    note = HOTEL_NOTE.format(flipped=len(data.injected), rows=len(data.training.frame))
    spec = connect_table(
        ws,
        _hotel_request(note),
        data.training,
        lambda done, message: progress(0.1 + 0.5 * done, f"Hotel model: {message}"),
    )
    if not _has_log(ws, spec):
        ingest_tables(
            ws,
            HOTEL,
            data.months,
            "predictions",
            by=PERSON,
            progress=lambda done, message: progress(0.6 + 0.4 * done, f"Hotel bookings: {message}"),
        )


def connect_digits(ws: Workspace, progress: Progress) -> None:
    """Connect the digits model: the first 400 images train it, the other 600 are its log."""
    progress(0.0, "Reading 1,000 handwritten digits")
    connect_table(
        ws,
        _digits_request(),
        demo_data.digits(),
        lambda done, message: progress(done, f"Digits model: {message}"),
    )


def _hotel_request(note: str) -> ConnectRequest:
    return ConnectRequest(
        name=HOTEL,
        columns=RequestedRoles(
            label="label",
            task="binary",
            id="id",
            time="arrival_date",
            positive="canceled",
            exclude=LEFT_OUT,
            segments=("hotel",),
            item="record",
            label_available_at="label_available_at",
        ),
        chunk="month",
        metric="roc_auc",
        tolerance=0.02,
        train_until=demo_data.TRAIN_UNTIL,
        recipe="hist_gradient_boosting",
        as_of=demo_data.AS_OF,
        note=note,
        guideline=HOTEL_GUIDELINE,
        by=PERSON,
    )


def _digits_request() -> ConnectRequest:
    return ConnectRequest(
        name=DIGITS,
        columns=RequestedRoles(
            label="label",
            task="multiclass",
            id="id",
            time=NONE,
            segments=(),
            item="image",
            item_column="image",
        ),
        chunk="100",
        metric="accuracy",
        tolerance=0.03,
        train_until="0.4",
        recipe="pixels_svm",
        note=DIGITS_NOTE,
        guideline=DIGITS_GUIDELINE,
        by=PERSON,
    )


def _has_log(ws: Workspace, spec: ModelSpec) -> bool:
    with reading(ws.engine) as session:
        return any(batch.kind == "predictions" for batch in batches.live(session, spec.id))
