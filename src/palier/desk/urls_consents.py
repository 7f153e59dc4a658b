"""Addresses of what tenants agreed to."""

from django.urls import URLPattern, path

from palier.desk import views_consents

urlpatterns: list[URLPattern] = [
    path("baux/<int:lease_id>/accords/", views_consents.lease_consents, name="lease_consents"),
    path("baux/<int:lease_id>/accords/preuve.pdf", views_consents.lease_consents_proof, name="lease_consents_proof"),
]
