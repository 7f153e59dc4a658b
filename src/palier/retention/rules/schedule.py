"""The table of durations: what is kept, from which event, how long, what ends it, on what ground."""

import tomllib
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from palier.foundation.errors import Refusal
from palier.foundation.periods import after_months

# A century: nothing that the landlord holds about a person is kept longer.
LONGEST_MONTHS = 1_200


class Trigger(StrEnum):
    """The event from which the time runs."""

    LEASE_END = "LEASE_END"
    ACCOUNT_CLOSED = "ACCOUNT_CLOSED"
    MOVE_OUT = "MOVE_OUT"
    END_OF_USE = "END_OF_USE"
    FISCAL_YEAR_END = "FISCAL_YEAR_END"
    LAST_FISCAL_YEAR_END = "LAST_FISCAL_YEAR_END"
    DEPARTURE = "DEPARTURE"
    EVENT = "EVENT"
    EXPIRY = "EXPIRY"
    ANSWER = "ANSWER"
    CLOSING = "CLOSING"
    RADIATION = "RADIATION"


TRIGGERS_FR: dict[Trigger, str] = {
    Trigger.LEASE_END: "fin du bail",
    Trigger.ACCOUNT_CLOSED: "fin du bail et compte soldé",
    Trigger.MOVE_OUT: "départ du logement",
    Trigger.END_OF_USE: "fin de la deuxième année suivant celle des revenus, ou du bail si elle vient avant",
    Trigger.FISCAL_YEAR_END: "fin de l’année de la pièce",
    Trigger.LAST_FISCAL_YEAR_END: "fin de l’année de la dernière écriture, bail fini et compte soldé",
    Trigger.DEPARTURE: "départ de l’agent, ou fin de son mandat",
    Trigger.EVENT: "date de l’enregistrement",
    Trigger.EXPIRY: "fin de validité",
    Trigger.ANSWER: "réponse à la demande",
    Trigger.CLOSING: "clôture du dossier",
    Trigger.RADIATION: "radiation de la demande",
}


class EndAction(StrEnum):
    """What happens at the end."""

    ERASE = "ERASE"
    ANONYMISE = "ANONYMISE"
    # Written out for the public archives, then erased (Code du patrimoine, art. L212-2 and L212-3).
    ARCHIVE = "ARCHIVE"


ACTIONS_FR: dict[EndAction, str] = {
    EndAction.ERASE: "effacement",
    EndAction.ANONYMISE: "anonymisation",
    EndAction.ARCHIVE: "versement aux archives, puis effacement",
}
# The same, as the end of a sentence about « vos … ».
ENDS_FR: dict[EndAction, str] = {
    EndAction.ERASE: "puis effacé",
    EndAction.ANONYMISE: "puis rendu anonyme",
    EndAction.ARCHIVE: "puis versé aux archives publiques et effacé",
}


class Status(StrEnum):
    """Whether a text says the duration."""

    OFFICIAL = "OFFICIAL"
    TO_CONFIRM = "TO_CONFIRM"


STATUSES_FR: dict[Status, str] = {Status.OFFICIAL: "officielle", Status.TO_CONFIRM: "à confirmer"}


class ScheduleIsFaulty(Refusal):
    """La table des durées de conservation ne peut pas être lue : {fault}."""


class DurationTooShort(Refusal):
    """Pour « {label} », la loi impose au moins {months} mois : {basis}."""


class EndNotOffered(Refusal):
    """« {label} » ne peut pas finir par « {action} » : choisissez une fin de la liste."""


class DurationTooLong(Refusal):
    """Pour « {label} », on ne garde pas plus de {months} mois : {basis}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    """What the landlord may decide of a rule, in months."""

    active_months: int
    archive_months: int
    action: EndAction
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRule:
    """One row of the table. Months; the bounds are those of the law."""

    code: str
    category: str
    label: str
    trigger: Trigger
    active_months: int
    archive_months: int
    action: EndAction
    # The ends that the landlord may choose.
    ends: tuple[EndAction, ...]
    minimum_months: int
    maximum_months: int
    basis: str
    status: Status

    @property
    def months(self) -> int:
        """From the event to the end."""
        return self.active_months + self.archive_months

    def kept_until(self, since: date) -> date:
        """The last day on which the data are there; what is due is due the day after."""
        return after_months(since, self.months)

    def decided(self, durations: Durations) -> "KeptRule":
        """The rule as the landlord decided it. Raises DurationTooShort, DurationTooLong, EndNotOffered."""
        if durations.action not in self.ends:
            raise EndNotOffered(label=self.label, action=ACTIONS_FR[durations.action])
        months = durations.active_months + durations.archive_months
        if durations.active_months < 0 or durations.archive_months < 0 or months < self.minimum_months:
            raise DurationTooShort(label=self.label, months=self.minimum_months, basis=self.basis)
        if months > self.maximum_months:
            raise DurationTooLong(label=self.label, months=self.maximum_months, basis=self.basis)
        return replace(
            self,
            active_months=durations.active_months,
            archive_months=durations.archive_months,
            action=durations.action,
            status=durations.status,
        )


def parse_schedule(text: str) -> tuple[KeptRule, ...]:
    """The rules of the declared file, in its order. Raises ScheduleIsFaulty."""
    try:
        rules = tuple(_rule(entry) for entry in tomllib.loads(text)["rule"])
    except (tomllib.TOMLDecodeError, KeyError, ValueError, TypeError) as error:
        raise ScheduleIsFaulty(fault=str(error)) from error
    codes = [rule.code for rule in rules]
    repeated = sorted({code for code in codes if codes.count(code) > 1})
    if repeated:
        raise ScheduleIsFaulty(fault=f"{', '.join(repeated)} y est deux fois")
    return rules


def _rule(entry: dict[str, object]) -> KeptRule:
    action = EndAction(str(entry["action"]))
    rule = KeptRule(
        code=str(entry["code"]),
        category=str(entry["category"]),
        label=str(entry["label"]),
        trigger=Trigger(str(entry["trigger"])),
        active_months=_months(entry, "active_months"),
        archive_months=_months(entry, "archive_months"),
        action=action,
        ends=(action, EndAction.ARCHIVE) if entry.get("archivable") else (action,),
        minimum_months=_months(entry, "minimum_months") if "minimum_months" in entry else 0,
        maximum_months=_months(entry, "maximum_months") if "maximum_months" in entry else LONGEST_MONTHS,
        basis=str(entry["basis"]),
        status=Status(str(entry["status"])),
    )
    # The declared durations obey the bounds declared beside them.
    return rule.decided(
        Durations(
            active_months=rule.active_months,
            archive_months=rule.archive_months,
            action=rule.action,
            status=rule.status,
        )
    )


def _months(entry: dict[str, object], name: str) -> int:
    months = entry[name]
    if not isinstance(months, int) or not 0 <= months <= LONGEST_MONTHS:
        raise ValueError(f"{entry.get('code')}.{name} n’est pas un nombre de mois")
    return months
