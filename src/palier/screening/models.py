"""What the screen refused, without the text; what was reported as a false alarm; the words that the landlord adds."""

from django.db import models

from palier.screening.rules.verdict import CATEGORIES

# Why a text that the screen warns of is kept all the same: a closed list, each about things.
JUSTIFICATIONS = {
    "THING": "Ces mots désignent un objet, un équipement ou un lieu",
    "NAME": "C’est le nom d’une rue, d’une résidence ou d’une entreprise",
    "REFERENCE": "C’est la référence d’un matériel ou d’un trousseau",
}
SEVERITIES = {"warn": "Avertir", "block": "Refuser"}


class ScreenRefusal(models.Model):
    """One thing found in a text that was not kept. The text itself is nowhere."""

    category = models.CharField(max_length=10)
    term = models.CharField(max_length=40)
    field = models.CharField(max_length=40)
    site = models.CharField(max_length=5)
    agent_id = models.BigIntegerField(null=True)
    agency_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="refusal_category", condition=models.Q(category__in=CATEGORIES)),
        ]


class JustifiedWarning(models.Model):
    """A warning that an agent answered by a reason of the list: the text was kept, where it belongs; here it is not."""

    category = models.CharField(max_length=10)
    term = models.CharField(max_length=40)
    field = models.CharField(max_length=40)
    site = models.CharField(max_length=5)
    justification = models.CharField(max_length=9)
    agent_id = models.BigIntegerField(null=True)
    agency_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="warning_category", condition=models.Q(category__in=CATEGORIES)),
            models.CheckConstraint(
                name="warning_justification", condition=models.Q(justification__in=list(JUSTIFICATIONS))
            ),
        ]


class FalseAlarm(models.Model):
    """« Ce n’est pas ce que dit mon texte »: the term alone, neither the text nor who said so."""

    term = models.CharField(max_length=40)
    reported_on = models.DateField()


class LandlordTerm(models.Model):
    """A word that the landlord adds to the core lexicons, with the two texts that prove it."""

    word = models.CharField(max_length=60, unique=True)
    category = models.CharField(max_length=10)
    severity = models.CharField(max_length=5)
    hit = models.CharField(max_length=160)
    look_alike = models.CharField(max_length=160)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="landlord_term_category", condition=models.Q(category__in=CATEGORIES)),
            models.CheckConstraint(name="landlord_term_severity", condition=models.Q(severity__in=list(SEVERITIES))),
        ]
