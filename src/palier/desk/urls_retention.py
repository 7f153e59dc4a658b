"""Addresses about durations: the table, what is held back, the certificates."""

from django.urls import URLPattern, path

from palier.desk import views_retention

urlpatterns: list[URLPattern] = [
    path("conservation/", views_retention.retention, name="retention"),
    path("conservation/durees/<slug:code>/", views_retention.retention_rule, name="retention_rule"),
    path("conservation/retenues/", views_retention.retention_holds, name="retention_holds"),
    path("conservation/retenues/<int:hold_id>/lever/", views_retention.retention_hold_lift, name="retention_hold_lift"),
    path("conservation/certificats/", views_retention.retention_certificates, name="retention_certificates"),
    path(
        "conservation/certificats/<int:number>.pdf", views_retention.retention_certificate, name="retention_certificate"
    ),
    path(
        "conservation/certificats/<int:number>.json",
        views_retention.retention_certificate_data,
        name="retention_certificate_data",
    ),
]
