"""What may weigh in an allocation, column by column: the declared criteria. All the rest is exchanged by the proof.

A column of a table of applications is a key, a declared criterion, exchanged among applications, or sealed from every
computation: a house test holds each to one of them. What is exchanged must change nothing: neither eligibility, nor
points, nor order.
"""

from typing import Final

# What leads from a row to its application: kept in place, so that a fact stays with its file.
KEYS: Final[frozenset[str]] = frozenset({"id", "application_id"})

# What the rules read (demandes/queries/facts.py): the criteria that the landlord and the law declare.
CRITERIA: Final[dict[str, frozenset[str]]] = {
    "demandes_application": frozenset({"filed_on", "path", "state"}),
    "demandes_composition": frozenset(
        {
            "adults", "dependants", "shared_custody", "visiting", "unborn", "disabled", "spouses", "young_couple_until",
            "dependants_born_on", "stays_regularly",
        }
    ),
    "demandes_situation": frozenset(
        {
            "housing", "rooms", "floor_area_m2", "occupants", "cost_cents", "wished_rooms_min", "wished_rooms_max",
            "highest_cost_cents", "refused_offers",
        }
    ),
    "demandes_resources": frozenset(
        {
            "n2_year", "n2_cents", "n1_cents", "last_12_months_cents", "nursing_home_cents", "monthly_cents", "proof",
        }
    ),
    "demandes_wish": frozenset({"commune", "rank"}),
    "demandes_motive": frozenset({"code", "proof"}),
    "demandes_priority": frozenset({"code", "proof"}),
    "demandes_need": frozenset({"code", "proof"}),
    # The points are made from the facts alone; the proof makes them again.
    "demandes_standing": frozenset({"territory", "grid_version", "points", "filed_on", "scored_on"}),
}  # fmt: skip

# No job that computes has the right to read them: PostgreSQL keeps them from weighing, and from the proof too.
SEALED: Final[frozenset[str]] = frozenset({"demandes_nir", "demandes_letter"})

# Whose columns are exchanged: every table of an application, and the persons behind.
PERSONS: Final[frozenset[str]] = frozenset({"people_person", "people_contact"})
