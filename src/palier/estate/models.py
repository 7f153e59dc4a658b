"""What the landlord owns. Areas in m², amounts in cents, codes in capitals."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models

from palier.foundation.fields import FoldedField


class LandlordLogo(models.Model):
    """A logo that documents print, named by the digest of its drawing. Never changed: documents made bear it."""

    digest = models.CharField(max_length=64, unique=True)
    png = models.BinaryField()
    width = models.SmallIntegerField()
    height = models.SmallIntegerField()
    kept_at = models.DateTimeField()


class Landlord(models.Model):
    """The landlord itself: one row, printed on every document."""

    name = models.CharField(max_length=80)
    legal_form = models.CharField(max_length=80)
    address_lines = models.JSONField()
    siret = models.CharField(max_length=20)
    phone = models.CharField(max_length=20)
    opening_hours = models.CharField(max_length=60)
    tenant_site = models.CharField(max_length=80)
    iban = models.CharField(max_length=34)
    bic = models.CharField(max_length=11, blank=True)
    creditor_id = models.CharField(max_length=35)
    logo = models.ForeignKey(LandlordLogo, on_delete=models.PROTECT, null=True)
    # A demonstration landlord opens the page of roles; a real one never does.
    is_demo = models.BooleanField(default=False)


class Agency(models.Model):
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)


class LandlordChange(models.Model):
    """What changed in the landlord's sheet or its agencies, and by whom.

    Where the tenants' money goes waits for a second person: whoever steals one account must not divert the rents.
    """

    subject = models.CharField(
        max_length=10,
        choices=[
            ("NAME", "nom"),
            ("LEGAL_FORM", "forme juridique"),
            ("ADDRESS", "adresse"),
            ("SIRET", "SIRET"),
            ("PHONE", "téléphone"),
            ("HOURS", "horaires"),
            ("SITE", "adresse du site des locataires"),
            ("IBAN", "IBAN"),
            ("BIC", "BIC"),
            ("CREDITOR", "identifiant créancier SEPA"),
            ("LOGO", "logo"),
            ("AGENCY", "agence"),
        ],
    )
    before = models.CharField(max_length=300, blank=True)
    after = models.CharField(max_length=300)
    state = models.CharField(
        max_length=7,
        choices=[("APPLIED", "en vigueur"), ("WAITING", "attend une seconde personne"), ("REFUSED", "refusé")],
    )
    # Agents by their number: they live on a floor above. 0 for a command.
    asked_by = models.BigIntegerField()
    asked_at = models.DateTimeField()
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject"], condition=models.Q(state="WAITING"), name="landlord_change_waits_once"
            ),
            models.CheckConstraint(
                name="landlord_change_four_eyes",
                condition=~models.Q(subject="IBAN", state="APPLIED")
                | (models.Q(decided_by__isnull=False) & ~models.Q(decided_by=models.F("asked_by"))),
            ),
            models.CheckConstraint(
                name="landlord_change_decided_whole",
                condition=models.Q(decided_by__isnull=True, decided_at__isnull=True)
                | models.Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]


class Residence(models.Model):
    """A programme: one landlord, one address, one date of delivery."""

    id = models.AutoField(primary_key=True)
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    search_text = FoldedField("name || ' ' || address || ' ' || postcode || ' ' || city")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    nature = models.CharField(
        max_length=20,
        choices=[
            ("FAMILIAL", "logement familial"),
            ("ETUDIANT", "résidence étudiante"),
            ("FJT", "foyer de jeunes travailleurs ou résidence pour jeunes actifs"),
            ("RESIDENCE_SOCIALE", "résidence sociale"),
            ("MAISON_RELAIS", "maison relais"),
            ("FTM", "foyer de travailleurs migrants"),
            ("HANDICAP", "foyer pour personnes handicapées"),
            ("EHPAD", "établissement pour personnes âgées dépendantes"),
            ("AGEES", "résidence pour personnes âgées"),
            ("URGENCE", "centre d’hébergement d’urgence"),
            ("CHRS", "centre d’hébergement et de réinsertion sociale"),
        ],
        default="FAMILIAL",
    )
    address = models.CharField(max_length=200)
    # As the file said it, several streets and all.
    address_as_given = models.TextField(blank=True)
    postcode = models.CharField(max_length=5)
    city = models.CharField(max_length=80)
    # INSEE code, arrondissement codes included: what applicants wish for. Empty: not known yet.
    commune = models.CharField(max_length=5, blank=True, db_default="")
    delivered_year = models.SmallIntegerField(null=True)
    # When rent falls due: first or last day of the month of occupation.
    rent_term = models.CharField(max_length=8, choices=[("ECHU", "échu"), ("ECHOIR", "à échoir")], default="ECHU")
    is_qpv = models.BooleanField(default=False)
    zone_rls = models.SmallIntegerField(choices=[(1, "1"), (2, "2"), (3, "3")])
    zone_ceiling = models.CharField(
        max_length=5, choices=[("PARIS", "Paris et limitrophes"), ("IDF", "Île-de-France"), ("OTHER", "autres régions")]
    )
    zone_sls = models.CharField(max_length=4, choices=[("1BIS", "1 bis"), ("1", "1"), ("2", "2"), ("3", "3")])
    # The file's own landlord and key: an import finds its residences again by it.
    source_landlord = models.CharField(max_length=80, blank=True)
    import_key = models.CharField(max_length=400, unique=True, null=True)

    class Meta:
        indexes = [
            models.Index(fields=["agency", "name"]),
            GinIndex(fields=["search_text"], name="residence_trigrams", opclasses=["gin_trgm_ops"]),
        ]


class Convention(models.Model):
    """APL convention (CCH L353-1): ties dwellings to a maximum rent per m² of useful area."""

    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    number = models.CharField(max_length=40, unique=True)
    signed_on = models.DateField()
    financing = models.CharField(max_length=8)
    max_rent_per_m2_cents = models.IntegerField()
    # The day to which that maximum is stated: from then on it is revised each 1 January (CCH L353-9-2). Empty: not
    # known, and the maximum is taken as it stands.
    max_rent_on = models.DateField(null=True)
    coefficient = models.DecimalField(max_digits=6, decimal_places=4, default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="convention_amounts_positive",
                condition=models.Q(max_rent_per_m2_cents__gt=0, coefficient__gt=0),
            )
        ]


class Building(models.Model):
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    code = models.CharField(max_length=10)
    address = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["residence", "code"], name="building_once")]


class Staircase(models.Model):
    building = models.ForeignKey(Building, on_delete=models.PROTECT)
    code = models.CharField(max_length=10)
    has_lift = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["building", "code"], name="staircase_once")]


class Dwelling(models.Model):
    """A dwelling. Without an area it is « à compléter » and cannot be let at a rent per m²."""

    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    staircase = models.ForeignKey(Staircase, on_delete=models.PROTECT)
    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, null=True)
    door = models.CharField(max_length=20)
    floor = models.SmallIntegerField(null=True)
    rooms = models.SmallIntegerField(null=True)
    floor_area_m2 = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    annex_area_m2 = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    # Floor area plus half of the annexes (CCH R353-16), by the rule useful-area.
    useful_area_m2 = models.GeneratedField(
        expression=models.F("floor_area_m2") + models.F("annex_area_m2") / 2,
        output_field=models.DecimalField(max_digits=8, decimal_places=3),
        db_persist=True,
    )
    financing = models.CharField(
        max_length=8,
        choices=[
            ("PLAI", "PLAI"),
            ("PLUS", "PLUS"),
            ("PLUS_CD", "PLUS-CD"),
            ("PLS", "PLS"),
            ("HLMO", "HLM ordinaire"),
            ("PLA", "PLA"),
            ("ILM", "ILM"),
        ],
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["residence", "staircase", "door"], name="dwelling_once"),
            models.CheckConstraint(
                name="dwelling_areas_positive",
                condition=models.Q(floor_area_m2__gt=0, annex_area_m2__gte=0)
                | models.Q(floor_area_m2__isnull=True, annex_area_m2__gte=0),
            ),
        ]
        indexes = [
            models.Index(
                fields=["residence", "id"], name="dwelling_to_complete", condition=models.Q(floor_area_m2=None)
            )
        ]


class Annex(models.Model):
    """A parking space, a cellar: let with a dwelling or apart."""

    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    dwelling = models.ForeignKey(Dwelling, on_delete=models.PROTECT, null=True)
    kind = models.CharField(max_length=8, choices=[("PARKING", "stationnement"), ("CELLAR", "cave")])
    number = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["residence", "kind", "number"], name="annex_once")]
