"""Breaches of personal data, each step of which nobody rewrites; and the missions of outside auditors."""

from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Value

from palier.foundation.fields import DateRange
from palier.oversight.rules.gravity import EASE_LABELS, EXPOSURE_LABELS, LEVEL_LABELS

KINDS = {
    "AGENT": "Consultations injustifiées par un agent",
    "DEVICE": "Téléphone ou ordinateur volé ou perdu",
    "FILE": "Fichier exporté, envoyé ou publié par erreur",
    "ACCOUNT": "Compte d’agent utilisé par quelqu’un d’autre",
}
CAUSES = {
    "CURIOSITY": "Curiosité, usage personnel",
    "MISTAKE": "Erreur d’envoi ou de manipulation",
    "LOSS": "Perte",
    "THEFT": "Vol",
    "INTRUSION": "Intrusion",
}
STEPS = {
    "DECLARED": "Ouvert",
    "SCOPED": "Personnes recherchées dans le journal",
    "ASSESSED": "Risque évalué",
    "NOTIFIED": "Notifié à la CNIL",
    "COMPLETED": "Notification complétée",
    "LETTERS_MADE": "Lettres préparées",
    "PERSONS_TOLD": "Personnes informées",
    "CLOSED": "Clos",
}
MEASURES = {
    "ACCOUNT_CLOSED": "Compte de l’agent fermé",
    "SESSIONS_CLOSED": "Sessions fermées",
    "DEVICE_WIPED": "Appareil effacé à distance ou données hors ligne expirées",
    "FILE_RECOVERED": "Fichier récupéré ou destruction confirmée par écrit",
    "COMPLAINT_FILED": "Plainte déposée",
    "RIGHTS_REDUCED": "Droits de lecture réduits",
    "PERSONS_CALLED": "Personnes les plus exposées appelées",
}

MISSION_PURPOSES = {
    "YEARLY": "Contrôle annuel",
    "BOARD": "Demande du conseil d’administration",
    "AUTHORITY": "Suites d’un contrôle de la CNIL",
    "COMPLAINT": "Suites d’une réclamation",
}


class Incident(models.Model):
    """A breach of personal data (GDPR art. 4-12), or the rehearsal of one."""

    number = models.CharField(max_length=16, unique=True)
    is_exercise = models.BooleanField(default=False)
    kind = models.CharField(max_length=8, choices=list(KINDS.items()))
    cause = models.CharField(max_length=10, choices=list(CAUSES.items()))
    # Whose readings are concerned: an agent between two instants, or one reading (the export that went away).
    agent_id = models.BigIntegerField(null=True)
    reading_id = models.BigIntegerField(null=True)
    from_at = models.DateTimeField(null=True)
    until_at = models.DateTimeField(null=True)
    aware_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="incident_has_a_trail",
                condition=models.Q(reading_id__isnull=False)
                | models.Q(agent_id__isnull=False, from_at__isnull=False, until_at__isnull=False),
            ),
            models.CheckConstraint(
                name="incident_window_in_order",
                condition=models.Q(from_at__isnull=True) | models.Q(until_at__gt=models.F("from_at")),
            ),
        ]


class IncidentPerson(models.Model):
    """A person whose data were seen, as the journal of readings says it."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT)
    person_id = models.BigIntegerField()
    readings = models.IntegerField()
    categories = ArrayField(models.CharField(max_length=16))
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "person_id"], name="incident_person_once")]


class IncidentStep(models.Model):
    """One step, in its order: nobody changes or removes it."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT)
    kind = models.CharField(max_length=12, choices=list(STEPS.items()))
    at = models.DateTimeField()
    by_agent_id = models.BigIntegerField()
    # What was found at that step.
    persons = models.IntegerField(null=True)
    ease = models.CharField(max_length=11, blank=True, choices=[(c.value, t) for c, t in EASE_LABELS.items()])
    exposure = models.CharField(max_length=18, blank=True, choices=[(c.value, t) for c, t in EXPOSURE_LABELS.items()])
    is_malicious = models.BooleanField(null=True)
    level = models.CharField(max_length=9, blank=True, choices=[(c.value, t) for c, t in LEVEL_LABELS.items()])
    measures = ArrayField(models.CharField(max_length=16), default=list)
    # The number that the authority's online service gave.
    receipt = models.CharField(max_length=30, blank=True)
    # The letters made, as they wait to be fetched.
    package_sha256 = models.CharField(max_length=64, blank=True)
    # Theirs, wrapped: without it their bytes are noise.
    package_key = models.BinaryField(max_length=64, null=True)

    class Meta:
        indexes = [models.Index(fields=["incident", "id"])]


class AuditMission(models.Model):
    """An outside audit: why, by whom, between which days; declared by the DPO, confirmed by someone else.

    Its pseudonyms hold while it runs, and are its own: the key is drawn by the database (sql/mission_key.sql).
    """

    number = models.CharField(max_length=16, unique=True)
    purpose = models.CharField(max_length=9, choices=list(MISSION_PURPOSES.items()))
    auditor_id = models.BigIntegerField()
    first_day = models.DateField()
    last_day = models.DateField()
    declared_by_id = models.BigIntegerField()
    declared_at = models.DateTimeField()
    confirmed_by_id = models.BigIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    # Ended before its last day.
    ended_by_id = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    # What HMAC needs of the key. Nobody reads them but the functions of privacy/sql/audit.sql.
    inner_pad = models.BinaryField(default=b"")
    outer_pad = models.BinaryField(default=b"")
    # The pack, as it waits to be fetched.
    pack_sha256 = models.CharField(max_length=64, blank=True)
    pack_key = models.BinaryField(max_length=64, null=True)
    pack_made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="mission_lasts_a_year_at_most",
                condition=models.Q(last_day__gte=models.F("first_day"))
                & models.Q(last_day__lte=models.F("first_day") + timedelta(days=366)),
            ),
            # Four eyes, the database's own.
            models.CheckConstraint(
                name="mission_is_confirmed_by_another",
                condition=models.Q(confirmed_by_id__isnull=True, confirmed_at__isnull=True)
                | (
                    models.Q(confirmed_by_id__isnull=False, confirmed_at__isnull=False)
                    & ~models.Q(confirmed_by_id=models.F("declared_by_id"))
                    & ~models.Q(confirmed_by_id=models.F("auditor_id"))
                ),
            ),
            ExclusionConstraint(
                name="one_mission_at_a_time_per_auditor",
                expressions=[
                    ("auditor_id", RangeOperators.EQUAL),
                    (DateRange("first_day", "last_day", Value("[]")), RangeOperators.OVERLAPS),
                ],
                condition=models.Q(ended_at__isnull=True),
            ),
        ]
