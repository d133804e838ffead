"""From the cases to the figures and the verdict that the screen shows. Pure; the arithmetic is in `metrics`."""

import numpy as np

from . import metrics

ENOUGH = 10  # clients with a bad outcome, and as many without one
HIGHEST_RATING, RED_RATING = 5, 1
BETTER, NO_BETTER, WORSE, TOO_FEW = "better", "no_better", "worse", "too_few"


def judge(facts, days, people, *, scale=1.0, rounds=metrics.ROUNDS, alive=None):
    """The result of a backtest as JSON values; its shape is in `run`.

    `facts` are those of `Cases.facts`, `days` the tested days, `people` how many led clients on each. `scale` is how
    many clients stand for one of the cases, where they were drawn from a larger book.
    """
    ranked = facts["decided"] & ~np.isnan(facts["score"])
    kept = {name: values[ranked] for name, values in facts.items()}
    result = _counts(facts, kept, days, people)
    clients = int(facts["client"].max()) + 1 if len(facts["client"]) else 0
    signals = _signals(kept)
    result["signals"] = {
        name: {"cases": int(of.sum()), "bad": int(kept["bad"][of].sum()), "flagged": int(flag[of].sum())}
        for name, (of, _danger, flag) in signals.items()
    }
    result["verdict"] = _enough(kept, np.ones(len(kept["bad"]), bool)) or TOO_FEW
    _rank(result, kept, signals, clients, rounds, alive)
    for name, (of, _danger, flag) in signals.items():
        result["signals"][name] |= _warnings(kept, of, flag, days, people, clients, scale)
    result["calibration"] = metrics.calibration(kept["score"], kept["bad"])
    return result


def _counts(facts, kept, days, people):
    bad, decided, unscored = facts["bad"], facts["decided"], np.isnan(facts["score"])
    revenue = kept["revenue"][kept["bad"]]
    return {
        "all_cases": len(bad),
        "undecided": int((~decided).sum()),
        "not_scored": int((decided & unscored).sum()),
        "not_scored_bad": int((decided & unscored & bad).sum()),
        "without_revenue": int((~kept["had_revenue"]).sum()),
        "cases": len(kept["bad"]),
        "clients": len(np.unique(kept["client"])),
        "bad": int(kept["bad"].sum()),
        "bad_clients": len(np.unique(kept["client"][kept["bad"]])),
        "lost": int(kept["lost"].sum()),
        "halved": int(kept["halved"].sum()),
        "bad_revenue": float(np.nansum(revenue)),
        "without_rate": int(np.isnan(revenue).sum()),
        "days": [
            {"on": day.isoformat(), "leads": int(people[place]), **_of_day(kept, place)}
            for place, day in enumerate(days)
        ],
    }


def _of_day(kept, place):
    here = kept["day"] == place
    return {"cases": int(here.sum()), "bad": int((here & kept["bad"]).sum())}


def _signals(kept):
    """{name: (cases it speaks of, danger, flagged)}. Silence flags as many on each day as the score does."""
    everyone, silent = np.ones(len(kept["bad"]), bool), np.zeros(len(kept["bad"]), bool)
    for place in np.unique(kept["day"]):
        here = np.flatnonzero(kept["day"] == place)
        silent[here] = metrics.flag_the_most(kept["silent_days"][here], int(kept["at_risk"][here].sum()))
    rated = ~np.isnan(kept["rating"])
    return {
        "score": (everyone, 100 - kept["score"], kept["at_risk"]),
        "silence": (everyone, kept["silent_days"].astype(float), silent),
        "rating": (rated, HIGHEST_RATING - kept["rating"], rated & (kept["rating"] <= RED_RATING)),
    }


def _enough(kept, of):
    """None where there are too few clients with a bad outcome, or without one, to say anything; else NO_BETTER."""
    bad = np.unique(kept["client"][of & kept["bad"]])
    fine = np.setdiff1d(kept["client"][of], bad)
    return NO_BETTER if min(len(bad), len(fine)) >= ENOUGH else None


def _rank(result, kept, signals, clients, rounds, alive):
    """Writes AUC, lift and the share of lost revenue of each signal, and the verdict, into `result`."""
    measures = {}
    for name, (of, danger, flag) in signals.items():
        if not _enough(kept, of):
            continue
        measures[name] = metrics.Ranking(danger[of], kept["bad"][of], kept["client"][of])
        money = of & kept["bad"] & (kept["revenue"] > 0)
        revenue = kept["revenue"][money]
        measures[name, "revenue"] = metrics.Share(revenue * flag[money], revenue, kept["client"][money])
    if "rating" in measures:
        of = signals["rating"][0]
        measures["score_on_rated"] = metrics.Ranking(
            100 - kept["score"][of], kept["bad"][of], kept["client"][of]
        )
    found = metrics.estimate(measures, clients, rounds=rounds, alive=alive)
    for name in signals:
        ranks, share = found.get(name), found.get((name, "revenue"))
        result["signals"][name] |= {
            "auc": None if ranks is None else metrics.interval(ranks[:, 0]),
            "lift": None if ranks is None else metrics.interval(ranks[:, 1]),
            "revenue_flagged": None if share is None else metrics.interval(share[:, 0]),
        }
    result["score_on_rated"] = (
        metrics.interval(found["score_on_rated"][:, 0]) if "score_on_rated" in found else None
    )
    result["difference"] = None
    if "score" in found:
        apart = metrics.interval(found["score"][:, 0] - found["silence"][:, 0])
        result["difference"] = apart
        result["verdict"] = BETTER if apart[1] > 0 else WORSE if apart[2] < 0 else NO_BETTER


def _warnings(kept, of, flag, days, people, clients, scale):
    """Lead times to losses and to halved revenue, and alarms a week, of one signal."""
    numbers = [day.toordinal() for day in days]

    def matrix(values, kind=bool):
        table = np.zeros((clients, len(days)), kind)
        table[kept["client"][of], kept["day"][of]] = values[of]
        return table

    flagged, event_on = matrix(flag), matrix(kept["event_on"], np.int64)
    found = {}
    for name in ("lost", "halved"):
        warned, ahead = metrics.lead_times(flagged, matrix(kept[name]), event_on, numbers)
        found[f"lead_{name}"] = {
            "median": float(np.median(ahead)) if len(ahead) else None,
            "warned": int(warned.sum()),
            "of": len(warned),
        }
    present = matrix(np.ones(len(of), bool))
    alarms = metrics.alarms(flagged, present, numbers, people)
    return found | {"alarms": None if alarms is None else alarms * scale}
