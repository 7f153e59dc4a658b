"""What the tenants’ site may refuse: each sentence exists in every language (tests/house/test_refusals_told.py)."""

from typing import Final

from palier.admission.operations import helping, proving
from palier.adoption.operations import answers
from palier.agents import signing_in
from palier.attribution import slip
from palier.attribution.operations import offers
from palier.banking import cards_gateway
from palier.banking.operations import cards
from palier.demandes.operations import holding as demandes_holding
from palier.demandes.operations import life, pieces
from palier.dispatch.operations import devices, vaults
from palier.exchanges import access as exchanges_access
from palier.exchanges.operations import attaching, writing
from palier.exchanges.operations import holding as exchanges_holding
from palier.foundation import papers, periods
from palier.foundation.errors import Refusal
from palier.home import views_facts
from palier.leases import access
from palier.leases import consents as leases_consents
from palier.leases.operations import certify
from palier.leases.operations import consents as operations_consents
from palier.mail import deposits, glyphs, store
from palier.maintenance import access as maintenance_access
from palier.maintenance import guide, photos
from palier.maintenance.operations import opinions, requests, visits
from palier.people import operations as people_operations
from palier.people.facts import operations as facts_operations
from palier.recovery.operations import delays
from palier.rights import spool
from palier.rights.operations import answer, ask, retrieve
from palier.web import (
    exports,
    factors,
    first_access,
    links,
    mail_links,
    passkeys,
    proofs,
    recovery,
    recovery_views,
    tables,
)

REFUSALS: Final[tuple[type[Refusal], ...]] = (
    helping.HelperNotFound,
    helping.NameNotWritten,
    helping.NothingGiven,
    helping.TimeTooLong,
    helping.TooManyHelpers,
    proving.CodeMistyped,
    proving.CodeOpensNothing,
    proving.LetterOver,
    proving.ProofRefused,
    proving.TooManyCodes,
    answers.AlreadyAnswered,
    answers.AnswerNotListed,
    answers.CodeUnknown,
    signing_in.TooManyAttempts,
    signing_in.TooManyFromOrigin,
    offers.AnotherAccepted,
    offers.AnswerBeforeOffer,
    offers.AnswerInFuture,
    offers.AnswerTooLate,
    offers.OfferAnswered,
    offers.OfferUnknown,
    offers.RefusalWithoutMotive,
    offers.TenantStays,
    slip.OfferNotVisited,
    cards_gateway.GatewayRefuses,
    cards_gateway.GatewayUnreachable,
    cards.CardAmountRefused,
    cards.CardPaymentNotFound,
    cards.NothingToPayByCard,
    demandes_holding.ApplicationChangedMeanwhile,
    demandes_holding.ApplicationIsOver,
    demandes_holding.ApplicationNotFound,
    life.AlreadyRenewed,
    pieces.FileGone,
    pieces.FileNotYours,
    pieces.PieceNotAwaited,
    pieces.PieceNotFound,
    devices.DeviceNotKnown,
    devices.TooManyDevices,
    vaults.NotOnesLease,
    vaults.VaultNumberMalformed,
    vaults.VaultOfAnother,
    exchanges_holding.MessageEmpty,
    exchanges_holding.MessageTooLong,
    attaching.TooManyPapers,
    attaching.TooManyPapersToday,
    attaching.TooMuchJoined,
    exchanges_holding.ThreadClosed,
    exchanges_access.ThreadNotFound,
    writing.AboutSomeoneElse,
    writing.SayOtherwise,
    writing.SubjectUnknown,
    writing.TooLateToReopen,
    writing.TooManyMessages,
    papers.PaperEmpty,
    papers.PaperInfected,
    papers.PaperLocked,
    papers.PaperRefused,
    papers.PaperTooHeavy,
    papers.PaperTooLarge,
    papers.PaperTooLong,
    papers.PaperUnchecked,
    papers.PaperUnfolds,
    papers.PaperUnreadable,
    periods.MalformedMonth,
    views_facts.GroundNeeded,
    access.LeaseNotFound,
    leases_consents.NoTextInForce,
    certify.CertificateUnknown,
    certify.NotBegun,
    certify.RentNotPaid,
    operations_consents.NotAHolder,
    operations_consents.TextMoved,
    deposits.DepositDestroyed,
    deposits.DepositNotFound,
    deposits.TooManyDeposits,
    deposits.TooManyToday,
    glyphs.CharacterNotPrintable,
    store.NotKeptNow,
    store.NotReadNow,
    guide.ProblemUnknown,
    opinions.NotClosedYet,
    opinions.OpinionGiven,
    opinions.OpinionIncomplete,
    opinions.TooLateToReopen,
    requests.AnswerMissing,
    requests.LeaseNotYours,
    requests.TicketNotToFollow,
    requests.TooManyPhotos,
    requests.TooManyRequests,
    maintenance_access.RepairNotFound,
    maintenance_access.VisitNotFound,
    visits.WishUnknown,
    photos.NotAPhoto,
    photos.PhotoTooLarge,
    facts_operations.FactAlreadyContested,
    facts_operations.FactAlreadyThere,
    facts_operations.FactDetailMissing,
    facts_operations.FactLastsTooLong,
    facts_operations.FactNotFound,
    facts_operations.FactNotYours,
    facts_operations.FactOfSomeoneElse,
    facts_operations.FactUnknown,
    people_operations.ContactNotFound,
    delays.DelayAlreadyAsked,
    delays.DelayMovedOn,
    delays.DelayNotFound,
    delays.DelayOutOfBounds,
    delays.NothingLate,
    delays.PlanRunning,
    answer.RequestNotFound,
    ask.NotForThemself,
    ask.ReadingNotFound,
    ask.ReasonNotOffered,
    retrieve.RetrievalJustAsked,
    spool.CopyGone,
    exports.TooManyRows,
    exports.UnknownFormat,
    factors.CodeRefused,
    factors.KeyAlreadyKnown,
    factors.LastFactorKept,
    factors.TooManyKeys,
    first_access.NoMailbox,
    links.LinkNeeded,
    mail_links.LinkGone,
    mail_links.NotConfirmedYet,
    mail_links.NumberRefused,
    passkeys.PasskeyRefused,
    proofs.NothingProven,
    proofs.PasswordNotEnough,
    proofs.PasswordRefused,
    recovery.LinkServesNoMore,
    recovery_views.TooManyRequests,
    tables.BrokenCursor,
    tables.UnknownColumn,
    tables.UnknownFilterValue,
)
