"""Amounts of money: whole minor units and a currency, never a float."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, total_ordering

from babel.numbers import NumberPattern, get_currency_symbol, list_currencies, parse_pattern
from django.utils.translation import gettext as _

from bodega.lib.locales import locale_of
from bodega.lib.numbers import parse_decimal

# ISO 4217:2015, "minor unit", where it isn't 2. Not Babel's: that follows what is customary in cash
# and changes with its releases, and then every stored amount would change its value.
_DIGITS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}
# What a sign may stand for; the first where nothing else is known, "" where that would be a guess.
_SIGNS = {
    "€": "EUR",
    "£": "GBP EGP GIP FKP SHP",
    "¥": "JPY CNY",
    "$": "USD CAD AUD NZD SGD HKD TWD MXN CLP COP ARS",
    "US$": "USD",
    "CA$": "CAD",
    "A$": "AUD",
    "R$": "BRL",
    "kr": " SEK NOK DKK ISK",
    "Fr.": "CHF",
    "₹": "INR",
    "₽": "RUB",
    "₺": "TRY",
    "₩": "KRW",
    "₪": "ILS",
    "₫": "VND",
    "₴": "UAH",
    "₦": "NGN",
    "฿": "THB",
    "zł": "PLN",
    "Kč": "CZK",
    "Ft": "HUF",
}
# What databases keep in 8 bytes, in minor units.
LARGEST = 2**63 - 1
_MOST_DIGITS = 40
_LONGEST = 64
_AMOUNT = re.compile(
    r"(?P<sign>[+-]?)\s*(?P<before>[^\d\s.,+%-]*\.?)\s*(?P<number>[+-]?(?:\d|[.,]\d)[^%]*?)\s*(?P<after>[^\d\s.,%']*\.?)"
)
_SCALE = re.compile(r"(k|m|bn)(?=$|[\W\d_]|[a-z]{3}$)", re.IGNORECASE)


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """`minor` counts the smallest unit of the currency: cents for EUR, yen for JPY."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal, currency: str) -> Money:
        """The amount in whole units; ValueError for an unknown currency, more decimals than it has, more than fits."""
        places = digits(currency)
        if not amount.is_finite() or abs(amount.adjusted()) > _MOST_DIGITS:
            raise ValueError(_("%(amount)s is not an amount of money") % {"amount": amount})
        # Not by Decimal's own arithmetic, which rounds to 28 digits.
        numerator, denominator = amount.as_integer_ratio()
        minor, rest = divmod(numerator * 10**places, denominator)
        if rest:
            raise ValueError(
                _("%(amount)s has more decimals than %(currency)s, which has %(digits)s")
                % {"amount": amount, "currency": currency, "digits": places}
            )
        if abs(minor) > LARGEST:
            raise ValueError(_("%(amount)s %(currency)s is too much") % {"amount": amount, "currency": currency})
        return cls(minor, currency)

    @property
    def decimal(self) -> Decimal:
        return Decimal(self.minor).scaleb(-digits(self.currency))

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other).minor, self.currency)

    def __mul__(self, times: int) -> Money:
        return Money(self.minor * times, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other).minor

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(
                _("%(one)s and %(other)s can't be compared or added") % {"one": self.currency, "other": other.currency}
            )
        return other


def is_currency(code: str) -> bool:
    """Whether this is an ISO 4217 code, in capitals; those no longer in use count, for old papers."""
    return code in _currencies()


def digits(currency: str) -> int:
    """How many decimals the currency has; ValueError for an unknown one."""
    if not is_currency(currency):
        raise ValueError(_("“%(code)s” is not a currency") % {"code": currency})
    return _DIGITS.get(currency, 2)


def parse_money(text: str, *, currency: str, decimal_mark: str = ".") -> Money:
    """An amount as people write it: "10k", "€ 1.234,50", "1,234.50 USD", "JPY 500".

    Without a sign or code it is in `currency`. Raises ValueError with a sentence for the person.
    """
    plain = text.strip()
    shape = _AMOUNT.fullmatch(plain) if len(plain) <= _LONGEST else None
    if shape is None:
        raise ValueError(_("“%(text)s” is not an amount of money") % {"text": plain[:_LONGEST]})
    number, after = shape["sign"] + shape["number"], shape["after"]
    if scale := _SCALE.match(after):
        number, after = number + scale[0], after[scale.end() :].strip()
    named = {_currency_of(sign, default=currency) for sign in (shape["before"], after) if sign}
    if len(named) > 1:
        raise ValueError(_("“%(text)s” names two currencies") % {"text": plain})
    return Money.of(parse_decimal(number, decimal_mark=decimal_mark), named.pop() if named else currency)


@lru_cache(maxsize=4096)
def format_money(money: Money, locale: str, *, compact: bool = False) -> str:
    """The amount, then its sign, so that amounts line up; `compact` leaves out the decimals of whole amounts."""
    places = digits(money.currency)
    if compact and money.minor % 10**places == 0:
        places = 0
    number = _pattern(locale, places).apply(money.decimal, locale_of(locale))
    return f"{number}\N{NO-BREAK SPACE}{_symbol(money.currency, locale)}"


def _currency_of(sign: str, *, default: str) -> str:
    if is_currency(sign.upper()):
        return sign.upper()
    meant = _SIGNS.get(sign, "").split(" ")
    if default in meant:
        return default
    if not meant[0]:
        raise ValueError(_("“%(sign)s” is not a currency; write its code, such as EUR") % {"sign": sign})
    return meant[0]


@lru_cache(maxsize=1)
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())


@lru_cache(maxsize=2048)
def _symbol(currency: str, locale: str) -> str:
    return get_currency_symbol(currency, locale=locale_of(locale))


@lru_cache(maxsize=256)
def _pattern(locale: str, places: int) -> NumberPattern:
    pattern = parse_pattern(locale_of(locale).decimal_formats[None].pattern)
    pattern.frac_prec = (places, places)
    return pattern
