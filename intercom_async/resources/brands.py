"""Brands: ``intercom.brands``.

Source: API reference 2.15, "Brands".
"""

from intercom_async.core.resource import ListableWhole, Retrievable
from intercom_async.models.brand import Brand


class Brands(ListableWhole[Brand], Retrievable[Brand]):
    """The brands of a workspace (from version 2.15)."""

    _model = Brand
    _all = "/brands"
    _one = "/brands/{id}"
    _since = "2.15"
