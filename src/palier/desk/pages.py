"""Who may call which page of the agents’ site, for which purpose."""

from palier.desk.pages_access import PAGES as ACCESS
from palier.desk.pages_adoption import PAGES as ADOPTION
from palier.desk.pages_aid import PAGES as AID
from palier.desk.pages_applicants import PAGES as APPLICANTS
from palier.desk.pages_applications import PAGES as APPLICATIONS
from palier.desk.pages_audit import PAGES as AUDIT
from palier.desk.pages_bank import PAGES as BANK
from palier.desk.pages_books import PAGES as BOOKS
from palier.desk.pages_campaigns import PAGES as CAMPAIGNS
from palier.desk.pages_commission import PAGES as COMMISSION
from palier.desk.pages_consents import PAGES as CONSENTS
from palier.desk.pages_debits import PAGES as DEBITS
from palier.desk.pages_delays import PAGES as DELAYS
from palier.desk.pages_dispatch import PAGES as DISPATCH
from palier.desk.pages_estate import PAGES as ESTATE
from palier.desk.pages_exchanges import PAGES as EXCHANGES
from palier.desk.pages_facts import PAGES as FACTS
from palier.desk.pages_incidents import PAGES as INCIDENTS
from palier.desk.pages_journal import PAGES as JOURNAL
from palier.desk.pages_mail import PAGES as MAIL
from palier.desk.pages_matching import PAGES as MATCHING
from palier.desk.pages_month import PAGES as MONTH
from palier.desk.pages_occupation import PAGES as OCCUPATION
from palier.desk.pages_offers import PAGES as OFFERS
from palier.desk.pages_payroll import PAGES as PAYROLL
from palier.desk.pages_policy import PAGES as POLICY
from palier.desk.pages_resets import PAGES as RESETS
from palier.desk.pages_retention import PAGES as RETENTION
from palier.desk.pages_rights import PAGES as RIGHTS
from palier.desk.pages_scores import PAGES as SCORES
from palier.desk.pages_screening import PAGES as SCREENING
from palier.desk.pages_settlement import PAGES as SETTLEMENT
from palier.desk.pages_setup import PAGES as SETUP
from palier.desk.pages_takeover import PAGES as TAKEOVER
from palier.desk.pages_tickets import PAGES as TICKETS
from palier.desk.pages_trials import PAGES as TRIALS
from palier.desk.pages_vacancies import PAGES as VACANCIES
from palier.privacy.declare import PageAccess
from palier.web.signin_pages import PAGES as SIGNING_IN

PAGES: dict[str, PageAccess] = {
    **SIGNING_IN,
    **RESETS,
    **ACCESS,
    **APPLICANTS,
    **APPLICATIONS,
    **AUDIT,
    **BANK,
    **DEBITS,
    **ADOPTION,
    **CONSENTS,
    **DELAYS,
    **DISPATCH,
    **BOOKS,
    **ESTATE,
    **TICKETS,
    **FACTS,
    **EXCHANGES,
    **MONTH,
    **AID,
    **OCCUPATION,
    **OFFERS,
    **MATCHING,
    **SCORES,
    **TRIALS,
    **CAMPAIGNS,
    **COMMISSION,
    **INCIDENTS,
    **JOURNAL,
    **MAIL,
    **PAYROLL,
    **POLICY,
    **RETENTION,
    **RIGHTS,
    **SCREENING,
    **SETTLEMENT,
    **SETUP,
    **TAKEOVER,
    **VACANCIES,
}
