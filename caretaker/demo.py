"""`demo_bookings`: real data to try the verbs with."""

from typing import TYPE_CHECKING

from caretaker.hints import notebook_errors

if TYPE_CHECKING:
    import pandas as pd


@notebook_errors
def demo_bookings() -> "pd.DataFrame":
    """The hotel bookings of the demo: 39,797 real bookings and whether each was cancelled.

    Returns:
        One row for each booking: `arrival_date`, `label` (kept, canceled), `label_available_at` and what
        was known when it was booked.

    Raises:
        DataError: the data did not come with this installation.

    Examples:
        >>> import caretaker
        >>> caretaker.demo_bookings()["label"].value_counts().index.tolist()
        ['kept', 'canceled']
    """
    from core.services.onboarding.demo_data import hotel_bookings

    return hotel_bookings()
