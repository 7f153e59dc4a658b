"""RFC 3161: an authority outside says that it saw a hash at an instant. Its answer is checked before it is kept.

Only the hash leaves the house. The signature is checked against the authority's certificate, given by the landlord.
"""

import secrets
import urllib.error
import urllib.request
from datetime import datetime
from pathlib import Path

from asn1crypto import cms, core, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID

from palier.foundation.errors import Refusal
from palier.foundation.outbound import AddressNotOfTheWeb, web_request

TIMEOUT_SECONDS = 10.0
# A token with its certificates is a few kilobytes.
ANSWER_LIMIT = 64 * 1024
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


class AuthoritySilent(Refusal):
    """L’autorité d’horodatage n’a pas répondu ({reason}) : le scellement est fait, l’horodatage sera redemandé avec le
    prochain bloc."""


class AuthorityUnknown(Refusal):
    """Le certificat de l’autorité d’horodatage est absent ou illisible : indiquez son fichier PEM dans
    PALIER_JOURNAL_TIMESTAMP_CA."""


class AnswerUnreadable(Refusal):
    """La réponse de l’autorité d’horodatage n’est pas un horodatage : vérifiez l’adresse dans
    PALIER_JOURNAL_TIMESTAMP_URL. Le scellement est fait."""


class TimestampRefused(Refusal):
    """L’autorité d’horodatage a refusé la demande ({status}) : le scellement est fait, voyez avec elle."""


class TimestampOfAnother(Refusal):
    """L’horodatage reçu porte sur autre chose que l’empreinte envoyée : il est écarté, prévenez l’autorité."""


class SignatureNotTheirs(Refusal):
    """L’horodatage reçu n’est pas signé par l’autorité indiquée : il est écarté, vérifiez son certificat."""


def ask_for_timestamp(url: str, digest: bytes, *, authority: Path | None) -> bytes:
    """The authority's token over a SHA-256 `digest`, checked, in DER.

    Raises AuthorityUnknown, AuthoritySilent, AnswerUnreadable, TimestampRefused, TimestampOfAnother,
    SignatureNotTheirs.
    """
    certificate = _certificate(authority)
    nonce = secrets.randbits(63)
    imprint = tsp.MessageImprint({"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest})
    request = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "nonce": nonce, "cert_req": True})
    answer = _posted(url, request.dump())
    token, _ = checked(answer, digest, nonce=nonce, authority=certificate)
    return token


def checked(answer: bytes, digest: bytes, *, nonce: int | None, authority: x509.Certificate) -> tuple[bytes, datetime]:
    """The token of an answer and the instant it says, once everything in it was checked.

    Raises AnswerUnreadable, TimestampRefused, TimestampOfAnother, SignatureNotTheirs.
    """
    try:
        # RFC 3161, 2.4.2: a refusal carries no token, which the library's class of an answer does not admit.
        response = core.Sequence.load(answer, strict=True)
        status = str(tsp.PKIStatusInfo.load(response[0].dump(), strict=True)["status"].native)
        if status not in ("granted", "granted_with_mods"):
            raise TimestampRefused(status=status)
        token = cms.ContentInfo.load(response[1].dump(), strict=True)
        signed = token["content"]
        info = signed["encap_content_info"]["content"].parsed
        imprint = info["message_imprint"]
        is_ours = (
            imprint["hash_algorithm"]["algorithm"].native == "sha256"
            and imprint["hashed_message"].native == digest
            and (nonce is None or info["nonce"].native == nonce)
        )
        instant: datetime = info["gen_time"].native
        if not is_ours:
            raise TimestampOfAnother
        _check_signature(signed, authority)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise AnswerUnreadable from error
    return token.dump(), instant


def _certificate(path: Path | None) -> x509.Certificate:
    if path is None:
        raise AuthorityUnknown
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise AuthorityUnknown from error


def _posted(url: str, request: bytes) -> bytes:
    try:
        asked = web_request(url, request, headers={"Content-Type": "application/timestamp-query"})
        with urllib.request.build_opener().open(asked, timeout=TIMEOUT_SECONDS) as answer:
            return bytes(answer.read(ANSWER_LIMIT))
    except AddressNotOfTheWeb as error:
        raise AuthoritySilent(reason="son adresse ne commence pas par http") from error
    except urllib.error.HTTPError as error:
        raise AuthoritySilent(reason=f"réponse {error.code}") from error
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        raise AuthoritySilent(reason="elle est hors d’atteinte") from error


def _check_signature(signed: cms.SignedData, authority: x509.Certificate) -> None:
    """The one signer signed this very content, is meant for timestamps, and has its certificate from the authority."""
    (signer,) = signed["signer_infos"]
    algorithm = _HASHES[signer["digest_algorithm"]["algorithm"].native]
    content = signed["encap_content_info"]["content"].contents
    digested = hashes.Hash(algorithm)
    digested.update(content)
    attributes = {each["type"].native: each["values"] for each in signer["signed_attrs"]}
    if attributes["message_digest"][0].native != digested.finalize():
        raise SignatureNotTheirs
    # RFC 5652, 5.4: what is signed is the attributes as a SET, not under their implicit tag.
    covered = signer["signed_attrs"].untag().dump()
    for each in signed["certificates"]:
        certificate = x509.load_der_x509_certificate(each.chosen.dump())
        if certificate.serial_number == _serial_of(signer) and _is_from(certificate, authority):
            _check_bytes(certificate.public_key(), signer["signature"].native, covered, algorithm)
            return
    raise SignatureNotTheirs


def _serial_of(signer: cms.SignerInfo) -> int:
    return int(signer["sid"].chosen["serial_number"].native)


def _is_from(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (InvalidSignature, ValueError, TypeError, x509.ExtensionNotFound):
        return False
    return ExtendedKeyUsageOID.TIME_STAMPING in usage


def _check_bytes(
    key: CertificatePublicKeyTypes, signature: bytes, covered: bytes, algorithm: hashes.HashAlgorithm
) -> None:
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, covered, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, covered, ec.ECDSA(algorithm))
        else:
            raise SignatureNotTheirs
    except InvalidSignature as error:
        raise SignatureNotTheirs from error
