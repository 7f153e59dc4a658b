"""Addresses of letters and offers."""

from django.urls import path

from palier.desk import views_offers

urlpatterns = [
    path("propositions/", views_offers.offers, name="offers"),
    path("propositions/<int:offer_id>/", views_offers.offer, name="offer"),
    path("propositions/<int:offer_id>/visite/", views_offers.offer_visit, name="offer_visit"),
    path("propositions/<int:offer_id>/reponse/", views_offers.offer_answer, name="offer_answer"),
    path("propositions/<int:offer_id>/visitee/", views_offers.offer_visited, name="offer_visited"),
    path("propositions/<int:offer_id>/bon-de-visite.pdf", views_offers.offer_slip, name="offer_slip"),
    path("propositions/<int:offer_id>/renonciation/", views_offers.offer_renounce, name="offer_renounce"),
    path("propositions/<int:offer_id>/bail/", views_offers.offer_sign, name="offer_sign"),
    path("propositions/<int:offer_id>/avancement/", views_offers.offer_progress, name="offer_progress"),
    path("commissions/<int:sitting_id>/lettres/", views_offers.sitting_letters, name="sitting_letters"),
    path("commissions/<int:sitting_id>/lettres/faire/", views_offers.sitting_letters_make, name="sitting_letters_make"),
    path(
        "commissions/<int:sitting_id>/lettres/avancement/",
        views_offers.sitting_letters_progress,
        name="sitting_letters_progress",
    ),
    path("lettres/<int:letter_id>/", views_offers.letter, name="letter"),
    path("lettres/<int:letter_id>/recue/", views_offers.letter_received, name="letter_received"),
]
