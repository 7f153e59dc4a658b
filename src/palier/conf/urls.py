"""Addresses: one prefix per site, and the page of the demonstration's accounts at the root."""

from django.urls import include, path

urlpatterns = [
    path("bureau/", include("palier.desk.urls")),
    path("terrain/", include("palier.field.urls")),
    path("chez-moi/", include("palier.home.urls")),
    path("partenaires/", include("palier.partner.urls")),
    path("", include("palier.demo.urls")),
]
