"""Persons, cut into tables by purpose, so that a row policy is enough.

A person's rows carry the residence of their main dwelling; NULL when they have none: then no residence scope sees them.
"""

from datetime import timedelta

from django.db import models
from django.db.models.expressions import RawSQL

from palier.estate.models import Residence
from palier.foundation.fields import FoldedField
from palier.people.facts.kinds import (
    ANNOUNCEMENTS,
    CONTEST_ANSWERS,
    CONTEST_GROUNDS,
    KINDS,
    LANGUAGES,
    SOURCE_LABELS,
)


class Person(models.Model):
    """Identity: who the person is. The caretaker has no right on this table at all."""

    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, null=True)
    title = models.CharField(max_length=4, choices=[("MME", "Mme"), ("M", "M.")], blank=True)
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    birth_date = models.DateField(null=True)
    sort_name = FoldedField("last_name || ' ' || first_name")

    class Meta:
        indexes = [models.Index(fields=["residence", "sort_name"])]


class Contact(models.Model):
    """A way to reach a person. Shown to the caretaker only when the person agreed to share it."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, null=True)
    channel = models.CharField(max_length=6, choices=[("PHONE", "appel"), ("SMS", "SMS"), ("EMAIL", "courriel")])
    value = models.CharField(max_length=120)
    # The digits from the last to the first: a phone is found by its ending, with an index, whoever asks.
    digits_reversed = models.GeneratedField(
        expression=RawSQL(r"reverse(regexp_replace(value, '[^0-9]', '', 'g'))", []),
        output_field=models.TextField(),
        db_persist=True,
    )
    shared_with_caretaker = models.BooleanField(default=False)
    shared_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "channel", "value"], name="contact_once"),
            models.CheckConstraint(
                name="contact_sharing_is_dated",
                condition=models.Q(shared_with_caretaker=False) | models.Q(shared_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["residence", "person"]),
            models.Index(
                fields=["digits_reversed"], name="contact_by_ending", condition=models.Q(channel__in=["PHONE", "SMS"])
            ),
        ]


class Household(models.Model):
    """Who lives together, by number only: what the ceilings and the RLS ask for."""

    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, null=True)
    adults = models.SmallIntegerField()
    dependants = models.SmallIntegerField(default=0)
    is_couple = models.BooleanField(default=False)
    first_day = models.DateField()
    last_day = models.DateField(null=True)


class HouseholdMember(models.Model):
    household = models.ForeignKey(Household, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["household", "person"], name="household_member_once")]


class Income(models.Model):
    """Taxable income of a household for one year (revenu fiscal de référence), in cents."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, null=True)
    year = models.SmallIntegerField()
    rfr_cents = models.BigIntegerField()
    monthly_resources_cents = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["household", "year"], name="income_once_a_year")]


class CodedFact(models.Model):
    """A fact from the closed list (`facts/kinds.py`): stated by someone, for a time, visible to the person it is about.

    Its duration is bounded here too: a restricted fact never lasts more than thirty days, whoever writes it.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    code = models.CharField(max_length=32, choices=[(kind.code, kind.label) for kind in KINDS.values()])
    language = models.CharField(max_length=3, choices=list(LANGUAGES.items()), blank=True)
    reason = models.CharField(
        max_length=16, choices=[reason for kind in KINDS.values() for reason in kind.reasons], blank=True
    )
    source = models.CharField(max_length=7, choices=list(SOURCE_LABELS.items()))
    # No foreign key: staff stand on a floor above. Empty when the person stated it.
    stated_by_id = models.BigIntegerField(null=True)
    stated_at = models.DateTimeField()
    first_day = models.DateField()
    review_on = models.DateField()
    last_day = models.DateField()
    announced_on = models.DateField(null=True)
    announced_by = models.CharField(max_length=6, choices=list(ANNOUNCEMENTS.items()), blank=True)
    # Contested: hidden from those who come until the manager answers.
    suspended_at = models.DateTimeField(null=True)
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "code", "language"],
                name="coded_fact_once",
                condition=models.Q(ended_on__isnull=True),
            ),
            models.CheckConstraint(
                name="coded_fact_lasts_as_declared",
                condition=models.Q(last_day__gte=models.F("first_day"), review_on__gte=models.F("first_day"))
                & (
                    models.Q(code="INTERVENIR_A_DEUX", last_day__lte=models.F("first_day") + timedelta(days=29))
                    | (
                        ~models.Q(code="INTERVENIR_A_DEUX")
                        & models.Q(last_day__lte=models.F("first_day") + timedelta(days=729))
                    )
                ),
            ),
            models.CheckConstraint(
                name="coded_fact_restricted_is_decided",
                condition=~models.Q(code="INTERVENIR_A_DEUX")
                | (models.Q(source="MANAGER", stated_by_id__isnull=False) & ~models.Q(reason="")),
            ),
            models.CheckConstraint(
                name="coded_fact_language_is_for_interpreters",
                condition=(models.Q(code="INTERPRETE_UTILE") & ~models.Q(language=""))
                | (~models.Q(code="INTERPRETE_UTILE") & models.Q(language="")),
            ),
        ]
        indexes = [models.Index(fields=["residence", "person"], name="coded_fact_of_residence")]


class FactContest(models.Model):
    """A person contests a fact about them: for a reason of the closed list, answered before a day."""

    fact = models.ForeignKey(CodedFact, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    ground = models.CharField(max_length=16, choices=list(CONTEST_GROUNDS.items()))
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    answer = models.CharField(
        max_length=16, choices=[(code, label) for code, (label, _) in CONTEST_ANSWERS.items()], blank=True
    )
    answered_by_id = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fact"], name="fact_contest_once_at_a_time", condition=models.Q(answered_at__isnull=True)
            ),
            models.CheckConstraint(
                name="fact_contest_answer_is_dated",
                condition=models.Q(answer="", answered_at__isnull=True)
                | (~models.Q(answer="") & models.Q(answered_at__isnull=False)),
            ),
        ]
