"""What can go wrong with stored documents; the docstring of an error says what it means."""

from __future__ import annotations


class DocumentStoreError(Exception):
    """The document store could not do what was asked."""


class StoreAway(DocumentStoreError):
    """The document store cannot be reached now; the same call works again once it is back."""


class StoreUnfit(StoreAway):
    """The document store answers but is not set up as documents need it; the message tells the operator."""


class BlobMissing(DocumentStoreError):
    """The store holds no bytes under this SHA-256."""

    def __init__(self, sha256: str) -> None:
        super().__init__(f"the store holds no bytes of {sha256}")
        self.sha256 = sha256


class BlobDamaged(DocumentStoreError):
    """The bytes under this SHA-256 are not those that were put there."""

    def __init__(self, sha256: str) -> None:
        super().__init__(f"the bytes stored as {sha256} are not the ones that were put there")
        self.sha256 = sha256


class BlobRetained(DocumentStoreError):
    """The bytes must be kept until a day that has not come."""

    def __init__(self, sha256: str) -> None:
        super().__init__(f"{sha256} is held until its retention ends")
        self.sha256 = sha256


class RangeOutside(DocumentStoreError):
    """The range asked for begins after the last byte."""

    def __init__(self, size: int) -> None:
        super().__init__(f"the range begins after the last of {size} bytes")
        self.size = size
