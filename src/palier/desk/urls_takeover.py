"""Addresses of the takeover: sheets to sign, mappings, and the two suites compared."""

from django.urls import URLPattern, path

from palier.desk import views_parallel, views_takeover

urlpatterns: list[URLPattern] = [
    path("reprise/", views_takeover.takeover, name="takeover"),
    path("reprise/correspondance/", views_takeover.takeover_mapping, name="takeover_mapping"),
    path("reprise/fiches/<int:sheet_id>/", views_takeover.takeover_sheet, name="takeover_sheet"),
    path("reprise/fiches/<int:sheet_id>/signer/", views_takeover.takeover_sheet_sign, name="takeover_sheet_sign"),
    path("reprise/fiches/<int:sheet_id>.pdf", views_takeover.takeover_sheet_pdf, name="takeover_sheet_pdf"),
    path("marche-en-double/", views_parallel.parallels, name="parallels"),
    path("marche-en-double/<int:comparison_id>/", views_parallel.parallel, name="parallel"),
    path("marche-en-double/<int:comparison_id>/ecarts/", views_parallel.parallel_gaps, name="parallel_gaps"),
    path("marche-en-double/<int:comparison_id>.pdf", views_parallel.parallel_pdf, name="parallel_pdf"),
]
