"""What a call raises when the service does not do what it was asked to."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import Message
from typing import Any, Dict, List, Optional


@dataclass
class Fault:
    """One thing that is wrong with a request: where, what kind, and in words."""

    pointer: str
    code: str
    detail: str


class Problem(Exception):
    """An answer that is not a success (RFC 9457). Each code has a class of its own, such as `PostNotFound`."""

    def __init__(self, status: int, body: Any, headers: Message[str, str]) -> None:
        read: Dict[str, Any] = body if isinstance(body, dict) else {}
        self.status = status
        self.code: Optional[str] = read.get("code")
        self.title: Optional[str] = read.get("title")
        self.detail: Optional[str] = read.get("detail")
        # What to name when you ask the operators about it.
        self.request_id: Optional[str] = read.get("request_id") or headers.get("x-request-id")
        self.errors: List[Fault] = [
            Fault(one.get("pointer", ""), one.get("code", ""), one.get("detail", ""))
            for one in read.get("errors") or []
        ]
        self.body = body
        self.headers = headers
        said = f"{self.code or 'no problem document'} ({status})"
        faults = "; ".join(f"{one.pointer} {one.detail}" for one in self.errors)
        super().__init__(" - ".join(part for part in (said, self.detail, faults) if part))


class NotModified(Problem):
    """304: what you have already is current. It follows from the If-None-Match that you sent."""
