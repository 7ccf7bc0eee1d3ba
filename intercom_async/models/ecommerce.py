"""What a shop sells."""

from intercom_async.models.base import Id, Record


class CatalogUpload(Record, frozen=True):
    """How far the upload of a catalog is.

    Attributes:
        import_job_id: The upload's id, which its further parts name.
        part_number: The part that was taken.
        next_part_number: The part that is to follow.
        status: How far the import is.

    Source: API reference Preview, "Ecommerce connectors".
    """

    import_job_id: Id | None = None
    part_number: int | None = None
    next_part_number: int | None = None
    status: str | None = None
