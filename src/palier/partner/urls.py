"""The site of partners: a few doors, with nothing behind that does not exist."""

from django.urls import path

from palier.partner import views, views_access, views_invoices, views_readings
from palier.web import preferences
from palier.web.signin_urls import addresses

app_name = "partner"

urlpatterns = [
    *addresses(views.WAY),
    path("", views.home, name="home"),
    path("connexion/", views.enter, name="sign_in"),
    path("premier-acces/", views_access.first_access, name="first_access"),
    path("deconnexion/", views.leave, name="sign_out"),
    path("apparence/", preferences.change, name="preferences"),
    path("bulletins/", views.payslips, name="payslips"),
    path("bulletins/<int:payslip_id>/bulletin.pdf", views.payslip, name="payslip"),
    path("bulletins/tous.zip", views.payslips_zip, name="payslips_zip"),
    path("choix/", views.choice, name="choice"),
    path("choix/papier/", views.oppose_page, name="oppose"),
    path("choix/electronique/", views.take_back_page, name="take_back"),
    path("factures/", views_invoices.invoices, name="invoices"),
    path("factures/<int:invoice_id>/facture.pdf", views_invoices.invoice, name="invoice"),
    path("lectures/", views_readings.readings, name="readings"),
]
