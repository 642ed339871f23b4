"""What a result's Markdown becomes on the desktop, whose services show it as it stands."""

from __future__ import annotations

import pytest

from kata_desktop.domain.notification import NotificationKind, OutboxItem
from kata_desktop.notifications.note import note_of


@pytest.mark.parametrize(
    "body,shown",
    [
        ("**News**\n\n- [one](https://example.org/1)", "News\n• one"),
        (r"**foo\_bar**" + "\n\n" + r"- [\[Review\] a\*b](https://example.org/1)", "foo_bar\n• [Review] a*b"),
        ("**Page**\n\n```diff\n- old\n+ **new** [a](b)\n```\n\n- point", "Page\n- old\n+ **new** [a](b)\n• point"),
        ("```\n- cut off", "- cut off"),
        ("```in line``` stays", "in line stays"),
        (r"C:\notes", r"C:\notes"),
    ],
)
def test_results_are_read_out(body: str, shown: str) -> None:
    item = OutboxItem(
        id="out_1", key="k", kind=NotificationKind.RESULT, target_kind="desktop", title="Read feeds", body=body
    )
    assert note_of(item).body == shown
