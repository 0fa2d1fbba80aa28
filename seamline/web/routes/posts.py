"""/api/posts: the register of posts, computed from each side's own statements."""

from __future__ import annotations

from typing import Any

import msgspec

from seamline.actions import posts
from seamline.web import reading
from seamline.web.access import READ, route
from seamline.web.call import Call
from seamline.web.routes.checks import worded
from seamline.web.routes.records import When
from seamline.web.shapes import posts as shapes

Json = dict[str, Any]


class PostsQuery(msgspec.Struct):
    """since: what counts as changed, a week ago if absent; as_of: now if absent."""

    since: When = None
    as_of: When = None


@route("GET", "/api/posts", READ, "The register of posts", answer=shapes.PostRegister)
def list_posts(call: Call, query: PostsQuery) -> Json:
    """Where the statements differ, the post is reserved; nobody here decides who is right."""
    since, as_of = reading.instant("since", query.since), reading.instant("as_of", query.as_of)
    return worded(call, posts.register(call.node, call.officer, since, as_of))
