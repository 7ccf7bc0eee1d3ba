"""Emails: ``intercom.emails``.

Source: API reference 2.15, "Emails".
"""

from intercom_async.core.resource import ListableWhole, Retrievable
from intercom_async.models.email_setting import EmailSetting


class Emails(ListableWhole[EmailSetting], Retrievable[EmailSetting]):
    """The addresses a workspace writes from (from version 2.15)."""

    _model = EmailSetting
    _all = "/emails"
    _one = "/emails/{id}"
    _since = "2.15"
