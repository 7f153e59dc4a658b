"""Addresses of housing aid."""

from django.urls import path

from palier.desk import views_aid

urlpatterns = [
    path("aides/", views_aid.aid, name="aid"),
    path("aides/donner/", views_aid.aid_upload, name="aid_upload"),
    path("aides/donnes/<int:aid_given_id>/", views_aid.aid_given, name="aid_given"),
    path("aides/donnes/<int:aid_given_id>/avancement/", views_aid.aid_given_progress, name="aid_given_progress"),
    path("aides/donnes/<int:aid_given_id>/relire/", views_aid.aid_given_again, name="aid_given_again"),
    path("aides/donnes/<int:aid_given_id>/laisser/", views_aid.aid_given_leave, name="aid_given_leave"),
    path("aides/<int:aid_file_id>/", views_aid.aid_file, name="aid_file"),
    path("aides/<int:aid_file_id>/virement/", views_aid.aid_reconcile, name="aid_reconcile"),
    path("aides/lignes/<int:aid_row_id>/rattacher/", views_aid.aid_attach, name="aid_attach"),
    path("aides/lignes/<int:aid_row_id>/accepter/", views_aid.aid_accept, name="aid_accept"),
]
