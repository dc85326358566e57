"""Who signs in, as the web server knows it: handed to the HTTP doors, which know no Streamlit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.access import LOCAL, Person, require
from core.errors import AccessError

SIGN_IN = "Sign in on Caretaker's page; answers that are kept in this browser will be sent then."


@dataclass(frozen=True, slots=True)
class SignIn:
    """Whether sign-in is configured, and who sends a request, by its cookies, with the roles of now.

    Without sign-in everybody who is answered is the local person.
    """

    is_configured: Callable[[], bool] = lambda: False
    person: Callable[[Mapping[str, str]], Person | None] = lambda _cookies: LOCAL

    def require_role(
        self, cookies: Mapping[str, str], role: str, model: str, name: str | None = None
    ) -> None:
        """Let a request pass of somebody who has the role for the model now, when people sign in.

        Args:
            cookies: of the request.
            role: that is needed.
            model: of which it is needed.
            name: who it must be; None: anybody.

        Raises:
            AccessError: nobody is signed in, somebody else is, or the role is not there any more.
        """
        if not self.is_configured():
            return
        person = self.person(cookies)
        if person is None or name not in {None, person.name}:
            whose = f" as {name}" if name else ""
            raise AccessError(f"This needs somebody who is signed in{whose}.", SIGN_IN)
        require(person, role, model)
