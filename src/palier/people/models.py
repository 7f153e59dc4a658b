"""Persons, cut into tables by purpose, so that a row policy is enough.

A person's rows carry the residence of their main dwelling; NULL when they have none: then no residence scope sees them.
"""

from django.db import models
from django.db.models.expressions import RawSQL

from palier.estate.models import Residence
from palier.foundation.fields import FoldedField


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
