"""What lets a tenant in the first time, and what came of it. No code is kept: a digest, under a key of the house."""

from django.db import models

from palier.dispatch.channels import RETURN_REASONS
from palier.dispatch.models import PrintLot
from palier.estate.models import Residence
from palier.leases.models import Lease
from palier.people.models import Person

ENDINGS = [
    ("USED", "compte ouvert"),
    ("REPLACED", "remplacée par une autre"),
    ("WRONG_CODES", "dix essais faux"),
    ("RETURNED", "revenue par la poste"),
]
PAPERS = [
    ("CNI", "carte nationale d’identité"),
    ("PASSEPORT", "passeport"),
    ("SEJOUR", "titre de séjour"),
    ("PERMIS", "permis de conduire"),
]
EVENTS = [
    ("INVITED", "lettre d’accès préparée"),
    ("CODE_SENT", "lettre d’accès imprimée"),
    ("LETTER_BACK", "lettre d’accès revenue par la poste, son code ne sert plus"),
    ("BACK_SERVED", "lettre d’accès revenue, son code avait servi\u00a0: si ce n’était pas vous, appelez votre agence"),
    ("CODE_ACCEPTED", "code de la lettre reconnu"),
    ("WRONG_CODES", "lettre arrêtée après dix essais faux"),
    ("SLIP_GIVEN", "bon remis à l’agence, identité vérifiée"),
    ("FIRST_SIGN_IN", "accès ouvert"),
]


class AccessLetter(models.Model):
    """A sealed letter for one holder of a lease: its code opens an account, with a second proof, once, for sixty days.

    The code itself is sealed here until the letter is printed, then destroyed: the paper alone holds it.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    lease = models.ForeignKey(Lease, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    # The first signs of the code: they find the letter and prove nothing.
    selector = models.CharField(max_length=5, unique=True)
    code_sha256 = models.CharField(max_length=64)
    sealed_code = models.BinaryField(null=True, max_length=100)
    # What the person will type to sign in; an account that is there already keeps its own.
    identifier = models.CharField(max_length=120)
    # Handed over by whoever holds a protected address: no address is printed.
    by_hand = models.BooleanField()
    made_at = models.DateTimeField()
    # The number of the agent who asked; 0 for a command.
    made_by = models.BigIntegerField()
    expires_at = models.DateTimeField()
    printed_at = models.DateTimeField(null=True)
    # Its place on paper: the mark of its sheet says the same.
    print_lot = models.ForeignKey(PrintLot, on_delete=models.PROTECT, null=True)
    print_rank = models.IntegerField(null=True)
    # The post brought it back; the agency looks at the address.
    return_reason = models.CharField(max_length=10, choices=RETURN_REASONS, blank=True, default="", db_default="")
    returned_at = models.DateTimeField(null=True)
    returned_by = models.BigIntegerField(null=True)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.BigIntegerField(null=True)
    accepted_at = models.DateTimeField(null=True)
    # The second proof is given: what follows chooses how to sign in.
    proved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=11, choices=ENDINGS, blank=True)
    wrong_codes = models.SmallIntegerField(default=0)
    wrong_proofs = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(ended_at__isnull=True), name="access_letter_one_at_a_time"
            ),
            models.CheckConstraint(
                name="access_letter_ends_for_a_reason",
                condition=models.Q(ended_at__isnull=True, ended_by="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(ended_by="")),
            ),
            models.UniqueConstraint(fields=["print_lot", "print_rank"], name="access_letter_one_a_rank_of_a_lot"),
            models.CheckConstraint(
                name="access_letter_returned_with_its_reason",
                condition=models.Q(returned_at__isnull=True, return_reason="")
                | models.Q(returned_at__isnull=False) & ~models.Q(return_reason=""),
            ),
            # Printed or ended, nothing is left of the code but the paper.
            models.CheckConstraint(
                name="access_letter_keeps_no_printed_code",
                condition=models.Q(sealed_code__isnull=True) | models.Q(printed_at__isnull=True, ended_at__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["residence", "made_at"], name="access_letter_of_residence")]


class KnownContact(models.Model):
    """A telephone or a mailbox that was in the file before the letter was made, and that nobody else of the lease has.

    The only ones that a code may be sent to. What is shown of it is too little to use it.
    """

    letter = models.ForeignKey(AccessLetter, on_delete=models.CASCADE)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    # No foreign key: a contact that is corrected or erased serves no more.
    contact_id = models.BigIntegerField()
    channel = models.CharField(max_length=6, choices=[("SMS", "SMS"), ("EMAIL", "courriel")])
    hint = models.CharField(max_length=20)
    value_sha256 = models.CharField(max_length=64)


class SentCode(models.Model):
    """The code that was sent last for a letter, as a digest: once, for a quarter of an hour."""

    letter = models.OneToOneField(AccessLetter, on_delete=models.CASCADE)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    code_sha256 = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()


class AccessSlip(models.Model):
    """A number handed over at the agency to someone whose identity was checked: a second proof, and nothing alone.

    Of the paper that was shown, its kind: neither its number nor a copy.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    code_sha256 = models.CharField(max_length=64)
    paper = models.CharField(max_length=9, choices=PAPERS)
    given_at = models.DateTimeField()
    given_by = models.BigIntegerField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(ended_at__isnull=True), name="access_slip_one_at_a_time"
            )
        ]


class AccessEvent(models.Model):
    """A step towards one's own space, dated and without content: told to the person, counted by adoption."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    kind = models.CharField(max_length=13, choices=EVENTS)
    at = models.DateTimeField()
    # The number of the agent who did it; none when nobody of the landlord did.
    by_agent = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "id"], name="access_event_of"),
            models.Index(fields=["residence", "kind", "at"], name="access_event_counted"),
        ]


class Helper(models.Model):
    """Somebody whom a tenant lets help them: for what, until when, withdrawn in one click.

    The code is given by the tenant to the helper, and never through the landlord, who reads no paper of theirs.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    name = models.CharField(max_length=80)
    link = models.CharField(
        max_length=11, choices=[("PROCHE", "un proche"), ("ASSOCIATION", "une association ou un service social")]
    )
    # See the account and the documents; report a problem in the dwelling. Nothing else may be given.
    may_see = models.BooleanField()
    may_report = models.BooleanField()
    selector = models.CharField(max_length=5, unique=True)
    code_sha256 = models.CharField(max_length=64)
    identifier = models.CharField(max_length=20, unique=True)
    made_at = models.DateTimeField()
    until_on = models.DateField()
    wrong_codes = models.SmallIntegerField(default=0)
    accepted_at = models.DateTimeField(null=True)
    # The account that was opened by the code, by number.
    claimed_at = models.DateTimeField(null=True)
    user_id = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="helper_is_given_something", condition=models.Q(may_see=True) | models.Q(may_report=True)
            ),
            models.CheckConstraint(
                name="helper_claimed_has_an_account",
                condition=models.Q(claimed_at__isnull=True, user_id__isnull=True)
                | models.Q(claimed_at__isnull=False, user_id__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["person"], name="helper_of"),
            models.Index(fields=["user_id"], name="helper_behind_account"),
        ]
