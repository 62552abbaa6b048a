"""Forum programs that no engine was written for, each in its own shape."""

# ruff: noqa: E501 (a line of markup stays one line)

from __future__ import annotations

from dataclasses import dataclass

import pytest

from scraper.engines import generic
from scraper.post import Message, Page, Reading
from scraper.sources import Source

BASE = "https://board.example"
SOURCE = Source(
    name="board", title="Board", engine="generic", access="page", start=(BASE,),
    source_kind="forum", robots="", terms="", checked="2026-01-01",
)  # fmt: skip
TITLE = "Closed after a year"


def read(path: str, body: str, title: str = TITLE, lang: str = "en") -> Reading:
    page = f'<!DOCTYPE html><html lang="{lang}"><head><title>{title} - Board</title></head><body>{body}</body></html>'
    headers = {"content-type": "text/html; charset=utf-8", "date": "Tue, 24 Nov 2026 12:00:00 GMT"}
    return generic.read(Page(BASE + path, page.encode(), headers), SOURCE)


@dataclass(frozen=True)
class Post:
    number: int
    author: str
    text: str
    signature: str = ""
    quoted: str = ""


FIRST = Post(1, "Lantern", "They closed my account in May.", signature="Cheap logos, ask me")
SECOND = Post(2, "Keeper", "Did they say why?", quoted="closed my account")
THIRD = Post(3, "Otter", "Same here.")


def spirit(*posts: Post) -> str:
    def one(post: Post) -> str:
        quote = f"<blockquote><p>@Lantern<br>{post.quoted}</p></blockquote>" if post.quoted else ""
        mod = '<i class="fa fa-shield is-mod" title="Moderator"></i>' * (post.author == "Keeper")
        return f"""<div class="comments_list__comment js-comment" id="c{post.number}" data-number="{post.number}" data-pk="{50 + post.number}">
          <div class="comment__img"><div class="comment__img__avatar no-pic">{post.author[0]}</div></div>
          <div class="comment__info"><div class="comment__info__username"><a class="comment__info__username__link" href="/user/{post.number}/x/"><span>{post.author}</span>{mod}</a></div>
          <ul class="comment__info__date"><li title="March {post.number}, 2021, 5 p.m.">{post.number} Mar '21</li></ul></div>
          <div class="comment__text js-comment-text">{quote}<p>{post.text}</p></div>
          <div class="comment__footer"><ul class="comment__actions"><li><a href="#">share</a></li><li>(3)</li></ul></div></div>"""

    gone = '<div class="comments_list__item js-comment" id="c9" data-number="9"><div class="comments_list__item__info"><span>Comment removed by x 2 days ago</span></div></div>'
    return f'<ul class="breadcrumb_nav"><li><a href="/category/3/m/">Markets</a></li></ul><h1 class="headline">{TITLE}</h1><div class="comments_list">{"".join(map(one, posts))}{gone}</div>'


def mybb(*posts: Post) -> str:
    def one(post: Post) -> str:
        quote = (
            f'<blockquote class="mycode_quote"><cite>Lantern Wrote:</cite>{post.quoted}</blockquote>'
            if post.quoted
            else ""
        )
        sign = (
            f'<div class="signature scaleimages">{post.signature}</div>' if post.signature else ""
        )
        staff = "Super Moderator" if post.author == "Keeper" else "Junior Member"
        return f"""<a name="pid{post.number}" id="pid{post.number}"></a><div class="post" style="" id="post_{post.number}">
          <div class="post_author"><div class="author_avatar"><a href="member.php?action=profile&uid=4"><img alt="" src="a.png"></a></div>
            <div class="author_information"><strong><span class="largetext"><a href="member.php?action=profile&uid=4">{post.author}</a></span></strong><br><span class="smalltext">{staff}<br></span></div>
            <div class="author_statistics">Posts: 12<br>Threads: 3<br>Joined: Mar 2020<br>Reputation: <strong class="reputation_neutral">0</strong></div></div>
          <div class="post_content"><div class="post_head"><div class="float_right"><strong><a href="showthread.php?tid=9&pid={post.number}#pid{post.number}" title="{TITLE}">#{post.number}</a></strong></div>
            <span class="post_date">03-0{post.number}-2021, 05:06 PM <span class="post_edit" id="edited_by_{post.number}"><span class="edited_post">(This post was last modified: 03-08-2021, 05:06 PM by <a href="member.php?action=profile&uid=4">{post.author}</a>.)</span></span></span></div>
            <div class="post_body scaleimages" id="pid_{post.number}">{quote}{post.text}</div>{sign}
            <div class="post_meta" id="post_meta_{post.number}"></div></div>
          <div class="post_controls"><a href="private.php?uid=4" class="postbit_pm"><span>PM</span></a> <a href="newreply.php?tid=9&replyto={post.number}" class="postbit_quote"><span>Reply</span></a></div></div>"""

    return f'<div class="navigation"><a href="index.php">Board</a> <a href="forumdisplay.php?fid=2">Markets</a></div><table class="tborder"><tr><td class="thead"><strong>{TITLE}</strong></td></tr><tr><td id="posts_container"><div id="posts">{"".join(map(one, posts))}</div></td></tr></table>'


def smf(*posts: Post) -> str:
    def one(post: Post) -> str:
        quote = (
            f'<blockquote class="bbc_standard_quote"><cite><a href="{BASE}/index.php?topic=9.msg1#msg1">Quote from: Lantern on March 01, 2021, 05:06:00 PM</a></cite>{post.quoted}</blockquote>'
            if post.quoted
            else ""
        )
        counter = (
            f'<span class="page_number floatright">#{post.number - 1}</span>'
            if post.number > 1
            else ""
        )
        group = (
            '<li class="membergroup">Global Moderator</li>'
            if post.author == "Keeper"
            else '<li class="postgroup">Newbie</li>'
        )
        return f"""<div class="windowbg" id="msg{post.number}"><div class="post_wrapper"><div class="poster"><h4><span class="off" title="Offline"></span><a href="{BASE}/index.php?action=profile;u=4" title="View the profile of {post.author}">{post.author}</a></h4>
            <ul class="user_info">{group}<li class="avatar"><a href="{BASE}/index.php?action=profile;u=4"><img class="avatar" src="a.png" alt=""></a></li><li class="postcount">Posts: 12</li><li class="poster_ip">Logged</li></ul></div>
          <div class="postarea"><div class="keyinfo"><div id="subject_{post.number}" class="subject_title subject_hidden"><a href="{BASE}/index.php?topic=9.msg{post.number}#msg{post.number}" rel="nofollow">Re: {TITLE}</a></div>{counter}
            <div class="postinfo"><a href="{BASE}/index.php?topic=9.msg{post.number}#msg{post.number}" rel="nofollow" class="smalltext">March 0{post.number}, 2021, 05:06:00 PM</a><span class="smalltext modified floatright mvisible" id="modified_{post.number}"><em>Last Edit</em>: March 08, 2021, 05:06:00 PM by {post.author}</span></div></div>
            <div class="post"><div class="inner" data-msgid="{post.number}" id="msg_{post.number}">{quote}{post.text}</div></div>
            <div class="under_message"><ul class="floatleft"><li class="like_count smalltext">2 people like this.</li></ul><ul class="quickbuttons"><li><a href="{BASE}/index.php?action=reporttm;topic=9.0;msg={post.number}">Report to moderator</a></li></ul></div></div>
          <div class="moderatorbar"><div class="signature" id="msg_{post.number}_signature">{post.signature or "x"}</div></div></div></div><hr class="post_separator">"""

    return f'<div class="navigate_section"><ul><li><a href="{BASE}/index.php?board=2.0">Markets</a></li></ul></div><div id="display_head"><h2 class="display_title"><span id="top_subject">{TITLE}</span></h2></div><div id="forumposts">{"".join(map(one, posts))}</div>'


def punbb(*posts: Post) -> str:
    def one(post: Post) -> str:
        quote = (
            f'<div class="quotebox"><cite>Lantern wrote:</cite><blockquote><div><p>{post.quoted}</p></div></blockquote></div>'
            if post.quoted
            else ""
        )
        sign = (
            f'<div class="postsignature postmsg"><hr>{post.signature}</div>'
            if post.signature
            else ""
        )
        title = "Moderator" if post.author == "Keeper" else "Member"
        name = post.author if post.number == 3 else f'<a href="profile.php?id=4">{post.author}</a>'
        return f"""<div id="p{post.number}" class="blockpost {"roweven" if post.number % 2 else "rowodd"}{" firstpost" * (post.number == 1)}"><h2><span><span class="conr">#{post.number}</span> <a href="viewtopic.php?pid={post.number}#p{post.number}">2021-03-0{post.number} 17:06:00</a></span></h2>
          <div class="box"><div class="inbox"><div class="postbody"><div class="postleft"><dl><dt><strong>{name}</strong></dt><dd class="usertitle"><strong>{title}</strong></dd><dd><span>Registered: 2020-01-02</span></dd><dd><span>Posts: 12</span></dd></dl></div>
          <div class="postright"><h3>Re: {TITLE}</h3><div class="postmsg"><p>{quote}{post.text}</p><p class="postedit"><em>Last edited by {post.author} (2021-03-08 17:06:00)</em></p></div>{sign}</div></div></div>
          <div class="inbox"><div class="postfoot clearb"><div class="postfootleft"><p><span>Offline</span></p></div></div></div></div></div>"""

    return f'<div class="linkst"><div class="inbox crumbsplus"><ul class="crumbs"><li><a href="viewforum.php?id=2">Markets</a></li></ul></div></div><h1>{TITLE}</h1>{"".join(map(one, posts))}'


def vanilla(*posts: Post) -> str:
    def one(post: Post) -> str:
        quote = (
            f'<blockquote class="Quote UserQuote"><div class="QuoteText"><p>{post.quoted}</p></div></blockquote>'
            if post.quoted
            else ""
        )
        role = (
            '<span class="MItem AuthorTitle">Administrator</span>'
            if post.author == "Keeper"
            else ""
        )
        inner = f"""<div class="Item-Header"><div class="AuthorWrap"><span class="Author"><a title="{post.author}" href="/profile/{post.author}" class="PhotoWrap"><img src="a.png" alt="{post.author}"></a><a href="/profile/{post.author}" class="Username">{post.author}</a></span><span class="AuthorInfo">{role}</span></div>
          <div class="Meta CommentMeta"><span class="MItem DateCreated"><a href="/discussion/comment/{post.number}/#Comment_{post.number}" class="Permalink" rel="nofollow"><time title="March {post.number}, 2021 5:06PM" datetime="2021-03-0{post.number}T17:06:00+00:00">March 2021</time></a></span></div></div>
          <div class="Item-BodyWrap"><div class="Item-Body"><div class="Message userContent">{quote}<p>{post.text}</p></div><div class="Reactions"><span>2 Likes</span></div></div></div>"""
        if post.number == 1:
            return f'<div class="MessageList Discussion"><div class="PageTitle"><h1>{TITLE}</h1></div><div id="Discussion_9" class="Item ItemDiscussion"><div class="Discussion">{inner}</div></div></div>'
        return f'<li class="Item ItemComment" id="Comment_{post.number}"><div class="Comment">{inner}</div></li>'

    opening = "".join(one(post) for post in posts if post.number == 1)
    replies = "".join(one(post) for post in posts if post.number > 1)
    return f'<div class="Breadcrumbs"><a href="/categories/markets">Markets</a></div>{opening}<div class="CommentsWrap"><h2>Comments</h2><ul class="MessageList DataList Comments">{replies}</ul></div>'


def misago(*posts: Post) -> str:
    def one(post: Post) -> str:
        quote = f"<blockquote><p>{post.quoted}</p></blockquote>" if post.quoted else ""
        group = "Moderators" if post.author == "Keeper" else "Members"
        return f"""<div id="post-feed-item-post-{post.number}" class="post-feed-item" mg-feed-item mg-post-number="{post.number}"><a id="post-{post.number}" class="scroll-target"></a><div class="post-feed-item-post">
          <div class="post-feed-item-post-bit-side"><a class="post-feed-item-post-bit-side-avatar-link" href="/u/x/4/"><img class="user-avatar" src="a.png" alt="{post.author}"></a>
            <div class="post-feed-item-post-bit-side-poster"><div><a href="/u/x/4/" class="post-feed-item-post-bit-side-poster-link">{post.author}</a></div><div><a class="post-feed-item-post-bit-side-poster-title" href="/u/">{group}</a></div></div></div>
          <div class="post-feed-item-post-main"><div class="post-feed-item-post-bit-top"><a class="post-feed-item-post-bit-top-timestamp" href="/t/closed/9/post/{post.number}/" title="March {post.number}, 2021, 5:06 p.m." misago-timestamp="2021-03-0{post.number}T17:06:00+00:00">March {post.number}</a>
            <a class="post-feed-item-post-bit-top-post-counter" href="/t/closed/9/post/{post.number}/">#{post.number}</a></div>
          <div class="post-feed-item-post-body"><div class="post-feed-item-post-body-message"><article class="post-feed-item-post-rich-text rich-text">{quote}<p>{post.text}</p></article><div class="post-feed-item-edits">Edited 2 times.</div></div></div></div></div></div>"""

    return f'<div class="page-header"><h1>{TITLE}</h1></div><div id="post-feed" class="post-feed">{"".join(map(one, posts))}</div>'


def askbot(*posts: Post) -> str:
    def one(post: Post) -> str:
        quote = f"<blockquote><p>{post.quoted}</p></blockquote>" if post.quoted else ""
        kind = "js-question" if post.number == 1 else "js-answer"
        head = f'<h1><a href="/question/9/closed/">{TITLE}</a></h1>' if post.number == 1 else ""
        return f"""<div id="js-post-{post.number}" class="js-post {kind}" data-post-id="{post.number}"><div class="post-vote-controls"><div class="js-vote-count">3</div></div><div class="post-content">{head}
          <div class="post-body"><div class="js-editable" id="js-post-body-{post.number}"><div class="js-editable-content">{quote}<p>{post.text}</p></div><div class="js-editable-controls"></div></div></div>
          <div class="js-post-update-info"><p class="tip">asked <strong><abbr class="timeago" title="2021-03-0{post.number} 17:06:00 +0000">2021-03-0{post.number} 17:06:00 +0000</abbr></strong></p><div class="user-card"><a href="/users/4/x/" class="username">{post.author}</a></div></div></div></div>"""

    opening = "".join(one(post) for post in posts if post.number == 1)
    answers = "".join(one(post) for post in posts if post.number > 1)
    return f'<div class="col-with-sidebar"><main><div id="question">{opening}</div><div id="answers"><h2>2 Answers</h2>{answers}</div></main></div>'


def machina(*posts: Post) -> str:
    def one(post: Post) -> str:
        quote = f"<blockquote><p>{post.quoted}</p></blockquote>" if post.quoted else ""
        sign = (
            f'<div class="post-signature"><p>{post.signature}</p></div>' if post.signature else ""
        )
        return f"""<div id="{post.number}" class="my-3 card post"><div class="card-body"><div class="row"><div class="col-md-10 post-content-wrapper"><h4 class="m-0 subject">{TITLE}&nbsp;<a href="?post={post.number}#{post.number}">&#182;</a></h4>
          <p><small class="text-muted"><i class="fas fa-clock"></i>&nbsp;By: <a href="/member/profile/4/">{post.author}</a> on March {post.number}, 2021, 5:06 p.m.</small></p><div class="post-content">{quote}<p>{post.text}</p></div>{sign}
          <div class="mt-4 edit-info"><small class="text-muted">Last edited by:&nbsp;<a href="/member/profile/4/">{post.author}</a>&nbsp;on&nbsp;March 8, 2021, 5:06 p.m., edited 1 time in total.</small></div></div>
          <div class="col-md-2 post-sidebar"><div class="username"><a href="/member/profile/4/"><b>{post.author}</b></a></div><div class="posts-count text-muted"><b>Posts:</b>&nbsp;12</div></div></div></div></div>"""

    return f'<nav><ol class="breadcrumb"><li><a href="/forum/markets-2/">Markets</a></li></ol></nav><div class="row"><div class="col-12"><h1>{TITLE}</h1></div></div><div class="row"><div class="col-12">{"".join(map(one, posts))}</div></div>'


def pybbm(*posts: Post) -> str:
    def one(post: Post) -> str:
        quote = (
            f"<blockquote><em>Lantern wrote:</em> {post.quoted}</blockquote>" if post.quoted else ""
        )
        sign = f'<div class="post-signature">{post.signature}</div>' if post.signature else ""
        return f"""<a name="post-{post.number}"></a><table class="table table-bordered post" id="post-{post.number}"><thead class="post-header"><tr><th colspan="2"><a class="permalink" href="/post/{post.number}/">#</a> <span class="updated">March {post.number}, 2021, 17:06</span></th></tr></thead>
          <tbody><tr class="post-row"><td class="post-info"><div class="post-author"><a href="/users/4/"><span class="post-username">{post.author}</span></a></div><div class="rank">Rank: 3</div></td>
          <td class="post-content"><p>{quote}{post.text}</p>{sign}<div class="updated-message">Edited March 8, 2021, 17:06</div></td></tr></tbody></table>"""

    return f"<h1>{TITLE}</h1>{''.join(map(one, posts))}"


def redmine(*posts: Post) -> str:
    def one(post: Post) -> str:
        quote = f"<blockquote><p>{post.quoted}</p></blockquote>" if post.quoted else ""
        added = f'Added by <a class="user active" href="/users/4">{post.author}</a> <a title="03/0{post.number}/2021 05:06 PM" href="/projects/x/activity?from=2021-03-0{post.number}">over 5 years</a> ago'
        text = f'<div class="wiki" id="message-{post.number}-wiki">{quote}<p>{post.text}</p></div>'
        if post.number == 1:
            return f'<h2>{TITLE}</h2><div class="message"><p><span class="author">{added}</span></p>{text}</div><h3 class="comments">Replies (2)</h3>'
        return f'<div class="message reply" id="message-{post.number}"><div class="contextual"><a title="Quote" href="/boards/1/topics/quote/{post.number}">Quote</a></div><h4 class="reply-header"><a href="/boards/1/topics/9?r={post.number}#message-{post.number}">RE: {TITLE}</a> - {added}</h4>{text}</div>'

    return f'<p class="breadcrumb"><a href="/projects/x/boards">Forums</a> » <a href="/projects/x/boards/1">Markets</a></p>{"".join(map(one, posts))}'


def tables(*posts: Post) -> str:
    """A board of the old school: nothing but tables, and hardly a name in them."""

    def one(post: Post) -> str:
        quote = f"<blockquote>{post.quoted}</blockquote>" if post.quoted else ""
        return f"""<tr class="row{post.number % 2}"><td valign="top" width="150"><a name="{post.number}"></a><b><a href="profile.php?mode=viewprofile&u=4">{post.author}</a></b><br>Posts: 12</td>
          <td valign="top"><small>Mon Mar 0{post.number}, 2021 5:06 pm</small><hr><table><tr><td class="said">{quote}{post.text} And I have waited for two weeks now.</td></tr></table></td></tr>"""

    return f"<h2>{TITLE}</h2><table>{''.join(map(one, posts))}</table>"


PROGRAMS = [spirit, mybb, smf, punbb, vanilla, misago, askbot, machina, pybbm, redmine, tables]
PATHS = {smf: "/index.php?topic=9.0", mybb: "/showthread.php?tid=9", punbb: "/viewtopic.php?id=9"}
PATHS |= {askbot: "/question/9/closed/", misago: "/t/closed/9/", redmine: "/boards/1/topics/9"}
named = pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)


def thread(program: object, *posts: Post) -> tuple[Message, ...]:
    return read(PATHS.get(program, "/topic/9/closed/"), program(*posts)).messages  # type: ignore[operator, call-overload]


@named
def test_each_post_is_one_message_in_order(program: object) -> None:
    messages = thread(program, FIRST, SECOND, THIRD)
    assert [message.author for message in messages] == ["Lantern", "Keeper", "Otter"]
    for post, message in zip((FIRST, SECOND, THIRD), messages, strict=True):
        own = message.text
        for start, end in reversed(message.quotes):
            own = own[:start] + own[end:]
        rest = " And I have waited for two weeks now." if program is tables else ""
        assert own.strip() == post.text + rest
        assert [post.quoted in message.text[a:b] for a, b in message.quotes] == [True] * bool(
            post.quoted
        )
        assert message.title == TITLE
        assert message.published[:10] == f"2021-03-0{post.number}"
        assert message.position == post.number
    assert len({message.engine_id for message in messages}) == 3
    assert len({message.url for message in messages}) == 3
    assert len({message.thread_url for message in messages}) == 1


@pytest.mark.parametrize("program", PROGRAMS[:-1], ids=lambda program: program.__name__)
def test_a_thread_without_replies_is_read_too(program: object) -> None:
    [message] = thread(program, FIRST)
    assert message.text == FIRST.text
    assert message.author == "Lantern"
    assert message.published[:10] == "2021-03-01"


@pytest.mark.parametrize("program", [spirit, mybb, smf, punbb, vanilla], ids=lambda p: p.__name__)
def test_staff_is_told_by_its_badge(program: object) -> None:
    messages = thread(program, FIRST, SECOND, THIRD)
    assert [message.staff for message in messages] == [False, True, False]
