"""« Ce que nous vous avons promis »: repairs, answers to what was written, delays of payment, the soonest first."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext

from palier.exchanges.queries.own import OwnThread
from palier.home import exchange_words, repair_words
from palier.home.sentences import said_of
from palier.maintenance.queries.tenant import own_promises
from palier.recovery.queries.delays import DelayRow
from palier.web import words

# Drawing, title, sentence, address.
Shown = tuple[str, str, str, str]


def promises(threads: list[OwnThread], delays: list[DelayRow], *, on: date) -> list[Shown]:
    """What is owed to whoever asks, and what waits for them to read."""
    found: list[tuple[date, Shown]] = []
    for each in own_promises():
        title = repair_words.title(each.equipment, each.symptom)
        shown = ("tools", title, repair_words.promised(each, on=on), reverse("home:repair", args=[each.repair_id]))
        found.append((each.due_on, shown))
    for thread in threads:
        if thread.answer_by or thread.is_unread:
            said, address = exchange_words.promised(thread, on=on), reverse("home:thread", args=[thread.id])
            title = exchange_words.subject(thread.subject)
            found.append((thread.answer_by or on, ("speech", title, said, address)))
    for row in delays:
        if row.is_running(on) and row.state in ("ASKED", "OFFERED"):
            title, address = gettext("Votre demande de délai"), reverse("home:delay", args=[row.lease_id])
            found.append((row.answer_due_on, ("euro", title, said_of(row), address)))
    return [shown for _, shown in sorted(found, key=lambda each: each[0])]


def writing_note(threads: list[OwnThread], *, on: date) -> str:
    """Under the door « Écrire »: what waits, or the first day promised."""
    if any(each.is_unread for each in threads):
        return gettext("Une réponse vous attend")
    due = min((each.answer_by for each in threads if each.answer_by), default=None)
    if due is None:
        return gettext("Une question à votre agence")
    if due < on:
        return gettext("Notre réponse est en retard")
    return gettext("Réponse avant la fin du %(day)s") % {"day": words.day_long(due, with_year=due.year != on.year)}
