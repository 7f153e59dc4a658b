"""All that is known of a breach today, gathered for its page and its papers."""

from palier.estate.models import Landlord
from palier.mail.sender import landlord_as_sender
from palier.oversight.papers import Known, assessment
from palier.oversight.queries.incidents import IncidentRow, categories_of, screens_of, steps_of
from palier.oversight.rules.gravity import Ease, Exposure, Facts, Gravity, gravity_of


def known_of(row: IncidentRow, *, with_screens: bool) -> Known:
    """What the journal and the steps say. A letter goes without the screens: it does not tell what others' were."""
    return Known(
        incident=row,
        steps=steps_of(row.id),
        categories=categories_of(row.id),
        screens=screens_of(row) if with_screens else (),
        landlord=landlord_as_sender(),
        phone=Landlord.objects.values_list("phone", flat=True).get(),
    )


def gravity_known(known: Known) -> Gravity | None:
    """The risk by the last assessment, with why; None before the first."""
    found = assessment(known)
    if found is None:
        return None
    return gravity_of(
        Facts(
            categories=[each.category for each in known.categories],
            persons=known.incident.persons,
            ease=Ease(found.ease),
            exposure=Exposure(found.exposure),
            is_malicious=bool(found.is_malicious),
        )
    )
