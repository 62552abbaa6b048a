"""Threads as pages give them where their mark-up is lost: one text, all messages in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

Message = dict[str, Any]

_RANKS = ("Active Member", "Community Guru", "Ace Contributor")


def khoros(title: str, messages: list[Message]) -> str:
    """With ranks, since when one is a member, and "2 of 5"."""
    parts = ["Showing results for \nSearch instead for \nDid you mean: \n", title]
    for number, one in enumerate(messages, 1):
        rank = "Community Manager" if one["staff"] else _RANKS[number % 3]
        badge = "Community Manager " if one["staff"] else ""
        head = f"{rank}\n{one['author']} {badge}Member Since: Mar 6, 2014"
        parts.append(f"{head}\n{number} of {len(messages)}\n\n{one['text']}\n")
    return "\n\n".join(parts)


def khoros_with_avatars(title: str, messages: list[Message]) -> str:
    """With the names of the members' pictures, and the answers counted."""
    parts = [f"» Forums » Freelancers » {title}", "Page options"]
    for number, one in enumerate(messages):
        rank = "Community Manager" if one["staff"] else "Community Member"
        parts.append(f"{one['author']}'s avatar\n{one['author']} {rank}\n\n{one['text']}")
        if not number:
            parts.append(f"{len(messages) - 1} REPLIES {len(messages) - 1}")
    return "\n\n".join(parts)


def discourse(title: str, messages: list[Message]) -> str:
    """Without names: between messages the likes, or nothing but empty lines."""
    text = f"Fiverr Community Forum\n\n{title}\n\n"
    for number, one in enumerate(messages):
        text += one["text"] + ("\n\n1 Like\n\n" if number % 2 else "\n\n\n")
    return text


def invision(title: str, messages: list[Message]) -> str:
    """With the day of each message and the links below it."""
    text = f"Jump to content\n\n{title}\n\nRecommended Posts\n\n"
    for one in messages:
        day = _day(one, "%B %d, %Y")
        text += f"{one['author']}\nPosted {day}\n\n{one['text']}\n\n"
        text += "Link to comment\n\nShare on other sites\n\n"
    return text


def phpbb(title: str, messages: list[Message]) -> str:
    """With "by" somebody and the moment."""
    day = "%a %b %d, %Y %I:%M %p"
    return f"{title}\n\n" + "\n\n".join(
        f"Post by {one['author']} » {_day(one, day)}\n\n{one['text']}" for one in messages
    )


def blogger(title: str, messages: list[Message]) -> str:
    """A post, and comments with a moment after the name."""
    first, *rest = messages
    text = f"{title}\n\n{first['text']}\n\n{len(rest)} comments:\n\n"
    for one in rest:
        moment = _day(one, "%B %d, %Y at %I:%M %p")
        text += f"{one['author']}{moment}\n{one['text']}\n\nReplyDelete\n\n"
    return text


def reddit(title: str, messages: list[Message]) -> str:
    """With points and how long ago."""
    text = f"{title}\n\n"
    for one in messages:
        text += f"u/{one['author']} · 3y ago\n\n{one['text']}\n\nReply\n\nShare\n\n"
    return text


def vbulletin(title: str, messages: list[Message]) -> str:
    """With numbers, and since when somebody is there."""
    text = f"{title}\n\n"
    for number, one in enumerate(messages, 1):
        day = _day(one, "%m-%d-%Y, %H:%M")
        text += (
            f"{day} #{number}\n{one['author']}\nJunior Member\nJoin Date: Mar 2014\nPosts: 12\n\n"
        )
        text += f"{one['text']}\n\n"
    return text


NAMED: tuple[Callable[[str, list[Message]], str], ...] = (
    khoros,
    khoros_with_avatars,
    invision,
    phpbb,
    reddit,
    vbulletin,
)
"""Layouts that name who speaks in every message."""


def _day(one: Message, form: str) -> str:
    time: datetime = one["time"]
    return time.strftime(form)
