"""A walk through the service with the Python client; run by python.test.ts, which gives the address."""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor

from imprint_sdk import NULL, AsyncImprint, Imprint, Problem
from imprint_sdk.models import CreatePost, NewPostStatus, PublishPost, RegisterUser, UpdatePost
from imprint_sdk.problems import (
    InvalidCredentials,
    PostNotFound,
    PreconditionFailed,
    PreconditionRequired,
    Unauthenticated,
    ValidationFailed,
)

EMAIL, PASSWORD = "ada@example.com", "correct horse battery staple"
TEXT = "Written with **Python**, and long enough."
NOBODYS = "01932b6e-8f2a-7c3d-9b4e-5a6f7c8d9e0f"


def raised(kind, call, *arguments, **options):
    try:
        call(*arguments, **options)
    except kind as problem:
        return problem
    raise AssertionError(f"{kind.__name__} was not raised")


kept = []
imprint = Imprint(sys.argv[1], on_tokens=kept.append)
assert imprint.register_user(RegisterUser(email=EMAIL, password=PASSWORD)).email == EMAIL
assert raised(InvalidCredentials, imprint.sign_in, EMAIL, "something else").status == 401
ada = imprint.sign_in(EMAIL, PASSWORD)
assert imprint.get_current_user().id == ada.id

assert [one.user_agent.split("/")[0] for one in imprint.list_sessions_items()] == ["imprint-python"]

# Write and publish.
post = imprint.create_post(CreatePost(title="The first", body=TEXT, summary="Short."))
assert post.status.value == "draft"
assert imprint.publish_post(post.id, PublishPost()).status.value == "published"

# Change what has not changed in the meantime.
etag = imprint.get_post_with_headers(post.slug).headers["etag"]
change = UpdatePost(summary=NULL)
raised(PreconditionRequired, imprint.update_post, post.id, change)
assert imprint.update_post(post.id, change, headers={"If-Match": etag}).summary is None
stale = raised(PreconditionFailed, imprint.update_post, post.id, change, headers={"If-Match": etag})
assert stale.body["current_version"] > post.version

# All pages, one after the other.
for number in range(4):
    text = CreatePost(title=f"Number {number}", body=TEXT, status=NewPostStatus.PUBLISHED, tags=["Python"])
    imprint.create_post(text)
assert [len(page.data) for page in imprint.list_posts_pages(per_page=2)] == [2, 2, 1]
titles = [one.title for one in imprint.list_posts_items(per_page=2)]
assert sorted(titles) == [*(f"Number {number}" for number in range(4)), "The first"], titles
assert len(list(imprint.list_posts_items(tag=["Python", "python"]))) == 4

# Problems.
missing = raised(PostNotFound, imprint.get_post, NOBODYS)
assert isinstance(missing, Problem)
assert (missing.status, missing.code) == (404, "post_not_found")
assert missing.detail and missing.request_id == missing.headers["X-Request-ID"]
unfit = raised(ValidationFailed, imprint.create_post, CreatePost(title="Tiny", body=TEXT))
assert [(one.pointer, one.code) for one in unfit.errors] == [("/title", "too_short")], unfit.errors

# A token that is worth nothing is replaced behind the scenes; the caller is told the new pair.
tokens = kept[-1]
imprint.connection.access_token = "not.a.token"
assert imprint.get_current_user().id == ada.id
assert len(kept) == 2 and kept[-1].refresh_token != tokens.refresh_token

# Several threads that meet the end of a token at once refresh it once.
imprint.connection.access_token = "not.a.token"
with ThreadPoolExecutor(4) as pool:
    assert {one.id for one in pool.map(lambda _: imprint.get_current_user(), range(4))} == {ada.id}
assert len(kept) == 3
again = Imprint(sys.argv[1], access_token=kept[-1].access_token)
assert again.get_current_user().id == ada.id


async def asynchronous():
    client = AsyncImprint(again)
    me, *posts = await asyncio.gather(client.get_current_user(), *(client.get_post(post.slug) for _ in range(3)))
    assert me.id == ada.id and {one.id for one in posts} == {post.id}
    assert len([one.title async for one in client.list_posts_items(per_page=3)]) == 5


asyncio.run(asynchronous())

imprint.sign_out()
assert kept[-1] is None
raised(Unauthenticated, imprint.get_current_user)
print("walked")
