"""Subscription types: ``intercom.subscription_types``.

Source: API reference 2.10, "Subscription types".
"""

from intercom_async.core.resource import ListableWhole
from intercom_async.models.subscription_type import SubscriptionType


class SubscriptionTypes(ListableWhole[SubscriptionType]):
    """The subscription types of a workspace; ``contacts.subscriptions`` says who has which."""

    _model = SubscriptionType
    _all = "/subscription_types"
