"""Addresses of applications at the desk."""

from django.urls import URLPattern, path

from palier.desk import views_applications, views_interview, views_pieces

_ONE = "demandes/<int:application_id>/"
_PIECE = f"{_ONE}pieces/<int:piece_id>/"

urlpatterns: list[URLPattern] = [
    path("demandes/", views_applications.applications, name="applications"),
    path("demandes/entretien/", views_interview.interview, name="interview"),
    path(_ONE, views_applications.application, name="application"),
    path(f"{_ONE}pieces/", views_pieces.application_pieces, name="application_pieces"),
    path(f"{_ONE}pieces/non-demandee/", views_pieces.paper_given_back, name="paper_given_back"),
    path(f"{_PIECE}papier/", views_pieces.piece_on_paper, name="piece_on_paper"),
    path(f"{_PIECE}recevoir/", views_pieces.piece_give, name="piece_give"),
    path(f"{_PIECE}avis/", views_pieces.piece_judge, name="piece_judge"),
    path(f"{_PIECE}fichier/", views_pieces.piece_file, name="piece_file"),
]
