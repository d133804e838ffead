"""Time zones and countries to choose from, by their names in the reader's language; Viet Nam first."""

import zoneinfo
from functools import lru_cache

from babel import Locale
from babel.core import get_global
from django.utils import translation

from accounts import working_time
from accounts.alphabet import by_alphabet

HOME_COUNTRY, HOME_ZONE = working_time.COUNTRY, "Asia/Ho_Chi_Minh"
# Babel keeps the names of these cities under what the zone was called before.
OLD_NAMES = {HOME_ZONE: "Asia/Saigon", "Asia/Kolkata": "Asia/Calcutta", "Europe/Kyiv": "Europe/Kiev"}
NOWHERE = "ZZ"


def zones():
    """[(zone, "Vietnam – Ho Chi Minh City")]: one for each place whose clock goes its own way."""
    return list(_zones(translation.get_language() or "en"))


def countries():
    """[(code, name)] of the countries whose working calendar is known."""
    return list(_countries(translation.get_language() or "en"))


@lru_cache(maxsize=4)
def _zones(language):
    locale, known = Locale.parse(language, sep="-"), zoneinfo.available_timezones()
    found = {}
    for zone, territory in get_global("zone_territories").items():
        if territory == NOWHERE or zone not in known:
            continue
        named = locale.time_zones.get(OLD_NAMES.get(zone, zone)) or {}
        city = named.get("city") or zone.rpartition("/")[2].replace("_", " ")
        found[zone] = f"{locale.territories.get(territory, territory)} – {city}"
    return _home_first(found, HOME_ZONE)


@lru_cache(maxsize=4)
def _countries(language):
    names = Locale.parse(language, sep="-").territories
    return _home_first({code: names.get(code, code) for code in working_time.known_countries()}, HOME_COUNTRY)


def _home_first(found, home):
    rest = sorted((name for name in found if name != home), key=lambda name: by_alphabet(found[name]))
    return tuple((name, found[name]) for name in (home, *rest))
