"""Addresses of the bank’s pages, and of the payments of an account."""

from django.urls import path

from palier.desk import views_bank, views_bank_files, views_cards, views_payments

urlpatterns = [
    path("banque/", views_bank_files.bank, name="bank"),
    path("banque/fichiers/", views_bank_files.bank_upload, name="bank_upload"),
    path("banque/fichiers/<int:given_id>/", views_bank_files.bank_file, name="bank_file"),
    path("banque/fichiers/<int:given_id>/avancement/", views_bank_files.bank_file_progress, name="bank_file_progress"),
    path("banque/fichiers/<int:given_id>/appliquer/", views_bank_files.bank_file_apply, name="bank_file_apply"),
    path("banque/fichiers/<int:given_id>/laisser/", views_bank_files.bank_file_leave, name="bank_file_leave"),
    path("banque/fichiers/<int:given_id>/relire/", views_bank_files.bank_file_read, name="bank_file_read"),
    path("banque/cartes/", views_cards.cards, name="cards"),
    path("banque/cartes/<int:card_id>/rendre/", views_cards.card_refund, name="card_refund"),
    path("banque/mouvements/", views_bank.bank_worklist, name="bank_worklist"),
    path("banque/mouvements/<int:movement_id>/rapprocher/", views_bank.bank_match, name="bank_match"),
    path("banque/mouvements/<int:movement_id>/classer/", views_bank.bank_class, name="bank_class"),
    path("banque/mouvements/<int:movement_id>/defaire/", views_bank.bank_undo, name="bank_undo"),
    path("baux/comptes/<int:account_id>/paiements/", views_payments.account_payments, name="account_payments"),
    path("baux/comptes/<int:account_id>/paiements/noter/", views_payments.payment_receive, name="payment_receive"),
    path(
        "baux/comptes/<int:account_id>/paiements/<int:payment_id>/reprendre/",
        views_payments.payment_take_back,
        name="payment_take_back",
    ),
]
