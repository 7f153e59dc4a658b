"""Every address of every site, filled with the numbers of one agency's rows."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import psycopg
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

# The words that take an agency's place in the names of its people and doors: whoever may not see it, never sees them.
MARKS: Mapping[int, str] = {1: "NORDCANARI", 2: "SUDCANARI"}

# A mark on a place, which names nobody: those who allocate see the stock whatever its agency.
PLACE = re.compile("LIEU(?:NORD|SUD)CANARI[0-9]*")

_FIRST_OF_AGENCY: Mapping[str, str] = {
    "residence_id": "SELECT min(id) FROM estate_residence WHERE agency_id = %(agency)s",
    "dwelling_id": "SELECT min(dwelling_id) FROM leases_lease JOIN estate_residence AS r ON r.id = residence_id"
    " WHERE agency_id = %(agency)s AND ends_on IS NULL",
    "lease_id": "SELECT min(l.id) FROM leases_lease AS l JOIN estate_residence AS r ON r.id = l.residence_id"
    " WHERE agency_id = %(agency)s AND l.ends_on IS NULL",
    "account_id": "SELECT min(a.id) FROM ledger_account AS a JOIN estate_residence AS r ON r.id = a.residence_id"
    " WHERE agency_id = %(agency)s",
    "entry_id": "SELECT min(e.id) FROM ledger_entry AS e JOIN estate_residence AS r ON r.id = e.residence_id"
    " WHERE agency_id = %(agency)s",
    "bill_id": "SELECT min(b.id) FROM quittancement_bill AS b JOIN estate_residence AS r ON r.id = b.residence_id"
    " JOIN quittancement_run AS q ON q.id = b.run_id WHERE agency_id = %(agency)s AND q.state = 'SEALED'",
    "document_id": "SELECT min(d.id) FROM mail_document AS d JOIN estate_residence AS r ON r.id = d.residence_id"
    " WHERE agency_id = %(agency)s",
    "helper_id": "SELECT coalesce(min(h.id), 0) FROM admission_helper AS h JOIN people_person AS p"
    " ON p.id = h.person_id JOIN estate_residence AS r ON r.id = p.residence_id WHERE agency_id = %(agency)s",
    "contact_id": "SELECT min(c.id) FROM people_contact AS c JOIN estate_residence AS r ON r.id = c.residence_id"
    " WHERE agency_id = %(agency)s",
    "person_id": "SELECT min(p.id) FROM people_person AS p JOIN estate_residence AS r ON r.id = p.residence_id"
    " WHERE agency_id = %(agency)s",
    "anomaly_id": "SELECT min(a.id) FROM quittancement_anomaly AS a JOIN estate_residence AS r ON r.id = a.residence_id"
    " WHERE agency_id = %(agency)s",
    "run_id": "SELECT max(id) FROM quittancement_run WHERE state = 'SEALED' AND %(agency)s > 0",
    "reading_id": "SELECT coalesce(max(id), 1) FROM privacy_readevent WHERE %(agency)s > 0",
    "batch_id": "SELECT coalesce(min(id), 1) FROM foundation_importbatch WHERE %(agency)s > 0",
    "opening_id": "SELECT min(o.id) FROM agents_opening AS o JOIN estate_residence AS r ON r.id = o.residence_id"
    " WHERE agency_id = %(agency)s",
    "protection_id": "SELECT min(q.id) FROM agents_protectedperson AS q JOIN people_person AS p ON p.id = q.person_id"
    " JOIN estate_residence AS r ON r.id = p.residence_id WHERE agency_id = %(agency)s",
    "alarm_id": "SELECT min(id) FROM agents_openingalarm WHERE %(agency)s > 0",
    "request_id": "SELECT min(q.id) FROM rights_request AS q JOIN people_person AS p ON p.id = q.person_id"
    " JOIN estate_residence AS r ON r.id = p.residence_id WHERE agency_id = %(agency)s",
    "package_id": "SELECT min(q.id) FROM rights_package AS q JOIN people_person AS p ON p.id = q.person_id"
    " JOIN estate_residence AS r ON r.id = p.residence_id WHERE agency_id = %(agency)s",
    "ticket_id": "SELECT min(t.id) FROM maintenance_ticket AS t JOIN estate_residence AS r ON r.id = t.residence_id"
    " WHERE agency_id = %(agency)s",
    "repair_id": "SELECT min(q.id) FROM maintenance_repairrequest AS q JOIN estate_residence AS r"
    " ON r.id = q.residence_id WHERE agency_id = %(agency)s",
    "visit_id": "SELECT min(v.id) FROM maintenance_visit AS v JOIN estate_residence AS r ON r.id = v.residence_id"
    " WHERE agency_id = %(agency)s",
    "photo_id": "SELECT min(p.id) FROM maintenance_ticketphoto AS p JOIN estate_residence AS r"
    " ON r.id = p.residence_id WHERE agency_id = %(agency)s",
    "key_set_id": "SELECT min(k.id) FROM maintenance_keyset AS k JOIN estate_residence AS r ON r.id = k.residence_id"
    " WHERE agency_id = %(agency)s",
    "delivery_id": "SELECT min(d.id) FROM maintenance_delivery AS d JOIN estate_residence AS r ON r.id = d.residence_id"
    " WHERE agency_id = %(agency)s",
    "revision_id": "SELECT coalesce(min(id), 1) FROM campaigns_revision WHERE %(agency)s > 0",
    "survey_id": "SELECT coalesce(min(id), 1) FROM campaigns_survey WHERE %(agency)s > 0",
    "campaign_id": "SELECT coalesce(min(id), 1) FROM adoption_campaign WHERE %(agency)s > 0",
    "aid_file_id": "SELECT coalesce(min(id), 1) FROM aid_aidfile WHERE %(agency)s > 0",
    "aid_row_id": "SELECT coalesce(min(id), 1) FROM aid_aidrow WHERE %(agency)s > 0",
    "sheet_id": "SELECT coalesce(min(id), 1) FROM takeover_sheet WHERE %(agency)s > 0",
    "comparison_id": "SELECT coalesce(min(id), 1) FROM takeover_comparison WHERE %(agency)s > 0",
    "movement_id": "SELECT coalesce(min(id), 1) FROM banking_bankentry WHERE %(agency)s > 0",
    "payment_id": "SELECT min(p.id) FROM banking_payment AS p JOIN estate_residence AS r ON r.id = p.residence_id"
    " WHERE agency_id = %(agency)s",
    "lettering_id": "SELECT min(t.id) FROM quittancement_lettering AS t JOIN estate_residence AS r"
    " ON r.id = t.residence_id WHERE agency_id = %(agency)s",
    "mandate_id": "SELECT min(m.id) FROM banking_sepamandate AS m JOIN estate_residence AS r ON r.id = m.residence_id"
    " WHERE agency_id = %(agency)s",
    # What the addresses of debits call a run.
    "debit_run_id": "SELECT min(id) FROM banking_debitrun WHERE %(agency)s > 0",
    "debit_id": "SELECT min(d.id) FROM banking_debit AS d JOIN estate_residence AS r ON r.id = d.residence_id"
    " WHERE agency_id = %(agency)s",
    "refund_id": "SELECT min(d.id) FROM banking_refund AS d JOIN estate_residence AS r ON r.id = d.residence_id"
    " WHERE agency_id = %(agency)s",
    "message_id": "SELECT min(message_id) FROM banking_refund WHERE message_id <> '' AND %(agency)s > 0",
    "card_id": "SELECT min(c.id) FROM banking_cardpayment AS c JOIN estate_residence AS r ON r.id = c.residence_id"
    " WHERE agency_id = %(agency)s",
    "delay_id": "SELECT min(y.id) FROM recovery_delay AS y JOIN estate_residence AS r ON r.id = y.residence_id"
    " WHERE agency_id = %(agency)s",
    "deposit_id": "SELECT min(d.id) FROM mail_deposit AS d JOIN people_person AS p ON p.id = d.person_id"
    " JOIN estate_residence AS r ON r.id = p.residence_id WHERE agency_id = %(agency)s",
    "retrieval_id": "SELECT min(d.id) FROM rights_retrieval AS d JOIN people_person AS p ON p.id = d.person_id"
    " JOIN estate_residence AS r ON r.id = p.residence_id WHERE agency_id = %(agency)s",
    "thread_id": "SELECT min(t.id) FROM exchanges_thread AS t JOIN estate_residence AS r ON r.id = t.residence_id"
    " WHERE agency_id = %(agency)s",
    "paper_id": "SELECT min(a.id) FROM exchanges_attachment AS a JOIN estate_residence AS r ON r.id = a.residence_id"
    " WHERE agency_id = %(agency)s",
    "given_id": "SELECT min(id) FROM banking_givenfile WHERE %(agency)s > 0",
    "pay_file_id": "SELECT min(id) FROM payroll_givenpayfile WHERE %(agency)s > 0",
    "aid_given_id": "SELECT min(id) FROM aid_givenaidfile WHERE %(agency)s > 0",
    "exclusion_id": "SELECT min(id) FROM campaigns_excludedarea WHERE %(agency)s > 0",
    "mailing_id": "SELECT min(id) FROM campaigns_mailing WHERE %(agency)s > 0",
    "template_id": "SELECT min(id) FROM correspondence_template WHERE %(agency)s > 0",
    "sending_id": "SELECT min(id) FROM correspondence_sending WHERE agency_id = %(agency)s",
    "outgoing_id": "SELECT min(w.id) FROM correspondence_letter AS w JOIN estate_residence AS r"
    " ON r.id = w.residence_id WHERE agency_id = %(agency)s AND w.number <> ''",
    "reply_id": "SELECT min(p.id) FROM correspondence_reply AS p JOIN estate_residence AS r"
    " ON r.id = p.residence_id WHERE agency_id = %(agency)s",
    "lot": "SELECT min(number) FROM dispatch_printlot WHERE family NOT IN ('ACCESS', 'PAYSLIPS') AND %(agency)s > 0",
    "pay_lot": "SELECT min(number) FROM dispatch_printlot WHERE family = 'PAYSLIPS' AND %(agency)s > 0",
    "access_letter_id": "SELECT coalesce(min(a.id), 1) FROM admission_accessletter AS a JOIN estate_residence AS r"
    " ON r.id = a.residence_id WHERE agency_id = %(agency)s",
    "returned_id": "SELECT coalesce(min(s.id), 1) FROM dispatch_sending AS s JOIN estate_residence AS r"
    " ON r.id = s.residence_id WHERE agency_id = %(agency)s",
    "agent_id": "SELECT min(id) FROM agents_agent WHERE agency_id = %(agency)s",
    "caretaking_id": "SELECT min(m.id) FROM agents_mandate AS m JOIN estate_residence AS r ON r.id = m.residence_id"
    " WHERE agency_id = %(agency)s",
    "hold_id": "SELECT min(id) FROM retention_hold WHERE %(agency)s > 0",
    "incident_id": "SELECT min(id) FROM oversight_incident WHERE %(agency)s > 0",
    "fact_id": "SELECT min(f.id) FROM people_codedfact AS f JOIN estate_residence AS r ON r.id = f.residence_id"
    " WHERE agency_id = %(agency)s",
    "contest_id": "SELECT min(id) FROM people_codedfact WHERE %(agency)s < 0",
    "candidate_id": "SELECT coalesce(min(id), 1) FROM attribution_candidate WHERE %(agency)s > 0",
    "review_id": "SELECT coalesce(min(id), 1) FROM attribution_occupationreview WHERE %(agency)s > 0",
    "opinion_id": "SELECT coalesce(min(id), 1) FROM attribution_opinion WHERE %(agency)s > 0",
    "opinion_letter_id": "SELECT min(id) FROM attribution_opinionletter WHERE %(agency)s > 0",
    "sitting_id": "SELECT min(id) FROM attribution_sitting WHERE %(agency)s > 0",
    "sitting": "SELECT min(number) FROM attribution_sitting WHERE %(agency)s > 0",
    "letter_id": "SELECT min(id) FROM attribution_notification WHERE %(agency)s > 0",
    "offer_id": "SELECT min(id) FROM attribution_offer WHERE %(agency)s > 0",
    "item_id": "SELECT min(id) FROM attribution_item WHERE %(agency)s > 0",
    "candidate_sheet_id": "SELECT min(id) FROM attribution_sheet WHERE %(agency)s > 0",
    "member_id": "SELECT min(id) FROM attribution_commissionmember WHERE %(agency)s > 0",
    "vacancy_id": "SELECT min(id) FROM attribution_vacancy WHERE %(agency)s > 0",
    "holder_id": "SELECT min(id) FROM attribution_holder WHERE %(agency)s > 0",
    "application_id": "SELECT coalesce(min(id), 1) FROM demandes_application WHERE %(agency)s > 0",
    "piece_id": "SELECT coalesce(min(id), 1) FROM demandes_piece WHERE %(agency)s > 0",
    "duplicate_id": "SELECT min(id) FROM demandes_duplicate WHERE %(agency)s > 0",
    "trial_id": "SELECT coalesce(min(id), 1) FROM demandes_gridtrial WHERE %(agency)s > 0",
    "pay_batch_id": "SELECT min(id) FROM payroll_paybatch WHERE %(agency)s > 0",
    "payslip_id": "SELECT min(id) FROM payroll_payslip WHERE %(agency)s > 0",
    "quarantined_id": "SELECT min(id) FROM payroll_quarantined WHERE %(agency)s > 0",
    "invoice_id": "SELECT min(id) FROM purchasing_selfbilledinvoice WHERE %(agency)s > 0",
    "session_id": "SELECT min(id) FROM web_opensession WHERE %(agency)s > 0",
}
_WORDS: Mapping[str, object] = {
    "wanted": "csv",
    "part": 1,
    "month": "2026-11",
    "cause": "RENT",
    "kind": "bails",
    "number": 1,
    "row_id": 1,
    "way": "copie",
    "code": "IDENTITE",
    "heading": "logement",
    "rank": 1,
    "category": "LIFT",
    "subject": "RENT",
    "problem": "LIFT_DOWN",
}


@dataclass(frozen=True, slots=True)
class Address:
    """One page: its full name and the names of what its path asks for."""

    name: str
    asks: tuple[str, ...]

    def path(self, numbers: Mapping[str, object]) -> str:
        """The search asks for the marks of both agencies, which is what a curious reader would type."""
        told = {**numbers, "number": INCIDENT} if self.name.startswith("desk:incident") else dict(numbers)
        if self.name.startswith("desk:debit"):
            told["run_id"] = told["debit_run_id"]
        path = reverse(self.name, kwargs={asked: told[asked] for asked in self.asks})
        return f"{path}?q=canari" if self.name.endswith("search") else path


def addresses() -> Iterator[Address]:
    yield from _under(get_resolver().url_patterns, "", ())


def _under(patterns: list[URLPattern | URLResolver], namespace: str, asked: tuple[str, ...]) -> Iterator[Address]:
    for pattern in patterns:
        # A path written as a regular expression names its numbers in it.
        asks = (*asked, *(pattern.pattern.converters or pattern.pattern.regex.groupindex))
        if isinstance(pattern, URLResolver):
            yield from _under(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else namespace, asks)
        else:
            yield Address(f"{namespace}{pattern.name}", asks)


NOTHING = 999_999
# Incidents are numbered as the register numbers them.
INCIDENT = "VD-2026-001"
# What the path names by a row that row security gives to some and not to others.
OF_SOMEONE: frozenset[str] = frozenset(
    {
        "residence_id", "dwelling_id", "lease_id", "account_id", "bill_id", "document_id", "contact_id", "anomaly_id",
        "payment_id", "mandate_id", "debit_id", "refund_id", "card_id", "outgoing_id", "reply_id", "delay_id",
        "thread_id", "paper_id",
        "returned_id", "access_letter_id",
        "helper_id",
        "payslip_id", "invoice_id",
    }
)  # fmt: skip
# What is the landlord's, in one piece: whoever may open it opens it whole; the number of no row opens nothing.
OF_THE_LANDLORD: frozenset[str] = frozenset(
    {
        "movement_id", "given_id", "sheet_id", "comparison_id", "revision_id", "survey_id", "mailing_id", "aid_file_id",
        "aid_row_id", "message_id", "lot", "pay_lot", "campaign_id", "pay_batch_id", "quarantined_id",
    }
)  # fmt: skip


def numbers_of(connection: psycopg.Connection, agency: int, *, last: bool = False) -> dict[str, object]:
    """The first row of each kind in one agency, or the last. What the agency lacks has the number of nothing."""
    found: dict[str, object] = dict(_WORDS)
    for name, statement in _FIRST_OF_AGENCY.items():
        asked = statement.replace("min(", "max(") if last else statement
        row = connection.execute(asked, {"agency": agency}).fetchone()
        found[name] = row[0] if row and row[0] is not None else NOTHING
    return found


def numbers_of_nothing() -> dict[str, object]:
    """Numbers that no row bears: a stranger's guess."""
    return {**_WORDS, **dict.fromkeys(_FIRST_OF_AGENCY, NOTHING)}


def numbers_of_person(connection: psycopg.Connection, person: int) -> dict[str, object]:
    """A tenant's own lease, account, bill, document and contact; what is nobody's stays a guess."""
    lease = "SELECT lease_id FROM leases_occupant WHERE person_id = %(person)s ORDER BY id LIMIT 1"
    statements = {
        "lease_id": lease,
        "account_id": f"SELECT account_id FROM leases_lease WHERE id = ({lease})",
        "bill_id": f"SELECT min(id) FROM quittancement_bill WHERE lease_id = ({lease})",
        "document_id": f"SELECT min(id) FROM mail_document WHERE lease_id = ({lease})",
        "contact_id": "SELECT min(id) FROM people_contact WHERE person_id = %(person)s",
        "payslip_id": "SELECT min(id) FROM payroll_payslip WHERE person_id = %(person)s AND released_at IS NOT NULL",
        "invoice_id": "SELECT min(id) FROM purchasing_selfbilledinvoice WHERE person_id = %(person)s",
        "card_id": "SELECT min(c.id) FROM banking_cardpayment AS c JOIN leases_lease AS l USING (account_id)"
        f" WHERE l.id = ({lease})",
        "helper_id": "SELECT min(id) FROM admission_helper WHERE person_id = %(person)s",
        "deposit_id": "SELECT min(id) FROM mail_deposit WHERE person_id = %(person)s AND destroyed_at IS NULL",
        "retrieval_id": "SELECT min(id) FROM rights_retrieval WHERE person_id = %(person)s",
        "thread_id": "SELECT min(id) FROM exchanges_thread WHERE person_id = %(person)s",
        "paper_id": "SELECT min(id) FROM exchanges_attachment WHERE person_id = %(person)s",
        "delay_id": f"SELECT min(id) FROM recovery_delay WHERE lease_id = ({lease})",
    }
    found = numbers_of_nothing()
    for name, statement in statements.items():
        row = connection.execute(statement, {"person": person}).fetchone()
        found[name] = row[0] if row and row[0] is not None else NOTHING
    return found


def mark(connection: psycopg.Connection) -> None:
    """Put each agency's mark in the names of its people, doors, residences and in their ways to be reached."""
    connection.execute("SET session_replication_role = replica")
    for agency, word in MARKS.items():
        mine = "SELECT id FROM estate_residence WHERE agency_id = %(agency)s"
        for statement in (
            f"UPDATE people_person SET last_name = %(word)s || id WHERE residence_id IN ({mine})",
            f"UPDATE people_contact SET value = %(word)s || id WHERE residence_id IN ({mine})",
            f"UPDATE leases_occupant SET display_name = %(word)s || id WHERE residence_id IN ({mine})",
            f"UPDATE leases_occupant SET door_name = %(word)s || id WHERE residence_id IN ({mine})",
            """UPDATE estate_residence SET name = 'LIEU' || %(word)s || id, address = 'LIEU' || %(word)s || id
               WHERE agency_id = %(agency)s""",
            f"UPDATE ledger_account SET label = %(word)s || id WHERE residence_id IN ({mine})",
            f"UPDATE leases_lease SET reference = left(%(word)s, 4) || 'CANARI' || id WHERE residence_id IN ({mine})",
        ):
            connection.execute(statement, {"agency": agency, "word": word})


def paths(client: Client, *starts: str) -> list[str]:
    """The pages that these lead to: every link of theirs within the site, files left out."""
    found = dict.fromkeys(starts)
    for start in starts:
        body = client.get(start, follow=True).content.decode()
        found |= dict.fromkeys(re.findall(r'href="(/(?:terrain|chez-moi)/[^"#?]*)"', body))
    return [path for path in found if not path.endswith((".pdf", ".csv", ".webmanifest"))]
