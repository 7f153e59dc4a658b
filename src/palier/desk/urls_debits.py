"""Addresses of debits, mandates and refunds."""

from django.urls import path

from palier.desk import views_debits, views_mandates, views_orders, views_refunds

urlpatterns = [
    path("prelevements/", views_debits.debits, name="debits"),
    path("prelevements/preparer/", views_debits.debits_draft, name="debits_draft"),
    path("prelevements/compte-rendu/", views_debits.debit_report, name="debit_report"),
    path("prelevements/<int:debit_id>/representer/", views_debits.debit_again, name="debit_again"),
    path("prelevements/lot/<int:run_id>/", views_debits.debit_run_page, name="debit_run"),
    path("prelevements/lot/<int:run_id>/avancement/", views_debits.debit_progress, name="debit_progress"),
    path("prelevements/lot/<int:run_id>/signer/", views_debits.debit_sign, name="debit_sign"),
    path("prelevements/lot/<int:run_id>/fichier/", views_debits.debit_file, name="debit_file"),
    path("prelevements/lot/<int:run_id>/fichier/refaire/", views_debits.debit_file_ask, name="debit_file_ask"),
    path("ordres/<str:message_id>/", views_orders.order_file, name="order_file"),
    path("ordres/<str:message_id>/annuler/", views_orders.order_void, name="order_void"),
    path("ordres/<str:message_id>/annuler/signer/", views_orders.order_void_sign, name="order_void_sign"),
    path("ordres/<str:message_id>/annuler/abandonner/", views_orders.order_void_drop, name="order_void_drop"),
    path("ordres/<str:message_id>/avancement/", views_orders.order_void_progress, name="order_void_progress"),
    path("baux/<int:lease_id>/mandat/", views_mandates.mandates, name="mandates"),
    path("baux/<int:lease_id>/mandat/<int:mandate_id>/arreter/", views_mandates.mandate_end, name="mandate_stop"),
    path("remboursements/", views_refunds.refunds_page, name="refunds"),
    path("remboursements/envoyer/", views_refunds.refund_send, name="refund_send"),
    path("remboursements/avancement/", views_refunds.refund_progress, name="refund_progress"),
    path("remboursements/fichier/<str:message_id>/", views_refunds.refund_file, name="refund_file"),
    path("remboursements/<int:refund_id>/signer/", views_refunds.refund_sign, name="refund_sign"),
    path("remboursements/<int:refund_id>/abandonner/", views_refunds.refund_drop, name="refund_drop"),
]
