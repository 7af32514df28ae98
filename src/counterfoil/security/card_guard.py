"""The card guard: takes card data, bank account numbers and credentials out of whatever is stored or logged.

Three rules, in this order. Identifiers are never touched, because shop systems number their rows with
digits that look like cards. Values under keys known to carry card data are dropped whole. All other text
is searched. Nothing is ever refused for what it carries.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from counterfoil.security.card_numbers import find_card_numbers
from counterfoil.security.secrets import without_living

CARD_MARK = "[card number removed]"
SECRET_MARK = "[removed]"  # noqa: S105 - stands where a secret was

# Keys, without case, blanks and punctuation, whose values are dropped whatever they hold.
_DROPPED_KEYS = """
cardnumber cardnum cardno ccnumber ccnum ccno creditcardnumber creditcardno debitcardnumber
pan primaryaccountnumber fullpan rawpan
csc cvv cvv2 cvc cvc2 cvn securitycode cardsecuritycode cardcode
cardverificationvalue verificationvalue cardverificationcode pin pinblock
track track1 track2 track3 tracks trackdata track1data track2data swipe swipedata
magstripe magneticstripe emv emvdata ksn
hpftoken enckey clientkey
accountnumber accountnum accountno acctnumber acctno
bankaccountnumber bankaccountno bankaccount bankacct checkingaccountnumber checkingaccount checkaccountnumber
achaccountnumber directdepositaccount dda micr micrline iban
routing routingnumber routingno bankroutingnumber transitroutingnumber transitrouting transitnumber
aba abanumber abarouting tr
password passwd pswd accesstoken refreshtoken clientsecret apikey
"""
_ALWAYS = frozenset(_DROPPED_KEYS.split())
_ALWAYS_PREFIX = "encrypted"

# Keys that carry a card number in some systems and something harmless in others.
_IF_LONG = frozenset({"number", "cc", "card", "creditcard", "debitcard", "account", "acct", "acctnum"})
_LONG_DIGITS = 12

# Objects in which a bare `number` is a card's.
_CARD_OBJECTS = frozenset({"creditcard", "debitcard", "card", "paymentcard", "carddata", "carddetails"})

_IDENTIFIER_KEY = re.compile(
    r"(?i:(?:^|[_\-.\s])ids?$)|[a-z0-9]I[dD]s?$|^(?:TRANSACTION|ORDER|CUSTOMER|INVOICE|BATCH|CHECK)ID$"
)
_IDENTIFIER_VALUE = re.compile(r"gid://\S+")

_NOT_KEY = re.compile(r"[\W_]+")
_BETWEEN = r"""[\s"'=:~>\\]{1,6}(?:is\s+)?["'\\]{0,2}"""
_FULL_TRACK = re.compile(r"%B\d{12,19}\^[^^\r\n]{2,40}\^[^?\s]{0,80}\??|;\d{12,19}[=D]\d{4,40}\??")
_TRACK_REST = re.compile(re.escape(CARD_MARK) + r"[=D]\d{4,40}\??")
_CODE_NAMES = (
    r"csc|cvv2?|cvc2?|cvn|security[ _-]?code|card[ _-]?code|card[ _-]?verification(?:[ _-]?(?:value|code))?"
)
_CODE = re.compile(rf"(?<![A-Za-z])((?:{_CODE_NAMES}){_BETWEEN})\d{{3,4}}(?!\d)", re.IGNORECASE)
_BANK_NAMES = (
    r"(?:transit[ _-]?)?routing(?:[ _-]?(?:number|no))?|iban|aba(?:[ _-]?(?:number|no\.?))?"
    r"|transit[ _-]?number|(?:bank|checking)[ _-]?(?:account|acct)(?:[ _-]?(?:number|no))?"
)
_BANK = re.compile(rf"(?<![A-Za-z])((?:{_BANK_NAMES}){_BETWEEN})[A-Z]{{0,2}}\d[\d -]{{3,33}}", re.IGNORECASE)
# Beside a bank's number, an account's need not be called one to be one.
_ACCOUNT_BESIDE = re.compile(
    rf"(?<![A-Za-z])((?:account|acct|a/c)(?:[ _-]?(?:number|no))?{_BETWEEN})\d[\d -]{{3,20}}", re.IGNORECASE
)
_ACCOUNT = re.compile(rf"(?<![A-Za-z])(account[ _-]?(?:number|no){_BETWEEN})\d{{4,17}}", re.IGNORECASE)
_CREDENTIAL_NAMES = (
    r"pass(?:word|wd)|pswd|(?:access|refresh|hpf)[ _-]?token|client[ _-]?secret|(?:api|enc)[ _-]?key"
    r"|encrypted[ _-]?\w{2,20}"
)
_CREDENTIAL = re.compile(
    rf"(?<![A-Za-z])((?:{_CREDENTIAL_NAMES})[\s\"'\\]{{0,3}}[=:~][\s\"'\\]{{0,3}})"
    rf"(?!{re.escape(SECRET_MARK)})[^\s\"'&|,;}}\\]+",
    re.IGNORECASE,
)
_BEARER = re.compile(
    r"\b(Bearer\s+)[A-Za-z0-9._~+/:=-]{16,}|(?<=uthorization)([\"'\s:=]{1,6}Basic\s+)[A-Za-z0-9+/=]{8,}",
    re.IGNORECASE,
)
# Base64 of 13 to 19 digits: the first sign of such a text is one of three.
_ENCODED = re.compile(r"(?<![A-Za-z0-9+/])[MNO][A-Za-z0-9+/]{17,25}={0,2}(?![A-Za-z0-9+/=])")
# What the gateway's own script makes of a card or a code: 256 bytes in base64 (verified for 2048 bits).
_CIPHERTEXT = re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{342}==")
# Each costly search is made only where this cheaper one finds what it needs.
_DIGIT = re.compile(r"\d")
_ASSIGNMENT = re.compile(r"[=:~]")
_AUTHORISATION = re.compile(r"bearer|basic", re.IGNORECASE)

_LOG_TEXT_MAX = 16_384
_LOG_TEXT_OVERLAP = 64


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A value without card data, and whether anything was taken out."""

    body: object
    redacted: bool


def clean(value: object, *, people_write: Collection[str] = ()) -> Cleaned:
    """Card data taken out of a JSON value, a decoded form or a text; cleaning twice changes nothing more.

    `people_write` names keys that look like identifiers but are filled in by people, such as an invoice
    number typed at a terminal: they are searched like other text.
    """
    body = _Cleaner(frozenset(_plain(key) for key in people_write)).value(value, "")
    return Cleaned(body, body != value)


def clean_object(
    body: Mapping[str, object], *, people_write: Collection[str] = (), spare_identifiers: bool = True
) -> tuple[dict[str, object], bool]:
    """The same for a JSON object or a decoded form, kept as one.

    What anybody may have made up has no identifiers worth sparing.
    """
    written = frozenset(_plain(key) for key in people_write)
    result = _Cleaner(written, spare_identifiers=spare_identifiers).mapping(body, "")
    return result, result != dict(body)


def scrub_text(text: str) -> str:
    """For logs and errors: searches everything, rather takes out too much, and cuts long texts off."""
    seen = _clean_text(text[: _LOG_TEXT_MAX + _LOG_TEXT_OVERLAP], everywhere=True)
    seen = without_living(_CIPHERTEXT.sub(SECRET_MARK, seen), SECRET_MARK)
    return _ACCOUNT.sub(rf"\1{SECRET_MARK}", seen)[:_LOG_TEXT_MAX]


def scrub_object(body: Mapping[str, object]) -> dict[str, object]:
    """For the keys and values of a log event: the same; values that are no JSON become text first."""
    return _Cleaner(for_logs=True).mapping(body, "")


@dataclass(frozen=True, slots=True)
class _Cleaner:
    """Walks a value; `for_logs` spares no identifier and makes text of everything."""

    people_write: frozenset[str] = field(default=frozenset())
    for_logs: bool = False
    spare_identifiers: bool = True

    def value(self, value: object, key: str) -> object:
        match value:
            case Mapping():
                return self.mapping(value, key)
            case list():
                return [self.value(item, key) for item in value]
            case None | bool():
                return value
            case str():
                return self._text(value, key)
            case _:
                return self._scalar(value, key)

    def _scalar(self, value: object, key: str) -> object:
        """A number stays one unless it is a card's; anything else becomes text in a log."""
        written = str(value)
        if not isinstance(value, int | Decimal):
            return self._text(written, key) if self.for_logs else value
        return value if self._text(written, key) == written else CARD_MARK

    def mapping(self, body: Mapping[str, object], holder: str) -> dict[str, object]:
        return {
            key: self.value(value, key)
            for key, value in body.items()
            if not _is_dropped(key, value, holder) and not _carries_number(key)
        }

    def _text(self, text: str, key: str) -> str:
        if self.for_logs:
            return scrub_text(text)
        return text if self._is_identifier(text, key) else _clean_text(text, everywhere=False)

    def _is_identifier(self, text: str, key: str) -> bool:
        is_named = _IDENTIFIER_KEY.search(key) is not None and _plain(key) not in self.people_write
        return self.spare_identifiers and (is_named or _IDENTIFIER_VALUE.fullmatch(text) is not None)


def _is_dropped(key: str, value: object, holder: str) -> bool:
    plain = _plain(key)
    if plain in _ALWAYS or (plain.startswith(_ALWAYS_PREFIX) and plain != _ALWAYS_PREFIX):
        return True
    if plain not in _IF_LONG or not isinstance(value, str | int | Decimal):
        return False
    in_card = plain == "number" and _plain(holder).removesuffix("s") in _CARD_OBJECTS
    return in_card or sum(sign.isdecimal() for sign in str(value)) >= _LONG_DIGITS


def _carries_number(key: str) -> bool:
    return any(find_card_numbers(key, everywhere=False))


def _clean_text(text: str, *, everywhere: bool) -> str:
    result = _ENCODED.sub(_without_encoded, text)
    if _DIGIT.search(text):
        result = _FULL_TRACK.sub(CARD_MARK, result)
        result = _without_numbers(result, everywhere=everywhere)
        result = _TRACK_REST.sub(CARD_MARK, result)
        result = _CODE.sub(rf"\1{SECRET_MARK}", result)
        bank = _BANK.sub(rf"\1{SECRET_MARK}", result)
        result = bank if bank == result else _ACCOUNT_BESIDE.sub(rf"\1{SECRET_MARK}", bank)
    if _ASSIGNMENT.search(text):
        result = _CREDENTIAL.sub(rf"\1{SECRET_MARK}", result)
    if _AUTHORISATION.search(text):
        result = _BEARER.sub(rf"\1\2{SECRET_MARK}", result)
    return result


def _without_encoded(found: re.Match[str]) -> str:
    """A last sign that belongs to no byte is passed over: most words of such signs are no base64 at all."""
    text = found.group()
    signs = text.rstrip("=")
    whole = signs[: len(signs) - (len(signs) % 4 == 1)]
    digits = base64.b64decode(whole + "=" * (-len(whole) % 4)).decode("latin-1")
    is_number = digits.isascii() and any(find_card_numbers(f"card {digits}", everywhere=False))
    return CARD_MARK if is_number else text


def _without_numbers(text: str, *, everywhere: bool) -> str:
    parts: list[str] = []
    done = 0
    for start, end in find_card_numbers(text, everywhere=everywhere):
        parts += (text[done:start], CARD_MARK)
        done = end
    return "".join((*parts, text[done:])) if done else text


@lru_cache(maxsize=4096)
def _plain(key: str) -> str:
    return _NOT_KEY.sub("", key).lower()
