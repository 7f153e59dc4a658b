"""What an applicant may be told of all the others (CCH R441-2-17): how scores spread, how long one waited. No person.

For a similar dwelling: the same territory, the same path, a number of rooms that the application takes.
"""

from datetime import date, timedelta

from django.db import connection

# Under it, a number could lead to somebody.
LEAST = 11
BAND_POINTS = 20
# Applications are erased a year after they end: the wait is that of the last twelve months.
_OBSERVED = timedelta(days=365)
MOST_ROOMS = 6

_CLEAR = "DELETE FROM demandes_scorefigure"
_BANDS = """
INSERT INTO demandes_scorefigure (territory, path, rooms, kind, value, applications, figured_on)
SELECT s.territory, a.path, asked.rooms, 'BAND', (floor(s.points / %(band)s::numeric) * %(band)s)::int AS lowest,
       CASE WHEN count(*) >= %(least)s THEN count(*) END, %(on)s
FROM demandes_standing AS s
JOIN demandes_application AS a ON a.id = s.application_id AND a.state = 'ACTIVE'
JOIN demandes_situation AS d ON d.application_id = a.id
CROSS JOIN LATERAL generate_series(
    greatest(1, coalesce(d.wished_rooms_min, 1)), least(%(rooms)s, coalesce(d.wished_rooms_max, %(rooms)s))
) AS asked(rooms)
GROUP BY s.territory, a.path, asked.rooms, lowest
"""
_WAITS = """
INSERT INTO demandes_scorefigure (territory, path, rooms, kind, value, applications, figured_on)
SELECT %(territory)s, a.path, asked.rooms, 'WAIT',
       round((percentile_cont(0.5) WITHIN GROUP (ORDER BY a.radiated_on - a.filed_on) / 30.4375)::numeric)::int,
       count(*), %(on)s
FROM demandes_application AS a
JOIN demandes_situation AS d ON d.application_id = a.id
CROSS JOIN LATERAL generate_series(
    greatest(1, coalesce(d.wished_rooms_min, 1)), least(%(rooms)s, coalesce(d.wished_rooms_max, %(rooms)s))
) AS asked(rooms)
WHERE a.state = 'RADIATED' AND a.radiation_motive = 'ATTRIBUTION' AND a.radiated_on BETWEEN %(since)s AND %(on)s
  AND EXISTS (SELECT FROM demandes_wish AS w WHERE w.application_id = a.id AND w.commune = ANY(%(communes)s))
GROUP BY a.path, asked.rooms
HAVING count(*) >= %(least)s
"""


def tell_figures(*, on: date, territories: dict[str, list[str]]) -> None:
    """Replace the figures by those of that day. `territories`: the communes of each."""
    values: dict[str, int | date] = {"on": on, "least": LEAST, "rooms": MOST_ROOMS}
    with connection.cursor() as cursor:
        cursor.execute(_CLEAR)
        cursor.execute(_BANDS, {**values, "band": BAND_POINTS})
        for territory, communes in territories.items():
            own: dict[str, str | list[str] | date] = {
                "territory": territory,
                "communes": communes,
                "since": on - _OBSERVED,
            }
            cursor.execute(_WAITS, {**values, **own})
