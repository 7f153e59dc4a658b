"""« Écrire »: a question to the agency, the day of its answer told before it is sent; the thread to its end."""

import logging
from http import HTTPStatus
from typing import Final
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext

from palier.exchanges.access import ThreadNotFound
from palier.exchanges.operations.attaching import OF_FILES
from palier.exchanges.operations.writing import (
    SayOtherwise,
    note_read,
    open_thread,
    reopen_thread,
    settle_thread,
    what_is_found,
    write_again,
)
from palier.exchanges.promises import engagement
from palier.exchanges.queries.joined import held_paper, papers_joined
from palier.exchanges.queries.own import OwnThread, messages_of, own_thread, own_threads
from palier.exchanges.words import SUBJECTS
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.home import exchange_words
from palier.home.below import told
from palier.home.forms_exchanges import MessageForm
from palier.home.navigation import me, page, trail
from palier.leases.queries.tenant import OwnLease, own_leases
from palier.mail.store import UNREADABLE, DocumentStore, NotKeptNow
from palier.mail.vault.noting import Noted
from palier.web.given_files import given_back
from palier.web.languages import said as why_refused
from palier.web.requests import ActorRequest
from palier.web.tables import AFTER, BEFORE, Pager
from palier.web.traces import seen, traced

PAGE_ROWS: Final = 30
_LONGEST_NUMBER: Final = 19
logger = logging.getLogger("palier.home")


def threads(request: ActorRequest) -> HttpResponse:
    """The door: what one wrote already, then a subject to choose."""
    on = today()
    rows, pager = _cut(request)
    lines = [(row, exchange_words.subject(row.subject), exchange_words.standing(row, on=on)) for row in rows]
    context: dict[str, object] = {
        "crumbs": trail((gettext("Écrire"), "")),
        "open": [line for line in lines if line[0].state == "OPEN"],
        "closed": [line for line in lines if line[0].state == "CLOSED"],
        "subjects": told(SUBJECTS) if _leases(request) else [],
        "pager": pager,
    }
    return page(request, "home/threads.html", context)


def _cut(request: ActorRequest) -> tuple[list[OwnThread], Pager]:
    """The threads of this page, and the ways to the others."""
    after, before = (request.GET.get(name, "") for name in (AFTER, BEFORE))
    asked = before or after
    cursor = int(asked) if asked.isdecimal() and len(asked) < _LONGEST_NUMBER else None
    backwards = bool(before) and cursor is not None
    found = own_threads(limit=PAGE_ROWS, cursor=cursor, backwards=backwards)
    more, rows = len(found) > PAGE_ROWS, found[:PAGE_ROWS]
    if backwards:
        rows.reverse()
    is_before, is_after = (more, bool(rows)) if backwards else (cursor is not None, more)
    return rows, Pager(
        previous_url=f"?{BEFORE}={rows[0].id}" if rows and is_before else "",
        next_url=f"?{AFTER}={rows[-1].id}" if rows and is_after else "",
    )


def thread_new(request: ActorRequest, subject: str) -> HttpResponse:
    """Who answers and by when, then the message."""
    leases = _leases(request)
    if subject not in SUBJECTS or not leases:
        raise Http404
    is_sent = request.method == "POST"
    form = MessageForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        leases=leases,
        initial={"envoi": uuid4(), "bail": leases[0].id},
    )
    found: list[exchange_words.Found] = []
    if is_sent and form.is_valid():
        try:
            number = open_thread(
                lease_id=form.cleaned_data["bail"],
                person_id=me(request),
                subject=subject,
                words=form.words,
                at=now(),
            )
        except Refusal as refusal:
            found = _refused(form, refusal)
        else:
            messages.success(request, gettext("C’est envoyé. Vous lirez notre réponse ici."))
            return HttpResponseRedirect(reverse("home:thread", args=[number]))
    return _new_page(request, subject, form, found, agency=leases[0].agency)


def thread(request: ActorRequest, thread_id: int) -> HttpResponse:
    """One thread: where it stands, what is in it, a word to add."""
    shown = _own(thread_id)
    if shown.is_unread:
        at = now()
        seen(request, lambda: note_read(thread_id=thread_id, at=at))
    return _page(request, shown, MessageForm(None))


def thread_reply(request: ActorRequest, thread_id: int) -> HttpResponse:
    """Write again in a thread."""
    shown = _own(thread_id)
    form = MessageForm(request.POST, request.FILES)
    found: list[exchange_words.Found] = []
    if form.is_valid():
        try:
            write_again(thread_id=thread_id, words=form.words, at=now())
        except ThreadNotFound as stranger:
            raise Http404 from stranger
        except Refusal as refusal:
            found = _refused(form, refusal)
        else:
            messages.success(request, gettext("C’est envoyé. Vous lirez notre réponse ici."))
            return _back(request, thread_id)
    return _page(request, shown, form, found=found)


def thread_paper(request: ActorRequest, paper_id: int) -> HttpResponse:
    """A paper joined to a message: the exact bytes that are kept."""
    paper = held_paper(paper_id)
    if paper is None:
        raise Http404
    request.reading.saw([me(request)])
    try:
        content = DocumentStore(settings.DOCUMENT_ROOT).open(paper.kept)
    except UNREADABLE as fault:
        logger.error("%s", fault)
        messages.warning(request, gettext("Ce document ne peut pas être lu pour l’instant. Réessayez dans une heure."))
        return HttpResponseRedirect(reverse("home:thread", args=[paper.thread_id]))
    traced(request, [Noted(kind="READ", sha256=paper.kept.digest, owner=paper.owner)])
    return given_back(content, media_type=paper.media_type, name=paper.name)


def thread_settle(request: ActorRequest, thread_id: int) -> HttpResponse:
    """It is settled."""
    return _stepped(request, thread_id, is_end=True)


def thread_reopen(request: ActorRequest, thread_id: int) -> HttpResponse:
    """It was not."""
    return _stepped(request, thread_id, is_end=False)


def _stepped(request: ActorRequest, thread_id: int, *, is_end: bool) -> HttpResponse:
    _own(thread_id)
    step = settle_thread if is_end else reopen_thread
    try:
        step(thread_id=thread_id, key=uuid4(), at=now())
    except Refusal as refusal:
        messages.error(request, why_refused(refusal))
    else:
        said = gettext("C’est noté. Merci.") if is_end else gettext("Votre échange est rouvert.")
        messages.success(request, said)
    return _back(request, thread_id)


def _new_page(
    request: ActorRequest, subject: str, form: MessageForm, found: list[exchange_words.Found], *, agency: str
) -> HttpResponse:
    figures = engagement()
    label = exchange_words.subject(subject)
    answer = page(
        request,
        "home/thread_new.html",
        {
            "crumbs": trail((gettext("Écrire"), reverse("home:threads")), (label, "")),
            "title": label,
            "agency": agency,
            "promise": exchange_words.will_answer(figures.answer_by(subject, on=today())),
            "form": form,
            "found": found,
        },
    )
    answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return answer


def _page(
    request: ActorRequest, shown: OwnThread, form: MessageForm, *, found: list[exchange_words.Found] | None = None
) -> HttpResponse:
    on, label = today(), exchange_words.subject(shown.subject)
    answer = page(
        request,
        "home/thread.html",
        {
            "crumbs": trail((gettext("Écrire"), reverse("home:threads")), (label, "")),
            "thread": shown,
            "title": label,
            "standing": exchange_words.standing(shown, on=on),
            "is_late": shown.answer_by is not None and shown.answer_by < on,
            "said": exchange_words.messages_said(messages_of(shown.id), papers_joined(shown.id)),
            "form": form if shown.state == "OPEN" else None,
            "found": found or [],
            "may_reopen": shown.closed_at is not None and engagement().may_reopen(shown.closed_at, at=now()),
        },
    )
    answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return answer


def _refused(form: MessageForm, refusal: Refusal) -> list[exchange_words.Found]:
    """Said beside what was typed; what the screen found is shown, to send all the same or to write otherwise."""
    if isinstance(refusal, NotKeptNow):
        form.add_error(None, why_refused(refusal))
        return []
    form.add_error("fichiers" if isinstance(refusal, OF_FILES) else "texte", why_refused(refusal))
    if not isinstance(refusal, SayOtherwise):
        return []
    form.ask_to_choose()
    typed = str(form.data.get("texte", ""))
    return exchange_words.found_in(what_is_found(typed), typed)


def _leases(request: ActorRequest) -> list[OwnLease]:
    """The leases of whoever writes, those in force first: an account that is over still raises questions."""
    on = today()
    return sorted(own_leases(me(request), on=on), key=lambda lease: lease.has_ended(on))


def _own(thread_id: int) -> OwnThread:
    found = own_thread(thread_id)
    if found is None:
        raise Http404
    return found


def _back(request: ActorRequest, thread_id: int) -> HttpResponse:
    request.reading.saw([me(request)])
    return HttpResponseRedirect(reverse("home:thread", args=[thread_id]))
