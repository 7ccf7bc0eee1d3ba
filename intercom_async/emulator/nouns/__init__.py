"""The nouns of the API besides conversations: how they look, and which operations they have.

An operation is a function of a noun's collection and a request.
"""

from typing import Final

from intercom_async.emulator.nouns.admins import ADMINS
from intercom_async.emulator.nouns.attributes import DATA_ATTRIBUTES
from intercom_async.emulator.nouns.companies import COMPANIES
from intercom_async.emulator.nouns.contacts import CONTACTS
from intercom_async.emulator.nouns.help_center import HELP_CENTER
from intercom_async.emulator.nouns.notes import NOTES
from intercom_async.emulator.nouns.tags import TAGS
from intercom_async.emulator.nouns.ticket_types import TICKET_TYPES
from intercom_async.emulator.nouns.tickets import TICKETS

NOUNS: Final = (
    *(*ADMINS, *TAGS, *DATA_ATTRIBUTES, *CONTACTS, *NOTES),
    *(*COMPANIES, *TICKETS, *TICKET_TYPES, *HELP_CENTER),
)
