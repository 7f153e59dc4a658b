"""Which function may do what to what leaves: asked for on a page, by a command or by a job, the answer is here."""

from typing import Final

from palier.foundation.errors import Refusal
from palier.privacy.declare import ROLE_LABELS, Role

# The papers of everyone, whatever the agency.
MAY_PRINT: Final = (Role.HEADQUARTERS, Role.ACCOUNTANT)
MAY_RETURN: Final = (Role.RENT_OFFICER, Role.AGENCY_MANAGER, *MAY_PRINT)


class NotOfYourFunction(Refusal):
    """La fonction « {function} » ne permet pas cet acte sur les envois. Peuvent le faire : {others}."""


def require_function(role: Role, allowed: tuple[Role, ...]) -> None:
    """Refuse the act to a role that may not do it. Raises NotOfYourFunction."""
    if role not in allowed:
        raise NotOfYourFunction(function=ROLE_LABELS[role], others=" ; ".join(ROLE_LABELS[other] for other in allowed))
