"""Lines over there as lines of ours: every account and tax mapped back, or none."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounting_links.building import role_of
from accounting_links.models import Connection, NominalLink, ProductLink, TaxLink
from connectors.amounts import cents
from connectors.records import RemoteLine
from invoicing.models import Document, DocumentLine, NominalCode, Product, TaxRate
from invoicing.services.drafts import LineDraft


class NotMapped(Exception):
    """A line cannot be taken over; the text goes on a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """What their ids stand for here; those that our document has come first."""

    own: list[DocumentLine]
    nominals: dict[str, list[NominalCode]]
    products: dict[str, Product]
    taxes: dict[str, list[TaxRate]]

    @classmethod
    def of(cls, connection: Connection, document: Document) -> "Lines":
        own = list(
            document.lines.select_related("nominal", "tax_rate", "product").order_by(
                "position"
            )
        )
        nominals: defaultdict[str, list[NominalCode]] = defaultdict(list)
        for link in NominalLink.objects.filter(connection=connection).select_related(
            "nominal"
        ):
            nominals[f"account:{link.account_id}"].append(link.nominal)
            if link.item_id:
                nominals[f"item:{link.item_id}"].append(link.nominal)
        taxes: defaultdict[str, list[TaxRate]] = defaultdict(list)
        for rate in TaxLink.objects.filter(
            connection=connection, role=role_of(document)
        ).select_related("tax_rate"):
            taxes[rate.external_id].append(rate.tax_rate)
        products = ProductLink.objects.filter(connection=connection)
        return cls(
            own=own,
            nominals=dict(nominals),
            products={
                link.external_id: link.product
                for link in products.select_related("product")
            },
            taxes=dict(taxes),
        )

    def drafts(self, lines: Sequence[RemoteLine]) -> list[LineDraft]:
        """Raises `NotMapped`."""
        return [self._draft(at, line) for at, line in enumerate(lines)]

    def _draft(self, at: int, line: RemoteLine) -> LineDraft:
        like = self._like(at, line)
        quantity, price = _price(line)
        product = self.products.get(line.item_id)
        return LineDraft(
            text=line.text or (like.text if like else ""),
            quantity=quantity,
            unit_price=price,
            nominal=self._nominal(line, like, product),
            tax_rate=self._tax(line, like),
            product=product,
        )

    def _like(self, at: int, line: RemoteLine) -> DocumentLine | None:
        same = [each for each in self.own if each.text.strip() == line.text.strip()]
        if same:
            return same[0]
        return self.own[at] if at < len(self.own) else None

    def _nominal(
        self, line: RemoteLine, like: DocumentLine | None, product: Product | None
    ) -> NominalCode | None:
        told = line.account_id or line.item_id
        found = self.nominals.get(f"account:{line.account_id}", [])
        found = found or self.nominals.get(f"item:{line.item_id}", [])
        if like is not None and (not told or like.nominal in found):
            return like.nominal
        if found:
            return found[0]
        if product is not None:
            return product.nominal
        raise NotMapped(f"no nominal code is mapped to {told or 'its account'} there.")

    def _tax(self, line: RemoteLine, like: DocumentLine | None) -> TaxRate | None:
        found = self.taxes.get(line.tax_code_id, [])
        if like is not None and (not line.tax_code_id or like.tax_rate in found):
            return like.tax_rate
        if found:
            return found[0]
        if not line.tax_code_id and not line.tax:
            return None
        raise NotMapped(f"no tax rate is mapped to {line.tax_code_id or 'its tax'}.")


def _price(line: RemoteLine) -> tuple[Decimal, Decimal]:
    """Their own quantity and price where these come to their net."""
    quantity, price = line.quantity, line.unit_price
    if quantity and price is not None and cents(quantity * price) == line.net:
        return quantity, price
    return Decimal(1), line.net
