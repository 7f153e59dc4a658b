"""What tenants write: threads to answer, the oldest promise first; one of them, its answer, its colleague, its day."""

from typing import Final
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from palier.desk.forms_exchanges import AnswerForm, HandOverForm, PutOffForm
from palier.desk.navigation import address, framed
from palier.desk.tables_exchanges import VIEWS, thread_tag, threads_table
from palier.desk.views_estate import KEYS
from palier.exchanges.access import ThreadNotFound
from palier.exchanges.operations.answering import answer_thread, end_thread, hand_over, put_off
from palier.exchanges.operations.attaching import OF_FILES
from palier.exchanges.queries.agency import (
    ThreadFilter,
    ThreadRow,
    agency_messages,
    colleagues_of,
    count_threads,
    thread_row,
    threads_of_agency,
    to_answer,
)
from palier.exchanges.queries.joined import held_paper, papers_joined
from palier.exchanges.words import KINDS, MOTIVES, SUBJECTS
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.mail.store import UNREADABLE, DocumentStore
from palier.mail.vault.noting import Noted
from palier.screening.fields import verdicts_of
from palier.screening.operations.texts import note_justified, note_refusal
from palier.web import words
from palier.web.components import Link
from palier.web.exports import ROW_LIMIT, export_response
from palier.web.given_files import given_back
from palier.web.requests import ActorRequest
from palier.web.table_view import view_of
from palier.web.tables import TableState, page_of, read_state
from palier.web.traces import traced

PAGE_ROWS: Final = 50


def threads(request: ActorRequest) -> HttpResponseBase:
    """Those of a view; by default what is owed, the oldest promise first."""
    role, on = request.actor.role, today()
    table = threads_table(role, on)
    state = read_state(table, request.GET)
    kept_now = _kept(request, state)
    found = threads_of_agency(
        kept_now,
        on=on,
        limit=PAGE_ROWS,
        cursor=int(str(state.cursor[0])) if state.cursor else None,
        backwards=state.backwards,
    )
    total = count_threads(kept_now, on=on)
    page = page_of(table, state, found, limit=PAGE_ROWS, key=lambda row: (row.id,), total=total)
    request.reading.saw(row.person_id for row in page.rows)
    owed = to_answer(on=on)
    subject = state.one("sujet")
    kept: dict[str, tuple[str, ...]] = {"sujet": (subject,)} if subject else {}
    context: dict[str, object] = {
        "view": view_of(table, state, page.rows, totals_label=words.count(total, "échange"), pager=page.pager),
        "views": [
            Link(
                label=label,
                url=state.address(filters={**kept, "vue": (code,)}),
                current=code == (state.one("vue") or "TO_ANSWER"),
            )
            for code, label in VIEWS.items()
        ],
        "owed": owed,
        "subjects": SUBJECTS,
        "subject": subject,
        "kept_view": state.one("vue"),
        "export_url": address(role, "threads_export", "xlsx"),
        "shortcuts": KEYS,
    }
    return framed(request, "desk/threads.html", context)


def threads_export(request: ActorRequest, wanted: str) -> HttpResponseBase:
    """The threads of the screen's filter, whole; what is written in them stays on their pages."""
    table = threads_table(request.actor.role, today())
    state = read_state(table, request.GET)
    rows = threads_of_agency(_kept(request, state), on=today(), limit=ROW_LIMIT)
    request.reading.saw(row.person_id for row in rows)
    return export_response(table, state, rows, wanted=wanted, name="echanges", on=today())


def _kept(request: ActorRequest, state: TableState) -> ThreadFilter:
    return ThreadFilter(
        view=state.one("vue") or "TO_ANSWER", subject=state.one("sujet"), agent_id=request.actor.agent_id or 0
    )


def one_thread(request: ActorRequest, thread_id: int) -> HttpResponse:
    """One thread: what is written in it, and what may be done."""
    return _page(request, _row(thread_id))


def thread_answer(request: ActorRequest, thread_id: int) -> HttpResponse:
    """Answer, once the screen has read the words."""
    row = _row(thread_id)
    form = AnswerForm(row.subject, request.POST, request.FILES)
    valid = form.is_valid()
    for verdict in verdicts_of(form).values():
        if verdict.decision == "block":
            note_refusal(verdict, field="réponse", site="desk", actor=request.actor, at=now())
    if not valid:
        return _page(request, row, answer=form)
    sent = form.cleaned_data
    try:
        answer_thread(
            thread_id=thread_id,
            sentence=sent["sentence"],
            text=sent["text"],
            key=sent["envoi"],
            actor=request.actor,
            at=now(),
            justified=bool(sent["justification"]),
            files=sent["files"],
        )
    except ThreadNotFound as stranger:
        raise Http404 from stranger
    except Refusal as refusal:
        form.add_error("files" if isinstance(refusal, OF_FILES) else None, str(refusal))
        return _page(request, row, answer=form)
    for verdict in verdicts_of(form).values():
        note_justified(
            verdict,
            justification=sent["justification"],
            field="réponse",
            site="desk",
            actor=request.actor,
            at=now(),
        )
    return _done(request, row, "La réponse est partie. Le locataire la lit dans son espace.")


def thread_paper(request: ActorRequest, paper_id: int) -> HttpResponse:
    """A paper joined to a message: its person reads, in the journal of their documents, that it was opened."""
    paper = held_paper(paper_id)
    if paper is None:
        raise Http404
    request.reading.saw([paper.person_id])
    try:
        content = DocumentStore(settings.DOCUMENT_ROOT).open(paper.kept)
    except UNREADABLE as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("desk:one_thread", args=[paper.thread_id]))
    traced(request, [Noted(kind="READ", sha256=paper.kept.digest, owner=paper.owner)])
    return given_back(content, media_type=paper.media_type, name=paper.name)


def thread_hand(request: ActorRequest, thread_id: int) -> HttpResponse:
    """Hand over to a colleague of the agency."""
    row = _row(thread_id)
    form = HandOverForm(colleagues_of(thread_id), agent_id=row.agent_id, data=request.POST)
    if not form.is_valid():
        return _page(request, row, hand=form)
    try:
        hand_over(thread_id=thread_id, agent_id=form.cleaned_data["agent"], actor=request.actor, at=now())
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _page(request, row, hand=form)
    return _done(request, row, "L’échange est confié. Le jour promis ne change pas.")


def thread_put_off(request: ActorRequest, thread_id: int) -> HttpResponse:
    """Promise a later day, with its reason."""
    row = _row(thread_id)
    form = PutOffForm(request.POST)
    if not form.is_valid():
        return _page(request, row, later=form)
    sent = form.cleaned_data
    try:
        put_off(
            thread_id=thread_id,
            motive=sent["motive"],
            due_on=sent["due_on"],
            key=sent["envoi"],
            actor=request.actor,
            at=now(),
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _page(request, row, later=form)
    return _done(request, row, "La réponse est repoussée. Le locataire lit le nouveau jour, et pourquoi.")


def thread_end(request: ActorRequest, thread_id: int) -> HttpResponse:
    """End the thread."""
    row = _row(thread_id)
    end_thread(thread_id=thread_id, key=uuid4(), actor=request.actor, at=now())
    return _done(request, row, "L’échange est terminé. Le locataire peut le rouvrir.")


def _page(
    request: ActorRequest,
    row: ThreadRow,
    *,
    answer: AnswerForm | None = None,
    hand: HandOverForm | None = None,
    later: PutOffForm | None = None,
) -> HttpResponse:
    on, role = today(), request.actor.role
    request.reading.saw([row.person_id])
    is_open, joined = row.state == "OPEN", papers_joined(row.id)
    context: dict[str, object] = {
        "row": row,
        "subject": SUBJECTS[row.subject],
        "tag": thread_tag(row, on=on),
        "is_late": row.is_late(on),
        "messages_said": [
            (each, KINDS[each.kind], MOTIVES.get(each.motive, ""), joined.get(each.id, []))
            for each in agency_messages(row.id)
        ],
        "answer": (answer or AnswerForm(row.subject)) if is_open else None,
        "hand": (hand or HandOverForm(colleagues_of(row.id), agent_id=row.agent_id)) if is_open else None,
        "later": (later or PutOffForm()) if row.answer_by else None,
        "lease_url": address(role, "lease", row.lease_id),
        "crumbs": [Link(label="Échanges", url=reverse("desk:threads")), Link(label=f"Échange {row.id}")],
    }
    sent = (form for form in (answer, hand, later) if form is not None)
    return framed(request, "desk/thread.html", context, status=422 if any(form.errors for form in sent) else 200)


def _row(thread_id: int) -> ThreadRow:
    found = thread_row(thread_id)
    if found is None:
        raise Http404
    return found


def _done(request: ActorRequest, row: ThreadRow, said: str) -> HttpResponse:
    request.reading.saw([row.person_id])
    messages.success(request, said)
    return HttpResponseRedirect(reverse("desk:one_thread", args=[row.id]))
