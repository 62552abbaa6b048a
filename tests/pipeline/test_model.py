"""A model of one's own as a coder, over real HTTP: what it is asked, what of its answer holds."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from pipeline.codebook import Codebook, load_codebook
from pipeline.coding.chosen import Chosen
from pipeline.coding.coder import RulesCoder
from pipeline.coding.learned import LearnedCoder, learned
from pipeline.coding.model import Endpoint, ModelCoder
from pipeline.coding.telling import Telling
from pipeline.evaluate import evaluate
from pipeline.platforms import Platform, load_platforms
from pipeline.posts import from_text
from pipeline.workspace import record
from scraper.rules import DataError

KEY = "a-key-nobody-may-read"
STORY = (
    "My Upwork account was suspended in May 2021.\nThey  said “too many proposals”. I wrote to "
    "support and after a month everything was given back. 停止されました。They keep $300 of mine."
)

Given = list[dict[str, Any]]


@dataclass
class Model:
    """A server that speaks the protocol and answers what the test gives it."""

    url: str = ""
    requests: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    answer: Callable[[], str] = lambda: "{}"
    whole: bytes = b""


@contextmanager
def serving(model: Model) -> Iterator[Model]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            model.requests.append((self.path, self.headers.get("Authorization", ""), body))
            status = model.statuses.pop(0) if model.statuses else 200
            message = {"role": "assistant", "content": model.answer()}
            reply = model.whole or json.dumps({"choices": [{"message": message}]}).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(reply)))
            self.send_header("Retry-After", "0")
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        model.url = f"http://127.0.0.1:{server.server_port}/v1"
        yield model
        server.shutdown()


@pytest.fixture
def model() -> Iterator[Model]:
    with serving(Model()) as served:
        yield served


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return load_codebook(record().rules / "codebook")


@pytest.fixture(scope="module")
def platforms() -> dict[str, Platform]:
    return load_platforms(record().rules / "platforms.toml")


@pytest.fixture
def coder(model: Model, codebook: Codebook, platforms: dict[str, Platform]) -> ModelCoder:
    return ModelCoder(codebook, platforms, Endpoint(model.url, "small-1", KEY))


def answers(model: Model, *values: tuple[str, Any, str]) -> None:
    given = [{"column": c, "value": v, "quote": quote} for c, v, quote in values]
    model.answer = lambda: json.dumps({"values": given})


def story(text: str = STORY, title: str = "") -> Telling:
    return Telling(({**from_text(text, title=title), "lang": "en", "published": "2022-01-02"},))


def found(coder: ModelCoder) -> list[tuple[str, str, str]]:
    values = coder.code(story())
    assert {value.rule for value in values} <= {"model:small-1"}
    return [(v.column, v.value, STORY[v.start : v.end]) for v in values]


def test_values_rest_on_the_words_of_the_text(model: Model, coder: ModelCoder) -> None:
    answers(
        model,
        ("outcome", "reinstated", "EVERYTHING was given back"),
        ("platform", "upwork", "Upwork account"),
        ("action_date", "2021-05", "in May 2021"),
        ("reasons", "spam", 'they said "too many proposals"'),
        ("funds_amount", 300.0, "$300"),
        ("funds_currency", "USD", "$300"),
        ("action", "suspended", "停止"),
    )
    assert found(coder) == [
        ("platform", "upwork", "Upwork account"),
        ("action", "suspended", "停止"),
        ("action_date", "2021-05", "in May 2021"),
        ("reasons", "spam", "They  said “too many proposals”"),
        ("outcome", "reinstated", "everything was given back"),
        ("funds_amount", "300", "$300"),
        ("funds_currency", "USD", "$300"),
    ]


@pytest.mark.parametrize(
    "refused",
    [
        ("outcome", "reinstated", "my account came back"),
        ("outcome", "reinstated", ""),
        ("outcome", "reinstated", None),
        ("outcome", "reinstated", "ever"),
        ("outcome", "given_back", "everything was given back"),
        ("outcome", "unknown", "everything was given back"),
        ("platform", "other:Somebody", "Upwork account"),
        ("author_name", "Somebody", "My"),
        ("url", "https://a.example/", "My"),
        ("published", "2021-05-01", "May 2021"),
        ("events", "action:closed", "suspended"),
        ("action_date", "last May", "May 2021"),
        ("funds_amount", "three hundred", "$300"),
        ("funds_amount", "-3", "$300"),
        ("funds_amount", "nan", "$300"),
        ("funds_currency", "dollars", "$300"),
        ("reasons", ["spam"], "too many proposals"),
    ],
)
def test_a_value_without_its_words_or_its_code_is_refused(
    model: Model, coder: ModelCoder, refused: tuple[str, Any, str]
) -> None:
    answers(model, refused, ("action", "suspended", "was suspended"))
    assert found(coder) == [("action", "suspended", "was suspended")]


def test_words_of_a_title_or_of_another_post_are_told_apart(
    model: Model, coder: ModelCoder
) -> None:
    answers(model, ("outcome", "reinstated", "solved"), ("action", "closed", "closed it"))
    posts = (from_text("Hello", title="Solved!"), from_text("Upwork closed it.", position=2))
    (value,) = coder.code(Telling(posts))
    assert (value.column, value.post, value.start, value.end) == ("action", 1, 7, 16)


def test_the_model_is_asked_by_the_protocol(
    model: Model, coder: ModelCoder, codebook: Codebook
) -> None:
    coder.code(story())
    ((path, authorization, body),) = model.requests
    assert (path, authorization) == ("/v1/chat/completions", f"Bearer {KEY}")
    assert body["model"] == "small-1"
    task, asked = (message["content"] for message in body["messages"])
    assert json.loads(asked) == {"written": "2022-01-02", "posts": [{"text": STORY}]}
    for name in coder.columns:
        assert f"# {name} (" in task
    for code in codebook.lists["reasons"].code:
        assert f"- {code.code}: {code.definition}" in task


@pytest.mark.parametrize(
    "content",
    ["I cannot do that.", "[]", '{"values": 3}', '{"values": ["closed"]}', "{}", "null"],
)
def test_an_answer_that_is_not_what_was_asked_for_gives_nothing(
    model: Model, coder: ModelCoder, content: str
) -> None:
    model.answer = lambda: content
    assert coder.code(story()) == []


def test_a_fence_around_the_answer_is_taken_away(model: Model, coder: ModelCoder) -> None:
    values = [{"column": "action", "value": "suspended", "quote": "was suspended"}]
    model.answer = lambda: f"```json\n{json.dumps({'values': values})}\n```"
    assert found(coder) == [("action", "suspended", "was suspended")]


def test_a_busy_server_is_asked_again(model: Model, coder: ModelCoder) -> None:
    model.statuses = [503, 429]
    answers(model, ("action", "suspended", "was suspended"))
    assert found(coder)
    assert len(model.requests) == 3


@pytest.mark.parametrize(
    ("status", "whole", "problem"),
    [
        (401, b"", "answered 401"),
        (302, b"", "answered 302"),
        (200, b"<html>", "not that of chat completions"),
        (200, b'{"choices": []}', "not that of chat completions"),
    ],
)
def test_a_server_that_does_not_answer_is_named_and_the_key_is_not(
    model: Model, coder: ModelCoder, status: int, whole: bytes, problem: str
) -> None:
    model.statuses, model.whole = [status], whole
    with pytest.raises(DataError, match=problem) as caught:
        coder.code(story())
    assert KEY not in str(caught.value)
    assert KEY not in repr(coder._endpoint)


def test_a_server_that_is_not_there(codebook: Codebook, platforms: dict[str, Platform]) -> None:
    with serving(Model()) as gone:
        url = gone.url
    coder = ModelCoder(codebook, platforms, Endpoint(url, "small-1"))
    with pytest.raises(DataError, match="SUSPENSIONS_MODEL_URL: no answer"):
        coder.code(story())


@pytest.mark.parametrize(
    ("environment", "problem"),
    [
        ({"SUSPENSIONS_MODEL_URL": "localhost", "SUSPENSIONS_MODEL_NAME": "m"}, "_URL: should"),
        ({"SUSPENSIONS_MODEL_URL": "http://localhost/v1"}, "_NAME: should"),
        ({"SUSPENSIONS_MODEL_NAME": "m"}, "_URL: should"),
    ],
)
def test_a_half_set_environment_is_named(environment: dict[str, str], problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        Endpoint.named(environment)


def choice(tmp_path: Path, *lines: str) -> Path:
    file = tmp_path / "coders.toml"
    file.write_text("\n".join(("[columns]", *lines)))
    return file


def environ(monkeypatch: pytest.MonkeyPatch, model: Model) -> None:
    monkeypatch.setenv("SUSPENSIONS_MODEL_URL", model.url)
    monkeypatch.setenv("SUSPENSIONS_MODEL_NAME", "small-1")


def choosing(codebook: Codebook, platforms: dict[str, Platform], file: Path) -> Chosen:
    rules = RulesCoder(codebook, platforms)
    by_learning = LearnedCoder(lambda: learned(record().rules, codebook, rules), rules)
    return Chosen(codebook, platforms, rules, by_learning, file)


def test_nobody_is_asked_by_default(
    codebook: Codebook,
    platforms: dict[str, Platform],
    model: Model,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    environ(monkeypatch, model)
    chosen = choosing(codebook, platforms, record().rules / "coders.toml")
    assert "upwork" in {value.value for value in chosen.code(story())}
    assert model.requests == []
    assert "small-1" not in chosen.name


def test_a_column_is_filled_by_the_coder_it_is_given_to(
    codebook: Codebook,
    platforms: dict[str, Platform],
    model: Model,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    environ(monkeypatch, model)
    answers(
        model,
        ("outcome", "partly_restored", "everything was given back"),
        ("action", "closed", "was suspended"),
    )
    file = choice(tmp_path, 'outcome = "model"', 'role = "rules"')
    chosen = choosing(codebook, platforms, file)
    cells: dict[str, list[str]] = {}
    for value in chosen.code(story()):
        cells.setdefault(value.column, []).append(value.value)
    assert cells["action"] == ["suspended"]
    assert cells["outcome"] == ["partly_restored"]
    assert "outcome:partly_restored" in cells["events"]
    assert not any("reinstated" in event for event in cells["events"] if "outcome" in event)
    assert list(cells) == sorted(cells, key=list(codebook.columns).index)
    assert chosen.name.endswith("+small-1")
    ((_, _, body),) = model.requests
    task = body["messages"][0]["content"]
    assert "# outcome (" in task
    assert "# action (" not in task


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('outcome = "model"', "is given to a model; set SUSPENSIONS_MODEL_URL"),
        ('outcom = "rules"', "did you mean 'outcome'"),
        ('url = "model"', "'url' is not known"),
        ('outcome = "oracle"', "columns.outcome"),
    ],
)
def test_a_choice_that_cannot_be_kept_is_named(
    codebook: Codebook,
    platforms: dict[str, Platform],
    tmp_path: Path,
    line: str,
    problem: str,
) -> None:
    with pytest.raises(DataError, match=problem):
        choosing(codebook, platforms, choice(tmp_path, line))


def test_a_model_that_is_set_up_is_measured_beside_the_rules(
    model: Model, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environ(monkeypatch, model)
    answers(model, ("action", "closed", "was suspended"))
    post = {"url": "https://a.example/1", "title": "", "text": STORY, "lang": "en"}
    (tmp_path / "posts.jsonl").write_text(json.dumps(post) + "\n")
    head, row = "url,position,action,edition", "https://a.example/1,1,suspended,2"
    (tmp_path / "gold.csv").write_text(f"{head}\n{row}\n")
    result = evaluate(tmp_path / "posts.jsonl", tmp_path / "gold.csv")
    alone = {name: coder["columns"]["action"]["f1"] for name, coder in result["coders"].items()}
    assert alone.pop("small-1") == 0.0
    assert list(alone.values()) == [1.0, 1.0]
    assert result["columns"]["action"]["f1"] == 1.0
