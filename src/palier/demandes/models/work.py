"""What each adult does for a living, as the form asks it (heading d): never the employer, and no rule reads it."""

from django.db import models

from palier.demandes.rules.words import WORK


class Work(models.Model):
    """The professional situation of an adult who will live there (CCH R441-2-2, d), and where they work."""

    member = models.OneToOneField("demandes.Member", on_delete=models.PROTECT, primary_key=True)
    application = models.ForeignKey("demandes.Application", on_delete=models.PROTECT)
    status = models.CharField(max_length=12, choices=list(WORK.items()))
    # INSEE code of the commune of work; empty: not said.
    commune = models.CharField(max_length=5, blank=True)
