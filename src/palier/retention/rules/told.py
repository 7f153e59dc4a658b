"""A duration as the person reads it: until which day, then what; or what it waits for. Plain words, short sentences.

It comes as clauses whose days and lengths stand apart: in French here, in the person's language where it is shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from palier.foundation.periods import after_months
from palier.retention.rules.schedule import ACTIONS_FR, ENDS_FR, KeptRule, Trigger

_MONTHS_FR = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
# While the event has not come.
_RUNNING: dict[Trigger, str] = {
    Trigger.LEASE_END: "Gardé tant que dure votre bail",
    Trigger.ACCOUNT_CLOSED: "Gardé tant que dure votre bail et que votre compte n’est pas soldé",
    Trigger.MOVE_OUT: "Gardé tant que vous habitez ce logement",
    Trigger.END_OF_USE: "Gardé tant qu’elles servent à calculer votre loyer",
    Trigger.FISCAL_YEAR_END: "Gardé jusqu’à la fin de l’année de chaque document",
    Trigger.LAST_FISCAL_YEAR_END: "Gardé tant que dure votre bail et que votre compte n’est pas soldé",
    Trigger.DEPARTURE: "Gardé tant que l’agent est en poste",
    Trigger.EXPIRY: "Gardé jusqu’à la fin prévue",
    Trigger.ANSWER: "Gardé jusqu’à la réponse",
    Trigger.CLOSING: "Gardé jusqu’à la clôture",
    Trigger.RADIATION: "Gardé tant que dure votre demande",
}

# The event as the end of « 3 ans après … ».
_AFTER: dict[Trigger, str] = {
    Trigger.LEASE_END: "après la fin du bail",
    Trigger.ACCOUNT_CLOSED: "après la fin du bail et le solde du compte",
    Trigger.MOVE_OUT: "après le départ du logement",
    Trigger.END_OF_USE: "après la deuxième année qui suit celle des revenus, ou la fin du bail si elle vient avant",
    Trigger.FISCAL_YEAR_END: "après la fin de l’année de la pièce",
    Trigger.LAST_FISCAL_YEAR_END: "après la fin de l’année de la dernière écriture, bail fini et compte soldé",
    Trigger.DEPARTURE: "après le départ de l’agent, ou la fin de son mandat",
    Trigger.EVENT: "après l’enregistrement",
    Trigger.EXPIRY: "après la fin de validité",
    Trigger.ANSWER: "après la réponse à la demande",
    Trigger.CLOSING: "après la clôture du dossier",
    Trigger.RADIATION: "après la radiation de la demande",
}

# A file enters the intermediate archive with the end of its lease: what these rules keep is then read by the few.
_ARCHIVED_WITH_THE_LEASE = (Trigger.LEASE_END, Trigger.ACCOUNT_CLOSED)
_UNTIL, _FOR, _ONCE_SETTLED = "Gardé jusqu’au {day}", "Gardé {length}", "compte soldé"
_FROM, _THEN, _THEN_ARCHIVED = "en archive dès le {day}", "et {length} après", "et {length} après en archive"
_OF_WHICH_ARCHIVED = "dont {length} en archive"
INCOMES = "Vos ressources de {year}"
_AT_ONCE, _LENGTH = "Sans délai", "{length}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """Words of a closed list, in French. `{day}` stands for `day`, `{length}` for `months`, `{year}` for `year`."""

    words: str
    day: date | None = None
    months: int = 0
    year: int = 0

    def __str__(self) -> str:
        day = "" if self.day is None else _day(self.day)
        return self.words.format(day=day, length=length(self.months), year=self.year)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A duration in clauses; `str()` says it in French. `joined` is what stands between them."""

    clauses: tuple[Clause, ...]
    joined: tuple[str, ...]

    def __str__(self) -> str:
        """« Gardé jusqu’au 31 décembre 2029, puis effacé »."""
        return woven([str(clause) for clause in self.clauses], self.joined)


def woven(said: list[str], joined: tuple[str, ...]) -> str:
    """Clauses with what stands between each and the next."""
    return "".join(part for pair in zip(said, (*joined, ""), strict=True) for part in pair)


def told(rule: KeptRule, since: date | None) -> Told:
    """« Gardé jusqu’au 31 décembre 2029, puis effacé », or « Gardé tant que dure votre bail, et 3 ans après »."""
    clauses = tuple(_clauses(rule, since))
    return Told(clauses=clauses, joined=(", ",) * (len(clauses) - 1))


def _clauses(rule: KeptRule, since: date | None) -> Iterator[Clause]:
    is_archived = rule.trigger in _ARCHIVED_WITH_THE_LEASE and rule.archive_months > 0
    if since is not None:
        yield Clause(words=_UNTIL, day=rule.kept_until(since))
        if is_archived:
            yield Clause(words=_FROM, day=_archived_from(rule, since))
            if rule.trigger is Trigger.LEASE_END:
                yield Clause(words=_ONCE_SETTLED)
    elif rule.trigger is Trigger.EVENT:
        yield Clause(words=_FOR, months=rule.months)
    else:
        yield Clause(words=_RUNNING[rule.trigger])
        if rule.months:
            archived_at_once = is_archived and not rule.active_months
            yield Clause(words=_THEN_ARCHIVED if archived_at_once else _THEN, months=rule.months)
        if is_archived and rule.active_months:
            yield Clause(words=_OF_WHICH_ARCHIVED, months=rule.archive_months)
    yield Clause(words=ENDS_FR[rule.action])


def _archived_from(rule: KeptRule, since: date) -> date:
    """The first day in the archive, for an account that is settled: the active time is over."""
    return after_months(since, rule.active_months) + timedelta(days=1)


def duration(rule: KeptRule) -> Told:
    """The rule for whoever is not the person: « 3 ans après la fin du bail : effacement »."""
    kept = Clause(words=_LENGTH, months=rule.months) if rule.months else Clause(words=_AT_ONCE)
    return Told(
        clauses=(kept, Clause(words=_AFTER[rule.trigger]), Clause(words=ACTIONS_FR[rule.action])),
        joined=(" ", "\u00a0: "),
    )


def words_used() -> Iterator[str]:
    """Every clause in French but a bare length: for who translates it."""
    yield from (INCOMES, _UNTIL, _FOR, _ONCE_SETTLED, _FROM, _THEN, _THEN_ARCHIVED, _OF_WHICH_ARCHIVED, _AT_ONCE)
    for said in (_RUNNING, _AFTER, ENDS_FR, ACTIONS_FR):
        yield from said.values()


def length(months: int) -> str:
    """« 3 ans », « 1 an », « 18 mois »."""
    if months and months % 12 == 0:
        return "1 an" if months == 12 else f"{months // 12} ans"
    return f"{months} mois"


def _day(day: date) -> str:
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}\u00a0{_MONTHS_FR[day.month - 1]}\u00a0{day.year}"
