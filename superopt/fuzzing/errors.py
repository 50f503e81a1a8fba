"""What can go wrong in a campaign."""

from __future__ import annotations

from superopt.errors import SuperoptError


class CorpusError(SuperoptError):
    """A file that holds no code to attack with: which one, and why."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: error: {reason}")
        self.path = path
        self.reason = reason


class CampaignError(SuperoptError):
    """A record of a campaign that cannot be used: which file, and why."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: error: {reason}")
        self.path = path
        self.reason = reason
