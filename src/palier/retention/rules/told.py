"""A duration as the person reads it: until which day, then what; or what it waits for. Plain words, short sentences."""

from datetime import date

from palier.retention.rules.schedule import ENDS_FR, KeptRule, Trigger

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
}


def told(rule: KeptRule, since: date | None) -> str:
    """« Gardé jusqu’au 31 décembre 2029, puis effacé », or « Gardé tant que dure votre bail, et 3 ans après »."""
    end = ENDS_FR[rule.action]
    if since is not None:
        return f"Gardé jusqu’au {_day(rule.kept_until(since))}, {end}"
    if rule.trigger is Trigger.EVENT:
        return f"Gardé {length(rule.months)}, {end}"
    after = f", et {length(rule.months)} après" if rule.months else ""
    return f"Gardé {_RUNNING[rule.trigger]}{after}, {end}"


def length(months: int) -> str:
    """« 3 ans », « 1 an », « 18 mois »."""
    if months and months % 12 == 0:
        return "1 an" if months == 12 else f"{months // 12} ans"
    return f"{months} mois"


def _day(day: date) -> str:
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}\u00a0{_MONTHS_FR[day.month - 1]}\u00a0{day.year}"
