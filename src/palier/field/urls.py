"""The caretakers' site: a short list, because what they may see is a short list."""

from django.urls import path

from palier.field import views, views_round, views_site, who_sees
from palier.web import preferences
from palier.web.signin_urls import addresses

app_name = "field"

urlpatterns = [
    *addresses(views.WAY),
    path("", views.home, name="home"),
    path("qui-peut-voir/", who_sees.who_sees, name="who_sees"),
    path("connexion/", views.enter, name="sign_in"),
    path("deconnexion/", views.leave, name="sign_out"),
    path("apparence/", preferences.change, name="preferences"),
    path("residence/<int:residence_id>/", views.doors, name="doors"),
    path("residence/<int:residence_id>/tache/", views_site.routine_done, name="routine_done"),
    path("residence/<int:residence_id>/signaler/", views_site.report, name="report"),
    path("residence/<int:residence_id>/cles/", views_site.keys, name="keys"),
    path("residence/<int:residence_id>/avis/", views_site.deliveries, name="deliveries"),
    path("demande/<int:ticket_id>/close/", views_site.ticket_done, name="ticket_done"),
    path("demande/<int:ticket_id>/photo.jpg", views_site.ticket_photo, name="ticket_photo"),
    path("cle/<int:key_set_id>/", views_site.key_move, name="key_move"),
    path("avis/<int:delivery_id>/", views_site.delivery_done, name="delivery_done"),
    path("tournee/commencer/", views_round.round_start, name="round_start"),
    path("tournee/finir/", views_round.round_end, name="round_end"),
    path("moi/", views_round.me, name="me"),
    path("jeton/", views_round.token, name="token"),
    path("veilleur.js", views_round.worker, name="worker"),
    path("application.webmanifest", views_round.manifest, name="manifest"),
    path("hors-reseau/", views_round.offline, name="offline"),
]
