"""Identity verification secrets: what the Messenger's users are signed with."""

from typing import Required, TypedDict

from intercom_async.models.base import Id, Record, Timestamp


class IdentityVerificationSecret(Record, frozen=True):
    """A secret with which a workspace signs who a user of its Messenger is.

    Attributes:
        id: The secret's id.
        type: Always ``identity_verification_secret``.
        name: Its name.
        supports_android: Whether it holds in Android apps.
        supports_ios: Whether it holds in iOS apps.
        supports_web: Whether it holds on the web.
        created_at: When it was created.
        secret: The secret itself, which ``create`` tells and nothing else; not shown by ``repr``.

    Source: API reference, preview, "Identity Verification Secrets".
    """

    id: Id
    type: str | None = None
    name: str | None = None
    supports_android: bool | None = None
    supports_ios: bool | None = None
    supports_web: bool | None = None
    created_at: Timestamp | None = None
    secret: str | None = None

    def __repr__(self) -> str:
        """Show which secret it is; never the secret."""
        return f"<IdentityVerificationSecret {self.id} {self.name!r}>"


class NewIdentityVerificationSecret(TypedDict, total=False):
    """A secret to create, for one platform at least.

    Attributes:
        name: Its name.
        supports_android: Whether it is to hold in Android apps.
        supports_ios: Whether it is to hold in iOS apps.
        supports_web: Whether it is to hold on the web.
    """

    name: Required[str]
    supports_android: bool
    supports_ios: bool
    supports_web: bool
