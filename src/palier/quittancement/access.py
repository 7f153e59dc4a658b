"""Which function may do what to a month: asked for on a page, by a command or by a job, the answer is here."""

from palier.foundation.errors import Refusal
from palier.privacy.declare import ROLE_LABELS, Role

MAY_COMPUTE = (Role.RENT_OFFICER, Role.AGENCY_MANAGER, Role.HEADQUARTERS)
# They see every anomaly; an agency would sign off its own only.
MAY_REVIEW = (Role.HEADQUARTERS, Role.ACCOUNTANT)
MAY_SEAL = (Role.HEADQUARTERS, Role.ACCOUNTANT)
MAY_TAKE_BACK = (Role.HEADQUARTERS, Role.ACCOUNTANT)
MAY_ISSUE = (Role.RENT_OFFICER, Role.AGENCY_MANAGER, Role.HEADQUARTERS, Role.ACCOUNTANT)


class FunctionMayNot(Refusal):
    """La fonction « {function} » ne permet pas cet acte sur le mois. Peuvent le faire : {others}."""


def require_function(role: Role, allowed: tuple[Role, ...]) -> None:
    """Refuse the act to a role that may not do it. Raises FunctionMayNot."""
    if role not in allowed:
        raise FunctionMayNot(function=ROLE_LABELS[role], others=" ; ".join(ROLE_LABELS[other] for other in allowed))
