"""What is done in a residence, in codes from closed lists: nothing here can describe a person.

Every row carries its residence, which row security looks at.
"""

from palier.maintenance.models.requests import RepairRequest, TicketStep, Visit
from palier.maintenance.models.site import Delivery, KeyMovement, KeySet, Round, Routine, RoutineDone, Sending
from palier.maintenance.models.tickets import Ticket, TicketPhoto

__all__ = [
    "Delivery",
    "KeyMovement",
    "KeySet",
    "RepairRequest",
    "Round",
    "Routine",
    "RoutineDone",
    "Sending",
    "Ticket",
    "TicketPhoto",
    "TicketStep",
    "Visit",
]
