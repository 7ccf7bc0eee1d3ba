"""Data exports: files that the API makes in a job of its own."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from intercom_async.models.base import Id, ListOf, Record, Timestamp


class DataExport(Record, frozen=True):
    """A job that makes a file.

    Attributes:
        job_identifier: The job's id.
        status: ``pending``, ``in_progress``, ``completed`` (``complete`` of reporting data),
            ``no_data``, ``failed`` or ``canceled``.
        download_expires_at: When the file is gone.
        download_url: Where the file is; ``download`` fetches it.

    Source: API reference 2.10, "Data Export"; 2.14, "Reporting Data Export"; 2.16.
    """

    job_identifier: Id
    status: str | None = None
    download_expires_at: Timestamp | None = None
    download_url: str | None = None


class DatasetAttribute(Record, frozen=True):
    """A column of a dataset.

    Attributes:
        id: Its name within the dataset, which may be ambiguous.
        qualified_id: Its name for ``enqueue``, such as ``conversation.conversation_id``.
        name: Its name for readers.
    """

    id: Id | None = None
    qualified_id: Id | None = None
    name: str | None = None


class Dataset(Record, frozen=True):
    """Data that can be exported.

    Attributes:
        id: The dataset's id.
        name: Its name.
        description: What is in it.
        default_time_attribute_id: The attribute that the time of an export is about.
        attributes: Its columns.

    Source: API reference 2.14, "Reporting Data Export".
    """

    id: Id
    name: str | None = None
    description: str | None = None
    default_time_attribute_id: Id | None = None
    attributes: ListOf[DatasetAttribute] = []


class DataExportRange(TypedDict):
    """The time of which messages are exported, both ends included.

    Attributes:
        created_at_after: Its beginning, by when a message was sent.
        created_at_before: Its end.
    """

    created_at_after: datetime | int
    created_at_before: datetime | int


class NewReportingDataExport(TypedDict):
    """What of a dataset to export.

    Attributes:
        dataset_id: The dataset.
        attribute_ids: The ``qualified_id`` of each column.
        start_time: The beginning of the time it is about.
        end_time: Its end.
    """

    dataset_id: str
    attribute_ids: Sequence[str]
    start_time: datetime | int
    end_time: datetime | int
