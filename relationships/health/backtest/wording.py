"""The result of a backtest in words and rows, in the reader's language. Figures are read from `Backtest.result`."""

from dataclasses import dataclass

from babel import numbers
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.tend import number

from . import judging

SIGNALS = ("score", "silence", "rating")


def written(value, pattern="0.00"):
    """0.713 → 0.71 or 0,71."""
    return numbers.format_decimal(value, pattern, locale=translation.get_language() or "en")


def signed(value):
    """+0.05, −0.10, and 0.00 for what is nearer to it."""
    return written(value, "+0.00;−0.00") if abs(value) >= 0.005 else written(0)


def share(value):
    """0.0227 → 2.3%."""
    return numbers.format_percent(value, "0.0%", locale=translation.get_language() or "en")


def verdict(result):
    """One or two sentences: whether the score beats days since the last contact, and whether it beats chance."""
    if result["verdict"] == judging.TOO_FEW:
        return [_too_few(result)]
    score, silence = result["signals"]["score"]["auc"], result["signals"]["silence"]["auc"]
    apart = result["difference"]
    words = {
        judging.BETTER: _("The score ranked better than days since the last contact"),
        judging.NO_BETTER: _("The score does not beat days since the last contact"),
        judging.WORSE: _("The score ranked worse than days since the last contact"),
    }
    figures = _(
        "AUC %(score)s against %(silence)s; difference %(apart)s, 95%% interval %(low)s to %(high)s"
    ) % {
        "score": written(score[0]),
        "silence": written(silence[0]),
        "apart": signed(apart[0]),
        "low": signed(apart[1]),
        "high": signed(apart[2]),
    }
    return [f"{words[result['verdict']]} ({figures}).", *_meaning(score, result["verdict"])]


def _meaning(score, found):
    """What that means for whoever reads the score."""
    value, low, high = score
    if found != judging.BETTER:
        yield _("Until it does better, a list by last contact tells as much about who will leave.")
    if high < 0.5:
        yield _("Here a low score even went with fewer bad outcomes than a high one.")
    elif low <= 0.5:
        yield _("By these cases the score cannot be told from chance.")
    elif found == judging.BETTER:
        yield _(
            "Of a client that was lost or halved its revenue and one that did neither, the first had the lower score "
            "%(times)s times in 100."
        ) % {"times": round(value * 100)}


def _too_few(result):
    found, needed = result["bad_clients"], judging.ENOUGH
    if result["clients"] - found < needed and found >= needed:
        return _("Too few clients stayed as they were to say how well the score ranks.")
    return ngettext(
        "Too little followed to say how well the score ranks: %(found)s client was lost or halved its revenue, "
        "and %(needed)s are needed.",
        "Too little followed to say how well the score ranks: %(found)s clients were lost or halved their revenue, "
        "and %(needed)s are needed.",
        found,
    ) % {"found": number(found), "needed": needed}


def in_short(result):
    """A few words for a list of backtests."""
    return {
        judging.BETTER: _("beats last contact"),
        judging.NO_BETTER: _("does not beat last contact"),
        judging.WORSE: _("worse than last contact"),
        judging.TOO_FEW: _("too little followed"),
    }[result["verdict"]]


@dataclass(frozen=True)
class Row:
    """A line of the table: what is measured, what it means, and a cell for each of SIGNALS: (figure, note)."""

    label: str
    hint: str
    cells: list


def rows(result):
    """The table score | days since the last contact | AM's rating."""
    found = [result["signals"][name] for name in SIGNALS]
    return [
        Row(
            _("Ranking (AUC)"),
            _("0.5 is chance, 1 puts every bad outcome below every other"),
            [_with_interval(signal["auc"], written) for signal in found],
        ),
        Row(
            _("Lift at 10%"),
            _("how many times as many bad outcomes in the worst tenth as in the whole"),
            [_with_interval(signal["lift"], _one_digit) for signal in found],
        ),
        Row(
            _("Lost revenue flagged"),
            _("of the year before, with those at risk on the day"),
            [_with_interval(signal["revenue_flagged"], share) for signal in found],
        ),
        Row(
            _("Warned before a loss"),
            _("and the median of the days ahead"),
            [_ahead(signal["lead_lost"]) for signal in found],
        ),
        Row(
            _("Warned before revenue had halved"),
            _("and the median of the days to the end of the 6 months"),
            [_ahead(signal["lead_halved"]) for signal in found],
        ),
        Row(
            _("New alarms"),
            _("for each account manager and week"),
            [_alarms(signal) for signal in found],
        ),
        Row(
            _("Cases"),
            _("a client on a tested day"),
            [(number(signal["cases"]), _bad(signal["bad"])) for signal in found],
        ),
    ]


def _one_digit(value):
    return written(value, "0.0")


def _with_interval(figure, write):
    if figure is None:
        return "–", _("too few")
    value, low, high = figure
    return write(value), f"{write(low)}–{write(high)}"


def _ahead(lead):
    if not lead["of"]:
        return "–", ""
    warned = _("%(warned)s of %(of)s") % {"warned": number(lead["warned"]), "of": number(lead["of"])}
    if lead["median"] is None:
        return warned, ""
    days = int(lead["median"])
    return warned, ngettext("%(days)s day", "%(days)s days", days) % {"days": number(days)}


def _alarms(signal):
    if signal["alarms"] is None or not signal["cases"]:
        return "–", ""
    return written(signal["alarms"]), _("%(n)s flagged") % {"n": number(signal["flagged"])}


def _bad(count):
    return _("%(n)s bad") % {"n": number(count)}
