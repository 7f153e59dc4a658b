"""Addresses of the persons’ requests on their data."""

from django.urls import path

from palier.desk import views_rights as views

urlpatterns = [
    path("donnees/demandes/", views.rights, name="rights"),
    path("donnees/demandes/<int:request_id>/", views.rights_request, name="rights_request"),
    path("donnees/demandes/<int:request_id>/repondre/", views.rights_answer, name="rights_answer"),
    path("donnees/demandes/<int:request_id>/prolonger/", views.rights_extend, name="rights_extend"),
    path("donnees/demandes/<int:request_id>/lever/", views.rights_lift, name="rights_lift"),
    path("donnees/demandes/<int:request_id>/copie/", views.rights_copy, name="rights_copy"),
    path("donnees/demandes/<int:request_id>/remise/", views.rights_handed, name="rights_handed"),
    path("donnees/demandes/<int:request_id>/lettre.pdf", views.rights_letter, name="rights_letter"),
    path("donnees/copies/<int:package_id>/", views.rights_package, name="rights_package"),
    path("baux/<int:lease_id>/demande/", views.rights_write_down, name="rights_write_down"),
]
