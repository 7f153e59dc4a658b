"""What does not exist for whoever asks is answered as what does not exist at all."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.http import Http404, HttpResponseBase

from palier.agents.operations.assign import AssignmentNotFound
from palier.agents.operations.protect import ProtectionNotFound
from palier.estate.access import DwellingNotFound, ResidenceNotFound
from palier.foundation.errors import Refusal
from palier.leases.access import AccountNotFound, LeaseNotFound
from palier.leases.operations.change import ContactNotFound
from palier.maintenance.access import RepairNotFound, TicketNotFound, VisitNotFound
from palier.web.requests import ActorRequest

P = ParamSpec("P")

NOT_THEIRS = (
    ResidenceNotFound,
    DwellingNotFound,
    LeaseNotFound,
    AccountNotFound,
    ContactNotFound,
    AssignmentNotFound,
    ProtectionNotFound,
    TicketNotFound,
    RepairNotFound,
    VisitNotFound,
)

View = Callable[Concatenate[ActorRequest, P], HttpResponseBase]


def strangers_get_404(view: View[P]) -> View[P]:
    """A number guessed outside one's scope finds nothing, in every page, form, fragment and export."""

    def answered(request: ActorRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NOT_THEIRS as stranger:
            raise Http404 from stranger

    update_wrapper(answered, view)
    return answered


def tell(
    request: ActorRequest, act: Callable[[], object], said: str, *, strangers: tuple[type[Refusal], ...] = ()
) -> None:
    """Act, then tell what came of it on the next page: the sentence given, or that of the refusal."""
    try:
        act()
    except strangers as stranger:
        raise Http404 from stranger
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
