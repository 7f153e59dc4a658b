"""Addresses of the month, of imports, of jobs, of sign-in."""

from django.urls import URLPattern, path

from palier.desk import (
    views_bills,
    views_home,
    views_imports,
    views_jobs,
    views_month,
    views_privacy,
    views_review,
    views_signin,
)
from palier.web import preferences

urlpatterns: list[URLPattern] = [
    path("entrer/", views_signin.sign_in, name="sign_in"),
    path("sortir/", views_signin.sign_out, name="sign_out"),
    path("apparence/", preferences.change, name="preferences"),
    path("mes-preferences/", views_signin.my_preferences, name="my_preferences"),
    path("", views_home.home, name="home"),
    path("quittancement/", views_month.months, name="months"),
    path("quittancement/<str:month>/", views_month.month, name="month"),
    path("quittancement/<str:month>/avancement/", views_month.month_progress, name="month_progress"),
    path("quittancement/<str:month>/calculer/", views_month.month_compute, name="month_compute"),
    path("quittancement/<str:month>/quittances/", views_month.month_receipts, name="month_receipts"),
    path("quittancement/calcul/<int:run_id>/viser/", views_month.month_review, name="month_review"),
    path("quittancement/calcul/<int:run_id>/sceller/", views_month.month_seal, name="month_seal"),
    path("quittancement/calcul/<int:run_id>/editer/", views_month.month_notices, name="month_notices"),
    path("quittancement/calcul/<int:run_id>/ecarts/", views_review.month_differences, name="month_differences"),
    path("quittancement/calcul/<int:run_id>/ecarts/<slug:cause>/", views_review.month_cause, name="month_cause"),
    path("quittancement/calcul/<int:run_id>/anomalies/", views_review.month_anomalies, name="month_anomalies"),
    path(
        "quittancement/calcul/<int:run_id>/anomalies/<int:anomaly_id>/",
        views_review.anomaly_judge,
        name="anomaly_judge",
    ),
    path("quittancement/calcul/<int:run_id>/mis-de-cote/", views_review.month_set_aside, name="month_set_aside"),
    path("quittancement/calcul/<int:run_id>/avis/", views_bills.month_bills, name="month_bills"),
    path("avis/<int:bill_id>/", views_bills.bill, name="bill"),
    path("avis/<int:bill_id>/contre-ecriture/", views_bills.bill_take_back, name="bill_take_back"),
    path("avis/<int:bill_id>/document/", views_bills.bill_notice, name="bill_notice"),
    path("documents/<int:document_id>.pdf", views_bills.document_pdf, name="document_pdf"),
    path("imports/", views_imports.imports, name="imports"),
    path("imports/donner/", views_imports.import_upload, name="import_upload"),
    path("imports/<int:batch_id>/", views_imports.import_review, name="import_review"),
    path("imports/<int:batch_id>/refus/", views_imports.import_errors, name="import_errors"),
    path("imports/<int:batch_id>/appliquer/", views_imports.import_apply, name="import_apply"),
    path("imports/<int:batch_id>/laisser/", views_imports.import_abandon, name="import_abandon"),
    path("imports/<int:batch_id>/avancement/", views_imports.import_progress, name="import_progress"),
    path("taches/", views_jobs.jobs, name="jobs"),
    path("donnees/", views_privacy.who_sees, name="privacy"),
    path("donnees/finalites/", views_privacy.purposes, name="purposes"),
    path("donnees/lectures/", views_privacy.readings, name="readings"),
]
