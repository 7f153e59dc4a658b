"""Addresses of the payroll office's pages."""

from django.urls import path

from palier.desk import views_payroll, views_payroll_batch, views_payroll_given, views_payroll_paper

urlpatterns = [
    path("paie/", views_payroll.payroll, name="payroll"),
    path("paie/lots/", views_payroll.payroll_upload, name="payroll_upload"),
    path("paie/fichiers/<int:pay_file_id>/", views_payroll_given.payroll_given, name="payroll_given"),
    path(
        "paie/fichiers/<int:pay_file_id>/avancement/",
        views_payroll_given.payroll_given_progress,
        name="payroll_given_progress",
    ),
    path(
        "paie/fichiers/<int:pay_file_id>/relire/", views_payroll_given.payroll_given_again, name="payroll_given_again"
    ),
    path(
        "paie/fichiers/<int:pay_file_id>/laisser/", views_payroll_given.payroll_given_leave, name="payroll_given_leave"
    ),
    path("paie/lots/<int:pay_batch_id>/", views_payroll_batch.payroll_batch, name="payroll_batch"),
    path("paie/lots/<int:pay_batch_id>/relire/", views_payroll_batch.payroll_review, name="payroll_review"),
    path("paie/lots/<int:pay_batch_id>/diffuser/", views_payroll_batch.payroll_release, name="payroll_release"),
    path("paie/lots/<int:pay_batch_id>/annuler/", views_payroll_batch.payroll_undo, name="payroll_undo"),
    path("paie/lots/<int:pay_batch_id>/rapprocher/", views_payroll_batch.payroll_match, name="payroll_match"),
    path("paie/papier/<str:pay_lot>/", views_payroll_paper.payroll_lot, name="payroll_lot"),
    path("paie/papier/<str:pay_lot>/pdf/", views_payroll_paper.payroll_lot_pdf, name="payroll_lot_pdf"),
    path("paie/papier/<str:pay_lot>/feuille/", views_payroll_paper.payroll_lot_sheet, name="payroll_lot_sheet"),
    path("paie/bulletins/<int:payslip_id>/bulletin.pdf", views_payroll_batch.payroll_slip, name="payroll_slip"),
    path("paie/quarantaine/<int:quarantined_id>/pages.pdf", views_payroll_batch.payroll_aside, name="payroll_aside"),
    path(
        "paie/quarantaine/<int:quarantined_id>/rendre/",
        views_payroll_batch.payroll_aside_return,
        name="payroll_aside_return",
    ),
    path("paie/registre/", views_payroll.payroll_register, name="payroll_register"),
    path("paie/registre/fichier/", views_payroll.payroll_register_upload, name="payroll_register_upload"),
    path("paie/registre/feuilles.pdf", views_payroll.payroll_sheets, name="payroll_sheets"),
    path("paie/mise-en-page/", views_payroll.payroll_layout, name="payroll_layout"),
    path("paie/fermeture/", views_payroll.payroll_closing, name="payroll_closing"),
    path("paie/fermeture/retirer/", views_payroll.payroll_closing_withdraw, name="payroll_closing_withdraw"),
]
