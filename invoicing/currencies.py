"""How many places the currencies of ISO 4217 have."""

from decimal import Decimal

USUAL_PLACES = 2
PLACES = (
    dict.fromkeys(
        (
            *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW"),
            *("PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"),
        ),
        0,
    )
    | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)
    | {"CLF": 4, "UYW": 4}
)


def smallest_unit(currency: str) -> Decimal:
    """0.01 for GBP, 1 for JPY, 0.001 for KWD."""
    return Decimal(1).scaleb(-PLACES.get(currency, USUAL_PLACES))
