"""An account whose owner can no longer enter: looked up by its exact identifier, reset, closed, opened again.

Each look and each act is a line of the read journal, with the identifier; a tenant sees it among the readings of their
file.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from palier.desk.navigation import framed
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.privacy.actor import Actor
from palier.web.account_mail import Message, ask_to_write
from palier.web.accounts import (
    AccountShown,
    account_named,
    close_account,
    close_account_sessions,
    open_account_again,
    reset_account,
)
from palier.web.links import PARAMETER
from palier.web.recovery import Notice, note_for_owner
from palier.web.requests import ActorRequest

_LONGEST: Final = 120
# What the journal says was done, before the identifier.
_ACTS: Final = {
    "reinitialiser": "second facteur réinitialisé",
    "sessions": "sessions fermées",
    "fermer": "compte fermé",
    "rouvrir": "compte rouvert",
}


def sign_in_accounts(request: ActorRequest) -> HttpResponse:
    """One account at a time: there is no list to read through."""
    asked = (request.POST if request.method == "POST" else request.GET).get("identifiant", "").strip()[:_LONGEST]
    context: dict[str, object] = {"asked": asked}
    status = HTTPStatus.OK
    if asked:
        request.reading.searched(asked)
        try:
            context["account"], done = _looked_up(request, asked)
        except Refusal as refusal:
            context["said"], status = str(refusal), HTTPStatus.UNPROCESSABLE_ENTITY
        else:
            context |= done
    return framed(request, "desk/sign_in_accounts.html", context, status=status)


def _looked_up(request: ActorRequest, asked: str) -> tuple[AccountShown, dict[str, object]]:
    at = now()
    account = account_named(asked, at=at)
    if account.person_id is not None:
        request.reading.saw([account.person_id])
    if request.method != "POST":
        return account, {}
    act = request.POST.get("acte", "")
    if act not in _ACTS:
        raise Http404
    done: dict[str, object] = {"done": act}
    if act == "reinitialiser":
        token = reset_account(account, actor=request.actor, at=at)
        site = "desk" if account.is_agent else "home"
        address = f"{reverse(f'{site}:sign_in')}?{urlencode({PARAMETER: token})}"
        done["link"] = request.build_absolute_uri(address)
        note_for_owner(account.id, Notice.FACTOR_RESET, at=at)
        ask_to_write(
            Message.FACTOR_RESET,
            user_id=account.id,
            person_id=account.person_id,
            site=site,
            asked_by=request.actor.agent_id,
        )
    else:
        _DONE[act](account, request.actor)
    request.reading.searched(f"{_ACTS[act]} : {account.identifier}")
    return account_named(asked, at=at), done


_DONE: Final[dict[str, Callable[[AccountShown, Actor], object]]] = {
    "sessions": lambda account, actor: close_account_sessions(account, actor=actor),
    "fermer": lambda account, actor: close_account(account, actor=actor),
    "rouvrir": lambda account, actor: open_account_again(account, actor=actor),
}
