"""The site of tenants and of those who ask for a dwelling: a few doors, with nothing behind that does not exist."""

from django.urls import path

from palier.home import (
    views,
    views_application,
    views_delays,
    views_documents,
    views_facts,
    views_figures,
    views_first_access,
    views_offers,
    views_pay,
    views_readings,
    views_requests,
    who_sees,
)
from palier.web import preferences
from palier.web.signin_urls import addresses

app_name = "home"

urlpatterns = [
    *addresses(views.WAY),
    path("", views.home, name="home"),
    path("connexion/", views.enter, name="sign_in"),
    path("deconnexion/", views.leave, name="sign_out"),
    path("ouvrir/", views_first_access.open_space, name="open_space"),
    path("ouvrir/preuve/", views_first_access.open_proof, name="open_proof"),
    path("ouvrir/choisir/", views_first_access.open_choose, name="open_choose"),
    path("ouvrir/choisir/<slug:way>/", views_first_access.open_password, name="open_password"),
    path("apparence/", preferences.change, name="preferences"),
    path("bail/<int:lease_id>/", views.lease, name="lease"),
    path("bail/<int:lease_id>/pourquoi/", views.why, name="why"),
    path("bail/<int:lease_id>/payer/", views_pay.pay, name="pay"),
    path("bail/<int:lease_id>/delai/", views_delays.ask, name="delay"),
    path("delais/<int:delay_id>/retirer/", views_delays.take_back, name="delay_withdraw"),
    path("delais/<int:delay_id>/accepter/", views_delays.accept, name="delay_accept"),
    path("bail/<int:lease_id>/payer/carte/", views_pay.card_pay, name="card_pay"),
    path("carte/<int:card_id>/", views_pay.card, name="card"),
    path("carte/<int:card_id>/retour/", views_pay.card_return, name="card_return"),
    path("carte/avis/", views_pay.card_notice, name="card_notice"),
    path("attributions/", views_figures.allocation_figures, name="allocation_figures"),
    path("documents/", views_documents.documents, name="documents"),
    path("documents/<int:document_id>/", views_documents.document, name="document"),
    path("documents/<int:document_id>/avis.pdf", views_documents.document_pdf, name="document_pdf"),
    path("demande/", views_application.application, name="application"),
    path("demande/<int:application_id>/", views_application.one_application, name="one_application"),
    path("demande/<int:application_id>/renouveler/", views_application.application_renew, name="application_renew"),
    path(
        "demande/<int:application_id>/pieces/<int:piece_id>/",
        views_application.application_piece,
        name="application_piece",
    ),
    path("demande/<int:application_id>/propositions/<int:offer_id>/", views_offers.offer, name="own_offer"),
    path(
        "demande/<int:application_id>/propositions/<int:offer_id>/bon-de-visite.pdf",
        views_offers.offer_slip,
        name="own_offer_slip",
    ),
    path(
        "demande/<int:application_id>/lettres/<int:letter_id>/",
        views_offers.decision_letter,
        name="own_decision_letter",
    ),
    path("demande/<int:application_id>/courriers/<int:letter_id>/", views_offers.own_letter, name="own_letter"),
    path("dossier/", views.file, name="file"),
    path("qui-peut-voir/", who_sees.who_sees, name="who_sees"),
    path("dossier/coordonnees/<int:contact_id>/", views.share, name="share"),
    path("dossier/consignes/", views_facts.facts, name="facts"),
    path("dossier/consignes/<int:fact_id>/retirer/", views_facts.fact_end, name="fact_end"),
    path("dossier/consignes/<int:fact_id>/contester/", views_facts.fact_contest, name="fact_contest"),
    path("dossier/lectures/", views_readings.readings, name="readings"),
    path("dossier/lectures/lectures.<slug:wanted>", views_readings.readings_file, name="readings_file"),
    path("dossier/lectures/<int:reading_id>/question/", views_readings.question, name="question"),
    path("dossier/droits/", views_requests.requests, name="requests"),
    path("dossier/droits/demander/<slug:way>/", views_requests.request_new, name="request_new"),
    path("dossier/droits/<int:request_id>/", views_requests.request, name="request"),
    path("dossier/droits/copie/<int:package_id>/", views_requests.request_package, name="request_package"),
]
