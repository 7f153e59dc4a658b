"""A fixed-width file cut by a profile: records, slices, sums. No official specification stands behind the default."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from palier.foundation.errors import Refusal
from palier.foundation.money import Cents, euros_fr

_LONGEST_LINE = 1_000
_MOST_LINES = 1_000_000
# Ten billion euros: no total reaches it. A profile may cut wider amounts than the tables hold.
_LARGEST_CENTS = 10**12
_CENTURY = 2000


class AidFileEmpty(Refusal):
    """Ce fichier n’a aucune ligne de détail au format « {profile} » : vérifiez le fichier et le profil."""


class AidRecordUnknown(Refusal):
    """Ligne {line} : le type d’enregistrement « {kind} » n’est pas du profil « {profile} ». Rien n’a été importé."""


class AidLineTooShort(Refusal):
    """Ligne {line} : {found} caractères, il en faut {wanted} pour le profil « {profile} ». Rien n’a été importé."""


class AidAmountUnreadable(Refusal):
    """Ligne {line} : le montant « {text} » n’est pas fait de chiffres. Rien n’a été importé."""


class AidAmountTooLarge(Refusal):
    """Ligne {line} : aucune aide n’atteint {amount} ; vérifiez le profil d’import. Rien n’a été importé."""


class AidNumberMissing(Refusal):
    """Ligne {line} : le numéro d’allocataire manque, l’aide ne serait à personne. Rien n’a été importé."""


class AidHeaderMissing(Refusal):
    """Ligne {line} : un détail vient avant l’en-tête qui nomme le bailleur. Rien n’a été importé."""


class AidOtherLandlord(Refusal):
    """Ligne {line} : le fichier passe du bailleur « {before} » au bailleur « {after} » ; donnez un fichier par
    bailleur. Rien n’a été importé."""


class AidMonthUnreadable(Refusal):
    """Ligne {line} : le mois « {text} » n’est pas une année et un mois, comme 2611. Rien n’a été importé."""


class AidTotalsDiffer(Refusal):
    """Ligne {line} : le total annoncé est de {said}, les détails font {found}. Le fichier est incomplet ou altéré, rien
    n’a été importé."""


class AidTotalMissing(Refusal):
    """Le fichier n’a pas d’enregistrement de total : il est incomplet, rien n’a été importé."""


class AidFileTooLong(Refusal):
    """Le fichier dépasse un million de lignes, ou une ligne mille caractères : ce n’est pas un fichier de paiement."""


class AidProfileUnreadable(Refusal):
    """Le profil d’import ne se lit pas : {reason}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Where each thing is in a line: record types of four characters, and slices counted from 0, end excluded."""

    name: str
    header: str
    detail: str
    subtotal: str
    total: str
    landlord: tuple[int, int]
    number: tuple[int, int]
    month: tuple[int, int]
    amount: tuple[int, int]
    withheld: tuple[int, int]
    total_amount: tuple[int, int]
    total_withheld: tuple[int, int]
    # Where the RLS is, when the file says it.
    rls: tuple[int, int] | None = None
    # True once somebody has compared the profile with the CAF's own specification.
    verified: bool = False


# From a third-party note whose own example does not agree with its slices: not verified.
DEFAULT = Profile(
    name="caf-0302-0802",
    header="0302",
    detail="0602",
    subtotal="0702",
    total="0802",
    landlord=(4, 16),
    number=(36, 51),
    month=(83, 87),
    amount=(91, 102),
    withheld=(102, 113),
    total_amount=(91, 102),
    total_withheld=(102, 113),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One line of the file: a number, a month, what is paid and what is withheld. Amounts in cents."""

    line: int
    number: str
    month: date
    amount_cents: Cents
    withheld_cents: Cents
    rls_cents: Cents


@dataclass(slots=True, kw_only=True)
class AidContent:
    """A file read whole, its sums checked."""

    landlord_code: str
    details: list[Detail] = field(default_factory=list)
    amount_cents: Cents = 0
    withheld_cents: Cents = 0

    @property
    def net_cents(self) -> Cents:
        """What the CAF transfers."""
        return self.amount_cents - self.withheld_cents

    @property
    def month(self) -> date:
        """The month that the file pays: the latest of its details."""
        return max(detail.month for detail in self.details)


def read_aid(lines: Iterable[str], profile: Profile) -> AidContent:
    """The details of a file, whose sums are those that its records announce.

    Raises the refusals above, with the number of the line.
    """
    content = AidContent(landlord_code="")
    block_amount = block_withheld = 0
    is_closed = False
    for rank, line in _numbered(lines):
        kind = line[:4]
        if kind == profile.header:
            _head(content, _cut(line, profile.landlord, rank, profile).strip(), rank)
        elif kind == profile.detail:
            detail = _detail(line, rank, profile)
            if not content.landlord_code:
                raise AidHeaderMissing(line=rank)
            # What comes after a total waits for another one: the first did not count it.
            is_closed = False
            content.details.append(detail)
            content.amount_cents += detail.amount_cents
            content.withheld_cents += detail.withheld_cents
            block_amount += detail.amount_cents
            block_withheld += detail.withheld_cents
        elif kind == profile.subtotal:
            _check(line, rank, profile, block_amount, block_withheld)
            block_amount = block_withheld = 0
        elif kind == profile.total:
            _check(line, rank, profile, content.amount_cents, content.withheld_cents)
            is_closed = True
        else:
            raise AidRecordUnknown(line=rank, kind=kind, profile=profile.name)
    if not content.details:
        raise AidFileEmpty(profile=profile.name)
    if not is_closed:
        raise AidTotalMissing
    return content


def profile_from(text: str) -> Profile:
    """A profile out of its TOML text. Raises AidProfileUnreadable."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise AidProfileUnreadable(reason=error) from error
    words = {}
    for name in ("name", "header", "detail", "subtotal", "total"):
        word = given.get(name)
        if not isinstance(word, str) or not word or len(word) > 40:
            raise AidProfileUnreadable(reason=f"« {name} » manque")
        words[name] = word
    rls = _slice(given, "rls") if "rls" in given else None
    return Profile(
        name=words["name"],
        header=words["header"],
        detail=words["detail"],
        subtotal=words["subtotal"],
        total=words["total"],
        landlord=_slice(given, "landlord"),
        number=_slice(given, "number"),
        month=_slice(given, "month"),
        amount=_slice(given, "amount"),
        withheld=_slice(given, "withheld"),
        total_amount=_slice(given, "total_amount"),
        total_withheld=_slice(given, "total_withheld"),
        rls=rls,
        verified=given.get("verified") is True,
    )


def _slice(given: dict[str, object], name: str) -> tuple[int, int]:
    pair = given.get(name)
    if isinstance(pair, list) and len(pair) == 2:
        first, last = pair
        if isinstance(first, int) and isinstance(last, int) and 0 <= first < last <= _LONGEST_LINE:
            return first, last
    raise AidProfileUnreadable(reason=f"« {name} » n’est pas une paire de positions croissantes")


def _numbered(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    for rank, line in enumerate(lines, 1):
        if rank > _MOST_LINES or len(line) > _LONGEST_LINE:
            raise AidFileTooLong
        if line.strip():
            yield rank, line.rstrip("\r\n")


def _head(content: AidContent, landlord_code: str, rank: int) -> None:
    """Whose file it is: a number is recognised under its landlord's code, one for the whole file."""
    if content.landlord_code not in ("", landlord_code):
        raise AidOtherLandlord(line=rank, before=content.landlord_code, after=landlord_code)
    content.landlord_code = landlord_code


def _detail(line: str, rank: int, profile: Profile) -> Detail:
    number = _cut(line, profile.number, rank, profile).strip()
    if not number:
        raise AidNumberMissing(line=rank)
    return Detail(
        line=rank,
        number=number,
        month=_month(_cut(line, profile.month, rank, profile), rank),
        amount_cents=_cents(_cut(line, profile.amount, rank, profile), rank),
        withheld_cents=_cents(_cut(line, profile.withheld, rank, profile), rank),
        rls_cents=_cents(_cut(line, profile.rls, rank, profile), rank) if profile.rls else 0,
    )


def _check(line: str, rank: int, profile: Profile, amount: Cents, withheld: Cents) -> None:
    for place, found in ((profile.total_amount, amount), (profile.total_withheld, withheld)):
        said = _cents(_cut(line, place, rank, profile), rank)
        if said != found:
            raise AidTotalsDiffer(line=rank, said=euros_fr(said), found=euros_fr(found))


def _cut(line: str, place: tuple[int, int], rank: int, profile: Profile) -> str:
    first, last = place
    if len(line) < last:
        raise AidLineTooShort(line=rank, found=len(line), wanted=last, profile=profile.name)
    return line[first:last]


def _cents(text: str, rank: int) -> Cents:
    digits = text.strip()
    if not digits:
        return 0
    if not (digits.isascii() and digits.isdigit()):
        raise AidAmountUnreadable(line=rank, text=digits)
    cents = int(digits)
    if cents > _LARGEST_CENTS:
        raise AidAmountTooLarge(line=rank, amount=euros_fr(_LARGEST_CENTS))
    return cents


def _month(text: str, rank: int) -> date:
    if not (text.isascii() and text.isdigit() and len(text) == 4 and 1 <= int(text[2:]) <= 12):
        raise AidMonthUnreadable(line=rank, text=text)
    return date(_CENTURY + int(text[:2]), int(text[2:]), 1)
