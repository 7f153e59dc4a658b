"""Addresses of applications at the desk."""

from django.urls import URLPattern, path

from palier.desk import views_applications, views_duplicates, views_headings, views_interview, views_life, views_pieces

_ONE = "demandes/<int:application_id>/"
_PIECE = f"{_ONE}pieces/<int:piece_id>/"

urlpatterns: list[URLPattern] = [
    path("demandes/", views_applications.applications, name="applications"),
    path("demandes/entretien/", views_interview.interview, name="interview"),
    path("demandes/nouvelle/", views_life.application_new, name="application_new"),
    path("demandes/echeances/", views_life.application_clocks, name="application_clocks"),
    path("demandes/doublons/", views_duplicates.application_duplicates, name="application_duplicates"),
    path("demandes/doublons/<int:duplicate_id>/reunir/", views_duplicates.duplicate_merge, name="duplicate_merge"),
    path(
        "demandes/doublons/<int:duplicate_id>/distinctes/",
        views_duplicates.duplicate_keep_apart,
        name="duplicate_keep_apart",
    ),
    path(_ONE, views_applications.application, name="application"),
    path(f"{_ONE}modifier/<slug:heading>/", views_headings.application_change, name="application_change"),
    path(f"{_ONE}vie/", views_life.application_life, name="application_life"),
    path(f"{_ONE}vie/renouveler/", views_life.application_renew, name="application_renew"),
    path(f"{_ONE}vie/avertir/", views_life.application_warn, name="application_warn"),
    path(f"{_ONE}vie/reponse/", views_life.application_answer, name="application_answer"),
    path(f"{_ONE}vie/radier/", views_life.application_radiate, name="application_radiate"),
    path(f"{_ONE}vie/reactiver/", views_life.application_reactivate, name="application_reactivate"),
    path(f"{_ONE}vie/entretien/", views_life.application_interviewed, name="application_interviewed"),
    path(f"{_ONE}vie/prendre/", views_life.application_take, name="application_take"),
    path(f"{_ONE}vie/confier/", views_life.application_give, name="application_give"),
    path(f"{_ONE}vie/rendre/", views_life.application_give_back, name="application_give_back"),
    path(f"{_ONE}lettres/<int:letter_id>/", views_applications.application_letter, name="application_letter"),
    path(f"{_ONE}pieces/", views_pieces.application_pieces, name="application_pieces"),
    path(f"{_ONE}pieces/non-demandee/", views_pieces.paper_given_back, name="paper_given_back"),
    path(f"{_PIECE}papier/", views_pieces.piece_on_paper, name="piece_on_paper"),
    path(f"{_PIECE}recevoir/", views_pieces.piece_give, name="piece_give"),
    path(f"{_PIECE}avis/", views_pieces.piece_judge, name="piece_judge"),
    path(f"{_PIECE}fichier/", views_pieces.piece_file, name="piece_file"),
]
