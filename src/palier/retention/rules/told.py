"""A duration as the person reads it: until which day, then what; or what it waits for. Plain words, short sentences."""

from datetime import date, timedelta

from palier.foundation.periods import after_months
from palier.retention.rules.schedule import ACTIONS_FR, ENDS_FR, KeptRule, Trigger

_MONTHS_FR = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
# While the event has not come.
_RUNNING: dict[Trigger, str] = {
    Trigger.LEASE_END: "tant que dure votre bail",
    Trigger.ACCOUNT_CLOSED: "tant que dure votre bail et que votre compte n’est pas soldé",
    Trigger.MOVE_OUT: "tant que vous habitez ce logement",
    Trigger.END_OF_USE: "tant qu’elles servent à calculer votre loyer",
    Trigger.FISCAL_YEAR_END: "jusqu’à la fin de l’année de chaque document",
    Trigger.LAST_FISCAL_YEAR_END: "tant que dure votre bail et que votre compte n’est pas soldé",
    Trigger.DEPARTURE: "tant que l’agent est en poste",
    Trigger.EVENT: "depuis chaque enregistrement",
    Trigger.EXPIRY: "jusqu’à la fin prévue",
    Trigger.ANSWER: "jusqu’à la réponse",
    Trigger.CLOSING: "jusqu’à la clôture",
    Trigger.RADIATION: "tant que dure votre demande",
}

# The event as the end of « 3 ans après … ».
_AFTER: dict[Trigger, str] = {
    Trigger.LEASE_END: "la fin du bail",
    Trigger.ACCOUNT_CLOSED: "la fin du bail et le solde du compte",
    Trigger.MOVE_OUT: "le départ du logement",
    Trigger.END_OF_USE: "la deuxième année qui suit celle des revenus, ou la fin du bail si elle vient avant",
    Trigger.FISCAL_YEAR_END: "la fin de l’année de la pièce",
    Trigger.LAST_FISCAL_YEAR_END: "la fin de l’année de la dernière écriture, bail fini et compte soldé",
    Trigger.DEPARTURE: "le départ de l’agent, ou la fin de son mandat",
    Trigger.EVENT: "l’enregistrement",
    Trigger.EXPIRY: "la fin de validité",
    Trigger.ANSWER: "la réponse à la demande",
    Trigger.CLOSING: "la clôture du dossier",
    Trigger.RADIATION: "la radiation de la demande",
}


# A file enters the intermediate archive with the end of its lease: what these rules keep is then read by the few.
_ARCHIVED_WITH_THE_LEASE = (Trigger.LEASE_END, Trigger.ACCOUNT_CLOSED)


def told(rule: KeptRule, since: date | None) -> str:
    """« Gardé jusqu’au 31 décembre 2029, puis effacé », or « Gardé tant que dure votre bail, et 3 ans après »."""
    end = ENDS_FR[rule.action]
    is_archived = rule.trigger in _ARCHIVED_WITH_THE_LEASE and rule.archive_months > 0
    if since is not None:
        settled = ", compte soldé" if rule.trigger is Trigger.LEASE_END else ""
        archive = f", en archive dès le {_day(_archived_from(rule, since))}{settled}" if is_archived else ""
        return f"Gardé jusqu’au {_day(rule.kept_until(since))}{archive}, {end}"
    if rule.trigger is Trigger.EVENT:
        return f"Gardé {length(rule.months)}, {end}"
    after = f", et {length(rule.months)} après" if rule.months else ""
    archive = (
        f", dont {length(rule.archive_months)} en archive" if rule.active_months else " en archive"
    ) * is_archived
    return f"Gardé {_RUNNING[rule.trigger]}{after}{archive}, {end}"


def _archived_from(rule: KeptRule, since: date) -> date:
    """The first day in the archive, for an account that is settled: the active time is over."""
    return after_months(since, rule.active_months) + timedelta(days=1)


def duration(rule: KeptRule) -> str:
    """The rule for whoever is not the person: « 3 ans après la fin du bail : effacement »."""
    kept = f"{length(rule.months)} après" if rule.months else "Sans délai après"
    return f"{kept} {_AFTER[rule.trigger]}\u00a0: {ACTIONS_FR[rule.action]}"


def length(months: int) -> str:
    """« 3 ans », « 1 an », « 18 mois »."""
    if months and months % 12 == 0:
        return "1 an" if months == 12 else f"{months // 12} ans"
    return f"{months} mois"


def _day(day: date) -> str:
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}\u00a0{_MONTHS_FR[day.month - 1]}\u00a0{day.year}"
