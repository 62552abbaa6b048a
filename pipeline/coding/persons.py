"""Whose account it is, and in which role."""

from __future__ import annotations

from collections import Counter

from pipeline.coding.actions import told
from pipeline.coding.reading import Hit, Reading
from pipeline.coding.telling import Value


class Teller:
    """Whose account: the teller's own unless more sentences tell of another's.

    The screen's phrases for reports count first, then those of ``teller.toml`` in the
    sentences that tell the action; a page that only cites people is ``quoted``.
    """

    columns = ("teller",)

    def code(self, reading: Reading) -> list[Value]:
        """The values of ``columns`` that the telling gives; none where it is silent."""
        reports = [h for h in reading.facts("screen") if h.code in ("report_self", "report_proxy")]
        proxies = [hit for hit in reports if hit.code == "report_proxy"]
        if proxies and 2 * len(proxies) >= len(reports):
            return [proxies[0].value("teller", "proxy")]
        acted = {id(hit.sentence) for hit in told(reading)}
        hits = [hit for hit in reading.hits("teller") if not hit.sentence.letter]
        near = [hit for hit in hits if id(hit.sentence) in acted] or hits
        by_code = {code: [h for h in near if h.code == code] for code in ("proxy", "self")}
        quoted = [hit for hit in hits if hit.code == "quoted"]
        if not reports and len(by_code["proxy"]) > len(by_code["self"]):
            return [by_code["proxy"][0].value("teller")]
        if quoted and not by_code["self"]:
            return [quoted[0].value("teller")]
        if by_code["self"]:
            return [by_code["self"][0].value("teller")]
        return [Value("teller", "self", 0, 0, 0, "teller.self:nothing names another")]


class Role:
    """In which role the account was used: that which most phrases speak for.

    Where none leads, it is a freelancer's: marketplaces act on few others, and
    a client says that they are one.
    """

    columns = ("role",)

    def code(self, reading: Reading) -> list[Value]:
        """The values of ``columns`` that the telling gives; none where it is silent."""
        hits: list[Hit] = [hit for hit in reading.hits("role") if hit.speaker == "teller"]
        if not hits:
            return [Value("role", "freelancer", 0, 0, 0, "role.freelancer:nothing names another")]
        counts = Counter(hit.code for hit in hits)
        most = max(("client", "agency", "freelancer"), key=lambda code: counts[code])
        return [next(hit for hit in hits if hit.code == most).value("role")]
