"""The number that the form asks of every adult, sealed and apart: what orders, shows or matches never reaches it."""

from django.db import models


class Nir(models.Model):
    """The NIR of an adult who will live there (CCH R441-2-2, a; loi du 27 janvier 2017, art. 78)."""

    # The database holds the link: Django would read the row whole to follow it, which no role of a site may.
    member = models.OneToOneField("demandes.Member", on_delete=models.DO_NOTHING, primary_key=True)
    application = models.ForeignKey("demandes.Application", on_delete=models.PROTECT)
    # Under the installation's secret: no role of a site may read it, only the registration's own flow will.
    sealed = models.BinaryField()
    # Its control key: what a screen shows to tell one from another.
    ending = models.CharField(max_length=2)
    written_on = models.DateField()
