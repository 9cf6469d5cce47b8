"""What happens around each request: tokens, keys for retries, waiting, and problems as exceptions."""

from __future__ import annotations

import random
import threading
import time
import uuid
from typing import Any, Callable, Dict, Optional

from ._generated import Client, RefreshTokens, TokenPair
from ._http import Client as HttpClient
from ._http import Response, TransportError
from ._problem import NotModified, Problem
from .problems import IDEMPOTENT, PROBLEMS, IdempotencyKeyInUse, InvalidRefreshToken, InvalidToken

_SAFE_AGAIN = {"GET", "HEAD", "PUT", "DELETE"}
_PASSING = {408, 500, 502, 503, 504}

# Is told every new pair of tokens; None after signing out, or once they are worth nothing any more.
OnTokens = Callable[[Optional[TokenPair]], None]


def problem_of(response: Response) -> Problem:
    """The exception for an answer. A code that is newer than this package gives a plain Problem."""
    if response.status_code == 304:
        return NotModified(304, None, response.headers)
    try:
        body = response.json()
    except ValueError:
        body = None
    code = body.get("code") if isinstance(body, dict) else None
    return PROBLEMS.get(str(code), Problem)(response.status_code, body, response.headers)


class Connection(HttpClient):
    """Sends requests with somebody's tokens, and again where that is safe and may help."""

    def __init__(
        self,
        base_url: str,
        *,
        access_token: Optional[str],
        refresh_token: Optional[str],
        on_tokens: Optional[OnTokens],
        retries: int,
        max_wait: float,
        timeout: float,
    ) -> None:
        super().__init__(timeout=timeout)
        self.access_token = access_token
        self.refresh_token = refresh_token
        self._on_tokens = on_tokens
        self._retries = retries
        self._max_wait = max_wait
        self._lock = threading.Lock()
        # Refreshing needs no token, so it comes back here without asking for another refresh.
        self._plain = Client(base_url, http_client=self)

    def keep(self, pair: Optional[TokenPair]) -> None:
        """Uses these tokens from now on."""
        self.access_token = pair.access_token if pair else None
        self.refresh_token = pair.refresh_token if pair else None
        if self._on_tokens:
            self._on_tokens(pair)

    def prepare(self, context: Dict[str, Any]) -> None:
        """Called by the generated client once a call, so that all attempts of it carry the same key."""
        headers: Dict[str, str] = context["headers"]
        operation: Dict[str, Any] = context["operation"]
        if operation["id"] in IDEMPOTENT:
            headers.setdefault("Idempotency-Key", str(uuid.uuid4()))
        if self.access_token and operation.get("security"):
            headers.setdefault("Authorization", f"Bearer {self.access_token}")

    def _renew(self, used: str) -> bool:
        """Whether there is now another access token than the one that was used."""
        with self._lock:
            if self.access_token and self.access_token != used:
                return True
            if not self.refresh_token:
                return False
            try:
                self.keep(self._plain.refresh_tokens(RefreshTokens(refresh_token=self.refresh_token)))
            except InvalidRefreshToken:
                self.keep(None)
                return False
            return True

    def _wait(self, attempt: int, response: Optional[Response]) -> Optional[float]:
        """Seconds until the next attempt; None where the service wants more patience than is wanted here."""
        after = response.headers.get("retry-after") if response is not None else None
        if after is not None and after.isdigit():
            return float(after) if float(after) <= self._max_wait else None
        return random.uniform(0, min(self._max_wait, 0.5 * 2.0 ** (attempt - 1)))

    def request(self, method: str, url: str, **options: Any) -> Response:
        headers: Dict[str, str] = dict(options.pop("headers", None) or {})
        again = method in _SAFE_AGAIN or "Idempotency-Key" in headers
        attempt, renewed = 0, False
        while True:
            attempt += 1
            response: Optional[Response] = None
            try:
                response = super().request(method, url, headers=headers, **options)
            except TransportError:
                if not again or attempt > self._retries:
                    raise
            if response is not None:
                if response.is_success:
                    return response
                problem = problem_of(response)
                scheme, _, used = headers.get("Authorization", "").partition(" ")
                if isinstance(problem, InvalidToken) and scheme == "Bearer" and not renewed and self._renew(used):
                    renewed, attempt = True, attempt - 1
                    headers["Authorization"] = f"Bearer {self.access_token}"
                    continue
                # Whoever is told 429 was not let in, so that nothing has happened yet.
                passing = response.status_code == 429 or (
                    again and (response.status_code in _PASSING or isinstance(problem, IdempotencyKeyInUse))
                )
                if not passing or attempt > self._retries:
                    raise problem
                if (seconds := self._wait(attempt, response)) is None:
                    raise problem
            else:
                seconds = self._wait(attempt, None) or 0.0
            time.sleep(seconds)
