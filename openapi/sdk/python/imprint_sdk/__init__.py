"""Imprint, a headless publishing backend: accounts, posts, comments and tags.

    from imprint_sdk import Imprint
    from imprint_sdk.models import CreatePost
    from imprint_sdk.problems import PostNotFound

    imprint = Imprint("http://127.0.0.1:3000")
    imprint.sign_in("ada@example.com", "correct horse battery staple")
    post = imprint.create_post(CreatePost(title="My first post", body="Written with Python."))
    for one in imprint.list_posts_items(per_page=100):
        print(one.title)
    try:
        imprint.get_post("there-is-no-such-post")
    except PostNotFound as problem:
        print(problem.detail, problem.request_id)

Every operation of the contract is a method of `Imprint`, and of `AsyncImprint` for asyncio.
"""

from __future__ import annotations

import asyncio
from enum import Enum
from typing import Any, Dict, Optional

from . import _generated, _http, models, problems
from ._connection import Connection, OnTokens
from ._generated import ApiTimeoutError, AsyncClient, Client, Login, User
from ._http import TransportError
from ._problem import Fault, NotModified, Problem

__all__ = [
    "NULL",
    "ApiTimeoutError",
    "AsyncImprint",
    "Fault",
    "Imprint",
    "NotModified",
    "OnTokens",
    "Problem",
    "TransportError",
    "models",
    "problems",
]


class _Null(Enum):
    NULL = None


# In a body None means that a field is not sent. This one sends null: `UpdatePost(summary=NULL)` clears the summary.
NULL: Any = _Null.NULL


class Imprint(Client):
    """A client that keeps its tokens, refreshes them, and tries again where that is safe.

    `on_tokens` is told every new pair of tokens, so that they can be stored; `access_token` and `refresh_token` are
    where to go on with them. `retries` counts the attempts after the first; `max_wait` is how many seconds it may wait
    for one of them, also where the service asks for more. `timeout` is in seconds, for each attempt.

    Calls raise a `Problem` for what the service refuses, `ApiTimeoutError` where it is too slow and `TransportError` where
    it cannot be reached.
    """

    def __init__(
        self,
        base_url: str = _generated.Servers.the_service_in_production(),
        *,
        access_token: Optional[str] = None,
        refresh_token: Optional[str] = None,
        on_tokens: Optional[OnTokens] = None,
        retries: int = 2,
        max_wait: float = 60.0,
        timeout: float = 30.0,
        headers: Optional[Dict[str, str]] = None,
    ) -> None:
        self.connection = Connection(
            base_url,
            access_token=access_token,
            refresh_token=refresh_token,
            on_tokens=on_tokens,
            retries=retries,
            max_wait=max_wait,
            timeout=timeout,
        )
        super().__init__(
            base_url,
            headers=headers,
            timeout=timeout,
            middleware=[{"on_request": self.connection.prepare}],
            http_client=self.connection,
        )

    def sign_in(self, email: str, password: str) -> User:
        """Signs in; what is called afterwards is called by this account."""
        pair = self.login(Login(email=email, password=password))
        self.connection.keep(pair)
        return pair.user

    def sign_out(self) -> None:
        """Ends the session and forgets its tokens."""
        self.logout()
        self.connection.keep(None)


class AsyncImprint(AsyncClient):
    """The same for asyncio, around an `Imprint` that holds the settings and the tokens."""

    def __init__(self, imprint: Imprint, *, headers: Optional[Dict[str, str]] = None) -> None:
        self.connection = imprint.connection
        self._imprint = imprint
        super().__init__(
            imprint._server_url,
            headers=headers,
            timeout=self.connection.timeout,
            middleware=[{"on_request": self.connection.prepare}],
            http_client=_http.AsyncClient(self.connection),
        )

    async def sign_in(self, email: str, password: str) -> User:
        """Signs in; what is called afterwards is called by this account."""
        return await asyncio.to_thread(self._imprint.sign_in, email, password)

    async def sign_out(self) -> None:
        """Ends the session and forgets its tokens."""
        await asyncio.to_thread(self._imprint.sign_out)
