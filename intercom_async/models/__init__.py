"""The structs that answers decode into, one file per noun of the API reference."""

from intercom_async.models.activity_log import ActivityLog, PerformedBy
from intercom_async.models.admin import Admin, Role, TeamPriorityLevel
from intercom_async.models.article import (
    Article,
    ArticleContent,
    ArticleHighlights,
    ArticleStatistics,
    ArticleVersion,
    FoundArticle,
    HighlightedText,
)
from intercom_async.models.audience import Audience, AudiencePredicate
from intercom_async.models.away_status_reason import AwayStatusReason
from intercom_async.models.base import JSON, Model, PartialList, Timestamp
from intercom_async.models.brand import Brand
from intercom_async.models.call import Call
from intercom_async.models.collection import Collection, CollectionContent
from intercom_async.models.company import Company, Plan
from intercom_async.models.contact import (
    Banner,
    Contact,
    ContactFields,
    ContactState,
    DismissedBanner,
    Location,
    MergedContact,
    SocialProfile,
)
from intercom_async.models.content import (
    ContentBulkAction,
    ContentSearchArticleContent,
    ContentSearchResult,
)
from intercom_async.models.content_import_source import ContentImportSource
from intercom_async.models.content_snippet import ContentSnippet
from intercom_async.models.conversation import (
    AiAgent,
    Conversation,
    ConversationRating,
    FirstContactReply,
    SlaApplied,
    Source,
)
from intercom_async.models.conversation_attribute import (
    ConversationAttribute,
    ConversationAttributeOption,
    ConversationAttributeReference,
)
from intercom_async.models.conversation_records import (
    DeletedConversation,
    HandlingEvent,
    SideConversation,
)
from intercom_async.models.custom_channel_event import CustomChannelNotification
from intercom_async.models.custom_object_instance import CustomObjectInstance
from intercom_async.models.data_attribute import DataAttribute
from intercom_async.models.data_connector import (
    DataConnector,
    DataConnectorAttributeMapping,
    DataConnectorExecutionResult,
    DataConnectorHeader,
    DataConnectorInput,
    DataConnectorObjectMapping,
    DataConnectorReferenceMapping,
    DataConnectorResponseField,
)
from intercom_async.models.data_event import DataEvent, DataEventSummary
from intercom_async.models.data_export import DataExport, Dataset, DatasetAttribute
from intercom_async.models.deleted import Deleted
from intercom_async.models.ecommerce import CatalogUpload
from intercom_async.models.email_setting import EmailSetting
from intercom_async.models.external_page import ExternalPage
from intercom_async.models.fin_agent import FinCapabilities, FinRating, FinStatus
from intercom_async.models.fin_voice_call import FinVoiceCall
from intercom_async.models.folder import Folder
from intercom_async.models.help_center import HelpCenter, HelpCenterRedirect
from intercom_async.models.identity_verification_secret import IdentityVerificationSecret
from intercom_async.models.internal_article import InternalArticle
from intercom_async.models.ip_allowlist import IpAllowlist
from intercom_async.models.job import Job
from intercom_async.models.macro import Macro
from intercom_async.models.me import App, Me
from intercom_async.models.message import (
    Message,
    WhatsAppError,
    WhatsAppMessageStatus,
    WhatsAppStatusEvent,
)
from intercom_async.models.news_item import NewsfeedAssignment, NewsItem
from intercom_async.models.newsfeed import Newsfeed
from intercom_async.models.note import Note
from intercom_async.models.office_hours import (
    OfficeHoursException,
    OfficeHoursSchedule,
    OfficeHoursTimeInterval,
)
from intercom_async.models.part import Attachment, ConversationPart, ConversationParts
from intercom_async.models.phone_switch import PhoneSwitch
from intercom_async.models.reference import (
    Author,
    ContactReference,
    LinkedObject,
    LinkedObjects,
    Reference,
    TeammateReference,
)
from intercom_async.models.segment import Segment
from intercom_async.models.statistics import ConversationStatistics
from intercom_async.models.subscription_type import SubscriptionType, Translation
from intercom_async.models.tag import Tag, TaggedObjects
from intercom_async.models.team import AdminPriorityLevel, Team, TeamMetric
from intercom_async.models.ticket import (
    Ticket,
    TicketPart,
    TicketParts,
    TicketType,
    TicketTypeAttribute,
)
from intercom_async.models.ticket_inputs import TicketFields
from intercom_async.models.ticket_state import TicketState
from intercom_async.models.visitor import Visitor, VisitorLocation
from intercom_async.models.workflow import Workflow, WorkflowExport

__all__ = [
    "JSON",
    "ActivityLog",
    "Admin",
    "AdminPriorityLevel",
    "AiAgent",
    "App",
    "Article",
    "ArticleContent",
    "ArticleHighlights",
    "ArticleStatistics",
    "ArticleVersion",
    "Attachment",
    "Audience",
    "AudiencePredicate",
    "Author",
    "AwayStatusReason",
    "Banner",
    "Brand",
    "Call",
    "CatalogUpload",
    "Collection",
    "CollectionContent",
    "Company",
    "Contact",
    "ContactFields",
    "ContactReference",
    "ContactState",
    "ContentBulkAction",
    "ContentImportSource",
    "ContentSearchArticleContent",
    "ContentSearchResult",
    "ContentSnippet",
    "Conversation",
    "ConversationAttribute",
    "ConversationAttributeOption",
    "ConversationAttributeReference",
    "ConversationPart",
    "ConversationParts",
    "ConversationRating",
    "ConversationStatistics",
    "CustomChannelNotification",
    "CustomObjectInstance",
    "DataAttribute",
    "DataConnector",
    "DataConnectorAttributeMapping",
    "DataConnectorExecutionResult",
    "DataConnectorHeader",
    "DataConnectorInput",
    "DataConnectorObjectMapping",
    "DataConnectorReferenceMapping",
    "DataConnectorResponseField",
    "DataEvent",
    "DataEventSummary",
    "DataExport",
    "Dataset",
    "DatasetAttribute",
    "Deleted",
    "DeletedConversation",
    "DismissedBanner",
    "EmailSetting",
    "ExternalPage",
    "FinCapabilities",
    "FinRating",
    "FinStatus",
    "FinVoiceCall",
    "FirstContactReply",
    "Folder",
    "FoundArticle",
    "HandlingEvent",
    "HelpCenter",
    "HelpCenterRedirect",
    "HighlightedText",
    "IdentityVerificationSecret",
    "InternalArticle",
    "IpAllowlist",
    "Job",
    "LinkedObject",
    "LinkedObjects",
    "Location",
    "Macro",
    "Me",
    "MergedContact",
    "Message",
    "Model",
    "NewsItem",
    "Newsfeed",
    "NewsfeedAssignment",
    "Note",
    "OfficeHoursException",
    "OfficeHoursSchedule",
    "OfficeHoursTimeInterval",
    "PartialList",
    "PerformedBy",
    "PhoneSwitch",
    "Plan",
    "Reference",
    "Role",
    "Segment",
    "SideConversation",
    "SlaApplied",
    "SocialProfile",
    "Source",
    "SubscriptionType",
    "Tag",
    "TaggedObjects",
    "Team",
    "TeamMetric",
    "TeamPriorityLevel",
    "TeammateReference",
    "Ticket",
    "TicketFields",
    "TicketPart",
    "TicketParts",
    "TicketState",
    "TicketType",
    "TicketTypeAttribute",
    "Timestamp",
    "Translation",
    "Visitor",
    "VisitorLocation",
    "WhatsAppError",
    "WhatsAppMessageStatus",
    "WhatsAppStatusEvent",
    "Workflow",
    "WorkflowExport",
]
