"""HTTP by the standard library, with the names under which the generated client asks for it (those of httpx)."""

from __future__ import annotations

import asyncio
import codecs
import http.client
import json as json_module
import socket
import ssl
import urllib.error
import urllib.request
import uuid
from contextlib import asynccontextmanager, contextmanager
from email.message import Message
from typing import IO, Any, AsyncIterator, Dict, Iterator, Mapping, Optional, Tuple
from urllib.parse import quote, urlencode

from ._version import VERSION


class TransportError(Exception):
    """There was no answer."""


class TimeoutException(TransportError):
    """There was no answer in time."""


class HTTPStatusError(Exception):
    """A stream was refused."""

    def __init__(self, message: str, *, request: "Request", response: "Response") -> None:
        super().__init__(message)
        self.request = request
        self.response = response


class _Default:
    """Stands for the timeout of the client."""


USE_CLIENT_DEFAULT = _Default()


class Request:
    def __init__(self, url: str) -> None:
        self.url = url


class Response:
    """An answer. Its body is read at once, except within `stream`."""

    def __init__(self, raw: http.client.HTTPResponse, url: str) -> None:
        self._raw = raw
        self._content: Optional[bytes] = None
        self.status_code: int = raw.status
        self.reason_phrase: str = raw.reason
        # Names compare without regard to case.
        self.headers: Message[str, str] = raw.headers
        self.request = Request(url)

    @property
    def is_success(self) -> bool:
        return 200 <= self.status_code < 300

    def read(self) -> bytes:
        if self._content is None:
            with _told():
                self._content = self._raw.read()
        return self._content

    async def aread(self) -> bytes:
        return await asyncio.to_thread(self.read)

    def json(self) -> Any:
        return json_module.loads(self.read())

    def iter_text(self) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while True:
            with _told():
                piece = self._raw.read1(65536)
            if not piece:
                return
            yield decoder.decode(piece)

    async def aiter_text(self) -> AsyncIterator[str]:
        pieces = self.iter_text()
        while True:
            piece = await asyncio.to_thread(next, pieces, None)
            if piece is None:
                return
            yield piece


class _AsTheyCome(urllib.request.HTTPErrorProcessor):
    """Gives every answer to the caller, whatever its status; redirects are not followed, as there are none."""

    def http_response(self, request: Any, response: Any) -> Any:
        return response

    https_response = http_response


@contextmanager
def _told() -> Iterator[None]:
    """Tells the failures of sockets by the two names above."""
    try:
        yield
    except urllib.error.URLError as error:
        late = isinstance(error.reason, (socket.timeout, TimeoutError))
        raise (TimeoutException if late else TransportError)(str(error.reason)) from error
    except (socket.timeout, TimeoutError) as error:
        raise TimeoutException(str(error)) from error
    except (http.client.HTTPException, OSError) as error:
        raise TransportError(str(error) or type(error).__name__) from error


class Client:
    """Sends requests. Proxies are taken from the environment, as urllib does."""

    def __init__(self, *, timeout: float = 30.0, context: Optional[ssl.SSLContext] = None) -> None:
        self.timeout = timeout
        https = urllib.request.HTTPSHandler(context=context or ssl.create_default_context())
        self._opener = urllib.request.build_opener(_AsTheyCome, https)

    def _open(
        self,
        method: str,
        url: str,
        *,
        headers: Optional[Mapping[str, str]] = None,
        params: Optional[Mapping[str, Any]] = None,
        json: Any = None,
        content: Any = None,
        data: Any = None,
        files: Any = None,
        timeout: Any = USE_CLIENT_DEFAULT,
    ) -> Response:
        sent: Dict[str, str] = {
            "Accept": "application/json, application/problem+json",
            "User-Agent": f"imprint-python/{VERSION}",
            **(headers or {}),
        }
        body = content
        if data is not None or files is not None:
            body, sent["Content-Type"] = multipart(data or {}, files or {})
        elif json is not None:
            body = json_module.dumps(json, ensure_ascii=False).encode()
            sent.setdefault("Content-Type", "application/json")
        query = urlencode(list(_pairs(params or {})))
        if query:
            url += ("&" if "?" in url else "?") + query
        if isinstance(body, str):
            body = body.encode()
        request = urllib.request.Request(url, data=body, headers=sent, method=method)
        seconds = self.timeout if isinstance(timeout, _Default) else timeout
        with _told():
            return Response(self._opener.open(request, timeout=seconds), url)

    def request(self, method: str, url: str, **options: Any) -> Response:
        """An answer, read to its end. Raises TransportError where there is none."""
        response = self._open(method, url, **options)
        response.read()
        return response

    @contextmanager
    def stream(self, method: str, url: str, **options: Any) -> Iterator[Response]:
        """An answer that is read as it comes."""
        response = self._open(method, url, **options)
        try:
            yield response
        finally:
            response._raw.close()


class AsyncClient:
    """The same for asyncio; each request takes a thread while it waits."""

    def __init__(self, client: Optional[Client] = None) -> None:
        self._client = client or Client()

    async def request(self, method: str, url: str, **options: Any) -> Response:
        return await asyncio.to_thread(self._client.request, method, url, **options)

    @asynccontextmanager
    async def stream(self, method: str, url: str, **options: Any) -> AsyncIterator[Response]:
        response = await asyncio.to_thread(self._client._open, method, url, **options)
        try:
            yield response
        finally:
            response._raw.close()


def _pairs(params: Mapping[str, Any]) -> Iterator[Tuple[str, str]]:
    """A list is the parameter several times; what is None is not sent."""
    for name, value in params.items():
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if one is not None:
                yield name, str(one).lower() if isinstance(one, bool) else str(one)


def multipart(data: Mapping[str, Any], files: Mapping[str, Any]) -> Tuple[bytes, str]:
    """A multipart/form-data body (RFC 7578) and its content type. Files are bytes or something to read from."""
    boundary = uuid.uuid4().hex
    lines = []
    for name, value in data.items():
        text = str(value).lower() if isinstance(value, bool) else str(value)
        lines.append((f'form-data; name="{quote(name)}"', text.encode()))
    for name, value in files.items():
        filename = quote(str(getattr(value, "name", name)).rsplit("/", 1)[-1])
        disposition = f'form-data; name="{quote(name)}"; filename="{filename}"\r\nContent-Type: application/octet-stream'
        lines.append((disposition, _bytes_of(value)))
    parts = [f"--{boundary}\r\nContent-Disposition: {head}\r\n\r\n".encode() + body + b"\r\n" for head, body in lines]
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _bytes_of(value: "bytes | bytearray | IO[bytes]") -> bytes:
    return bytes(value) if isinstance(value, (bytes, bytearray)) else value.read()
