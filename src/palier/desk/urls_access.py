"""Addresses of the access of tenants."""

from django.urls import URLPattern, path

from palier.desk import views_access

urlpatterns: list[URLPattern] = [
    path("acces-locataires/", views_access.tenant_access, name="tenant_access"),
    path("acces-locataires/<int:residence_id>/", views_access.tenant_access_residence, name="tenant_access_residence"),
    path(
        "acces-locataires/<int:residence_id>/<int:person_id>/lettre/",
        views_access.tenant_access_letter,
        name="tenant_access_letter",
    ),
    path(
        "acces-locataires/<int:residence_id>/<int:person_id>/bon/",
        views_access.tenant_access_slip,
        name="tenant_access_slip",
    ),
]
