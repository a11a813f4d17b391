from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acme.catalogue.product.product import Product


def by_key(products: list[Product]) -> dict[str, Product]:
    return {product.key: product for product in products}
