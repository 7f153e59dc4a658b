"""A thread in plain words: by when it is answered, an apology when it is late, what is in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from palier.exchanges.queries.joined import JoinedPaper
from palier.exchanges.queries.own import OwnThread, ThreadMessage
from palier.exchanges.words import MOTIVES, SUBJECTS
from palier.home.repair_words import late, moment
from palier.screening.rules.verdict import Finding
from palier.screening.shown import LABELS
from palier.web import words
from palier.web.languages import in_french, is_french, is_told, told

Found = tuple[str, str, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message as its author and its reader see it: who, when, what; `is_step` for what is said in a code."""

    who: str
    when: str
    body: str
    is_mine: bool
    is_step: bool
    # Number, what it is, its weight.
    papers: list[tuple[int, str, str]]


def subject(code: str) -> str:
    return gettext(SUBJECTS[code])


def will_answer(due_on: date) -> str:
    """Before it is sent, and after."""
    return gettext("Nous vous répondons avant la fin du %(day)s.") % {"day": words.day_long(due_on)}


def standing(thread: OwnThread, *, on: date) -> str:
    """Where it stands, in a sentence or two."""
    if thread.state == "CLOSED":
        return gettext("Échange terminé.")
    if thread.answer_by is None:
        return gettext("Nous vous avons répondu. Vous pouvez écrire de nouveau.")
    if thread.answer_by < on:
        return late(thread.answer_by)
    return will_answer(thread.answer_by)


def promised(thread: OwnThread, *, on: date) -> str:
    """What is owed, on the first page."""
    return standing(thread, on=on) if thread.answer_by else gettext("Une réponse vous attend.")


def messages_said(found: Sequence[ThreadMessage], joined: Mapping[int, Sequence[JoinedPaper]]) -> list[Said]:
    """What is in a thread, in its order."""
    return [
        Said(
            who=gettext("Vous") if each.author == "TENANT" else gettext("Votre agence"),
            when=words.capital(moment(each.at)),
            body=_body(each) if each.kind == "TEXT" else _step(each),
            is_mine=each.author == "TENANT",
            is_step=each.kind != "TEXT",
            papers=[(paper.id, paper_told(paper), words.weight(paper.byte_count)) for paper in joined.get(each.id, ())],
        )
        for each in found
    ]


def paper_told(paper: JoinedPaper) -> str:
    """What a paper is: the name of its file is not kept."""
    if not paper.is_pdf:
        return gettext("Photo")
    pages = {"count": paper.page_count}
    return ngettext("Document d’une page", "Document de %(count)s pages", paper.page_count) % pages


def _body(message: ThreadMessage) -> str | SafeString:
    """What was written, in its own language; a ready sentence of the agency, in the person’s."""
    if message.author == "TENANT" or is_french():
        return message.body
    lines = [(told(line) if is_told(line) else in_french(line)) for line in message.body.splitlines()]
    return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in lines))


def _step(message: ThreadMessage) -> str:
    if message.kind == "MOVED" and message.due_on is not None:
        new_day = gettext("Notre réponse est repoussée au %(day)s.") % {"day": words.day_long(message.due_on)}
        return f"{new_day} {gettext(MOTIVES[message.motive])}"
    if message.kind == "REOPENED":
        return gettext("Vous avez rouvert cet échange.")
    return (
        gettext("Vous avez dit que c’est réglé.")
        if message.author == "TENANT"
        else gettext("Votre agence a terminé cet échange.")
    )


def found_in(findings: Sequence[Finding], body: str) -> list[Found]:
    """What the screen found: the words, the kind of thing that they tell, whether someone may be in danger."""
    return [
        (body[each.start : each.end], gettext(LABELS[each.category]), each.category == "offence") for each in findings
    ]
