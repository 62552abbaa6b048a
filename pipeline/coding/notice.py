"""How the platform told them."""

from __future__ import annotations

from pipeline.coding.actions import told
from pipeline.coding.reading import Hit, Reading
from pipeline.coding.reasons import stated
from pipeline.coding.telling import Value


class Notice:
    """How the platform told them: a warning first, at the action, or not at all.

    A quoted letter that names the action is a notice at the action; so is a reason that the
    platform stated, where nothing says that they were only locked out. A warning and a
    refusal are notices themselves.
    """

    columns = ("notice",)
    order = ("before", "at_action", "none")
    notices = ("warned", "rejected")

    def code(self, reading: Reading) -> list[Value]:
        """The values of ``columns`` that the telling gives; none where it is silent."""
        hits = [hit for hit in reading.hits("notice") if hit.speaker != "other"]
        found = {
            code: [hit for hit in hits if hit.code == code and self._holds(hit, reading)]
            for code in self.order
        }
        found["at_action"] = [
            hit for hit in found["at_action"] if not any(_overlap(hit, n) for n in found["none"])
        ]
        actions = told(reading)
        if actions and all(hit.code in self.notices for hit in actions):
            return [actions[0].value("notice", "at_action")]
        letters = [hit for hit in actions if hit.sentence.letter]
        reasons = [hit for hit in stated(reading) if hit.speaker == "platform"]
        at_action = [*found["at_action"], *letters]
        ranked = (
            *((hit, "before") for hit in found["before"]),
            *((hit, "at_action") for hit in at_action),
            *((hit, "none") for hit in found["none"]),
            *((hit, "at_action") for hit in reasons),
        )
        return [hit.value("notice", code) for hit, code in ranked[:1]]

    @staticmethod
    def _holds(hit: Hit, reading: Reading) -> bool:
        said = reading.said(hit)
        return "hypothetical" not in said and (hit.code == "none" or "negated" not in said)


def _overlap(one: Hit, other: Hit) -> bool:
    """Whether two phrases share words: "logged in and got a message" is no notice sent."""
    return one.sentence is other.sentence and one.start < other.end and other.start < one.end
