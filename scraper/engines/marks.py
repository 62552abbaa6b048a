"""What the elements of a page of unknown software are, told from their names and addresses."""

from __future__ import annotations

import re

from lxml import etree

from scraper.engines.dates import is_date, stamp
from scraper.engines.html import words

LONGEST_NAME = 60
"""Characters; what is longer names no member."""

LONGEST_LABEL = 30
"""Characters; what is longer is not the label of a value."""

_BODY = re.compile(
    r"(?:^|[-_])(?:body|content|contents|text|message|msg|markup|markdown|prose|rendered|richtext"
    r"|rich-text|html|bbcode|inner|wiki)$|^(?:post|message|msg|comment|reply|answer|topic)-?_?"
    r"(?:body|content|text|message|msg)|usercontent|postmsg|postbody|posttext",
    re.IGNORECASE,
)
_NO_BODY = re.compile(
    r"excerpt|summary|snippet|teaser|preview|quote|signature|(?:^|[-_])sig(?:$|[-_])|edit(?!able)"
    r"|header|footer|categor|desc|editor|form|attach|menu|nav|reaction|history|sidebar|breadcrumb"
    r"|notice|avatar|poll|meta|tooltip|modal|author|user(?!content)|poster|title|wrapper?$|code|under[-_]"
    r"|(?:^|[-_])(?:date|time|info|stats?)",
    re.IGNORECASE,
)
_POST = re.compile(
    r"(?:^|[-_])(?:post|comment|message|msg|reply|answer|question|topic|thread|entry|discussion|blockpost)"
    r"(?:$|[-_](?!list)|row|bit)",
    re.IGNORECASE,
)
_AUTHOR = re.compile(
    r"(?:^|[-_])(?:author|username|user-?name|nick|nickname|poster|member-?name|displayname|byline)$"
    r"|(?:author|user|member|poster)-?_?(?:name|link)|username",
    re.IGNORECASE,
)
_MEMBER = re.compile(
    r"/(?:users?|members?|profiles?|people|author|u|accounts?|userinfo|memberlist|benutzer|mitglied"
    r"|usuarios?|membres?|perfil|profil)(?:[/.,?]|-\d|$)|/(?:@|~)[\w.-]+|(?:profile|member|user)\.php"
    r"|[?&;](?:action=profile|mode=viewprofile|u|uid|user|userid|member|user_id)=",
    re.IGNORECASE,
)
_TOLD = re.compile(r"date|time|posted|created|when|(?:^|[-_])ago(?:$|[-_])", re.IGNORECASE)
_JOINED = re.compile(
    r"\b(?:joined|registered|member since|registriert|mitglied seit|inscrit|registrad[oa]"
    r"|miembro desde|зарегистрирован|регистрация|dołączył|rejestracja|bergabung)|edited|geändert"
    r"|editado|изменен|modifié|last (?:active|seen|visit)|登録",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"(?:^|[-_])(?:nav|navbar|navigation|menu|breadcrumbs?|crumbs?|pagination|paginator|pager|pagelinks?"
    r"|(?<!post[-_])(?<!with[-_])(?<!has[-_])(?<!no[-_])sidebar|online|login|userbar|toolbar|related|similar|suggested|recent|jump|aside)(?:$|[-_])",
    re.IGNORECASE,
)
_NOISE = re.compile(
    r"signature|(?:^|[-_])sig(?:$|[-_])|(?:^|[-_])edit(?:s|ed)?(?:$|[-_](?!or|able))|postedit|last-?edit"
    r"|modified|updated|attachments?$|reactions?|likes?$|(?:^|[-_])share(?:$|[-_])"
    r"|(?:controls?|buttons|actions|avatar)(?:$|[-_])",
    re.IGNORECASE,
)
_QUOTE = re.compile(
    r"^(?:bb|bbcode|user|post|block)?[-_]?quote(?:d|s)?(?:[-_]?(?:box|container))?$", re.I
)
_GONE = re.compile(
    r"(?:^|[-_])(?:deleted|removed)(?:$|[-_])|^is-(?:deleted|removed)$", re.IGNORECASE
)
_STAFF = re.compile(
    r"(?:(?:is|site|super|global|forum|board)[-_ ])?(?:administrator|admin|moderator|mod|staff)s?"
    r"(?:[-_ ](?:badge|team|member))?|community (?:manager|team)|администратор|модератор"
    r"|moderador(?:a)?|administrador(?:a)?|moderateur|modérateur|администрация",
    re.IGNORECASE,
)
_VARIES = re.compile(
    r"\d|^(?:odd|even|first|last|alt|read|unread|new|active|clearfix|cf)$", re.IGNORECASE
)
_NUMBER = re.compile(r"[-_]?(?:\d+|[0-9a-f]{24}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$")
_NUMBERED = re.compile(r"(?:[A-Za-z_-]*[A-Za-z])?" + _NUMBER.pattern)
_OWN = (
    *("data-pk", "data-post-id", "data-postid", "data-pid", "data-comment-id"),
    *("data-message-id", "data-msgid", "data-id"),
)


def called(node: etree._Element) -> list[str]:
    """The words that the page's makers call *node*: its classes, and its id without digits."""
    name = _NUMBER.sub("", node.get("id") or "")
    return [*(node.get("class") or "").split(), *filter(None, [name])]


def kind(node: etree._Element) -> tuple[str, ...]:
    """What *node* shares with the same element of another post: its tag and classes."""
    tokens = (node.get("class") or "").split()
    return (str(node.tag), *(token for token in tokens if not _VARIES.search(token)))


def may_be_body(node: etree._Element) -> bool | None:
    """Whether *node* is called as the text of a post; None where nothing is said."""
    tokens = called(node)
    if any(map(_NO_BODY.search, tokens)):
        return False
    return True if any(map(_BODY.search, tokens)) else None


def is_post(node: etree._Element) -> bool:
    """Whether *node* is called or numbered as one post."""
    return bool(number(node)) or any(map(_POST.search, (node.get("class") or "").split()))


def number(node: etree._Element) -> str:
    """The mark by which a link can lead to *node*, or its number in the place; "" for none."""
    for name in _OWN:
        if value := node.get(name):
            return value
    name = node.get("id") or (node.get("name") or "" if node.tag == "a" else "")
    return name if _NUMBERED.fullmatch(name) else ""


def is_aside(node: etree._Element, elements: int) -> bool:
    """Whether *node* stands beside what the page is for: menus, paths, pagers.

    What holds half of the page's *elements* is not beside them, whatever it is called.
    """
    if node.tag not in ("nav", "footer", "aside") and not any(map(_ASIDE.search, called(node))):
        return False
    return sum(1 for _ in node.iter("*")) * 2 < elements


def is_gone(node: etree._Element) -> bool:
    """Whether *node* stands for a post that was taken away."""
    return any(map(_GONE.search, (node.get("class") or "").split()))


def is_noise(node: etree._Element) -> bool:
    """Whether *node*, within the text of a post, is none of the author's words."""
    return any(map(_NOISE.search, called(node)))


def is_quote(node: etree._Element) -> bool:
    """Whether *node* is called a quote."""
    return any(map(_QUOTE.search, (node.get("class") or "").split()))


def name(node: etree._Element) -> str:
    """The member that *node* names; "" where it names none."""
    leads = node.tag == "a" and _MEMBER.search(node.get("href") or "")
    named = "author" in (node.get("rel") or "").split() or node.get("itemprop") == "author"
    if not (leads or named):
        spoken = any(map(_AUTHOR.search, (node.get("class") or "").split()))
        if not spoken and not (node.tag == "strong" and _is(node.getparent(), "dt")):
            return ""
    if not leads and any(_MEMBER.search(link.get("href") or "") for link in node.iter("a")):
        return ""  # the link in it names the member
    text = words(node)
    if not text or len(text) > LONGEST_NAME or text.isdigit() or is_date(text):
        return ""
    return "" if leads and re.search(r"\d", text) and re.match(r"[\d\s]+\w+$", text) else text


def is_mention(node: etree._Element) -> bool:
    """Whether *node*, which names a member, does so in a text."""
    if words(node).startswith("@") or "mention" in (node.get("class") or ""):
        return True
    return any(
        above.tag in ("blockquote", "cite", "p") or is_quote(above)
        for above in node.iterancestors()
    )


def told(node: etree._Element) -> str:
    """The time that *node* itself tells, by an attribute or in its own words; "" for none."""
    if found := stamp(node):
        return "" if _is_joined(node) else found
    pieces = [node.get("title"), node.text, *(child.tail for child in node)]
    for piece in pieces:
        text = " ".join((piece or "").split())
        if is_date(text) and not _JOINED.search(text) and not _is_joined(node):
            return text
    return ""


def _is_joined(node: etree._Element) -> bool:
    """Whether the time is that of something else: when the member came, or edited."""
    above = node.getparent()
    beside = [node.getprevious(), above.getprevious() if above is not None else None]
    near = [words(each) for each in beside if each is not None and len(each) < 3]
    near += [above.text or ""] if above is not None else []
    return any(_JOINED.search(text) for text in near if len(text) <= LONGEST_LABEL)


def is_heading_time(node: etree._Element) -> bool:
    """Whether *node*, which tells a time, is made for that, and is no sentence with a date."""
    if node.tag == "time" or stamp(node) or is_date(node.get("title") or ""):
        return True
    return node.tag == "a" or any(map(_TOLD.search, called(node)))


def is_staff(node: etree._Element) -> bool:
    """Whether *node*, beside a post's text, says that its author is staff of the place."""
    if node.tag == "a" and not _MEMBER.search(node.get("href") or ""):
        return False
    said = [*(node.get("class") or "").split(), node.get("title") or ""]
    said += [text for text in (node.text, *(child.tail for child in node)) if text]
    return any(_STAFF.fullmatch(" ".join(text.split())) for text in said)


def _is(node: etree._Element | None, tag: str) -> bool:
    return node is not None and node.tag == tag
