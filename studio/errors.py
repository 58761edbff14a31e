"""Errors that a user can meet: one sentence each, and what to do next.

RicercarError
    UnreadableFile       a file that cannot be opened or understood
    UnwritableFile       a target that cannot be written
        UnsureFile       a target that was written, but may not outlive a power cut
        ChangedFile      a target that another program has changed since it was read
    UnsupportedRequest   a request that makes no sense for this song, region or model
    ModelUnavailable     a model that is not there or cannot be used here
    DamagedCheckpoint    a model folder whose contents do not match its card
    AudioUnavailable     no sound device, synthesiser or SoundFont
    WorkerLost           a child process that died or does not answer
"""

from __future__ import annotations


class RicercarError(Exception):
    """What happened, to what; `hint` says what to do. Shown to the user as it stands."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def __reduce__(self) -> tuple[type[RicercarError], tuple[str, str]]:
        return type(self), (self.message, self.hint)


class UnreadableFile(RicercarError):
    """A file that cannot be opened or understood."""


class UnwritableFile(RicercarError):
    """A target that cannot be written; whatever stood there is unchanged."""


class UnsureFile(UnwritableFile):
    """A target that holds what was written, though the disk did not confirm that it will keep it."""


class ChangedFile(UnwritableFile):
    """A target that another program has changed since it was read; it is left as it is until somebody says otherwise."""


class UnsupportedRequest(RicercarError):
    """A request that makes no sense for this song, region or model."""


class ModelUnavailable(RicercarError):
    """A model that is not there or cannot be used here."""


class DamagedCheckpoint(ModelUnavailable):
    """A model folder whose contents do not match its card."""


class AudioUnavailable(RicercarError):
    """No sound device, synthesiser or SoundFont."""


class WorkerLost(RicercarError):
    """A child process that died or does not answer."""
