"""What the Python client does where an answer does not come or says to wait; run by python.test.ts."""

import email
import io
import sys

from imprint_sdk import ApiTimeoutError, Imprint, TransportError
from imprint_sdk._http import multipart
from imprint_sdk.models import CreatePost, UpdatePost
from imprint_sdk.problems import ServiceUnavailable

imprint = Imprint(sys.argv[1], access_token="a.b.c", max_wait=2)

# Refused, cut off, answered: one call, and the same key each time.
post = imprint.create_post(CreatePost(title="Once", body="Text."))
assert post.title == "Once"

# A value that the service has learnt since this client was made is no reason to fail.
assert post.status == "embargoed"

# What cannot be sent again safely is not.
try:
    imprint.update_post("01932b6e-8f2a-7c3d-9b4e-5a6f7c8d9e0f", UpdatePost(title="Twice"))
    raise AssertionError("a cut connection was not told")
except TransportError:
    pass

# More patience than was asked for is not shown.
try:
    imprint.get_post("patience")
    raise AssertionError("a 503 was not told")
except ServiceUnavailable as problem:
    assert problem.headers["Retry-After"] == "30"

# Nor is more time; a read is tried again first.
try:
    Imprint(sys.argv[1], timeout=0.3, retries=1).get_post("slow")
    raise AssertionError("a late answer was not told")
except ApiTimeoutError as error:
    assert error.timeout == 0.3

# Nobody there.
try:
    Imprint("http://127.0.0.1:9", retries=0).check_health()
    raise AssertionError("a closed port was not told")
except TransportError:
    pass

body, content_type = multipart({"alt": "A cat"}, {"file": io.BytesIO(b"\x00\xff\r\n--")})
parts = email.message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body).get_payload()
assert [part.get_payload(decode=True) for part in parts] == [b"A cat", b"\x00\xff\r\n--"]
assert parts[1].get_filename() == "file"
print("walked")
