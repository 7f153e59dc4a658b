"""The tenants' site: three doors, and nothing behind them that does not exist."""

from django.urls import path

from palier.home import views
from palier.web import preferences

app_name = "home"

urlpatterns = [
    path("", views.home, name="home"),
    path("connexion/", views.enter, name="sign_in"),
    path("deconnexion/", views.leave, name="sign_out"),
    path("apparence/", preferences.change, name="preferences"),
    path("bail/<int:lease_id>/", views.lease, name="lease"),
    path("bail/<int:lease_id>/pourquoi/", views.why, name="why"),
    path("bail/<int:lease_id>/payer/", views.pay, name="pay"),
    path("documents/", views.documents, name="documents"),
    path("documents/<int:document_id>/", views.document, name="document"),
    path("documents/<int:document_id>/avis.pdf", views.document_pdf, name="document_pdf"),
    path("dossier/", views.file, name="file"),
    path("dossier/coordonnees/<int:contact_id>/", views.share, name="share"),
    path("dossier/lectures/", views.readings, name="readings"),
]
