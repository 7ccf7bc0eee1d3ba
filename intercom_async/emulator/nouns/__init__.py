"""The nouns of the API besides conversations: which operations they have, and how they look."""

from typing import Final

from intercom_async.emulator.nouns.companies import COMPANIES
from intercom_async.emulator.nouns.contacts import CONTACTS
from intercom_async.emulator.nouns.help_center import HELP_CENTER
from intercom_async.emulator.nouns.tickets import TICKETS
from intercom_async.emulator.nouns.workspace import WORKSPACE

NOUNS: Final = (*WORKSPACE, *CONTACTS, *COMPANIES, *TICKETS, *HELP_CENTER)
