"""Instants and spans as people of this place read them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from kata_desktop.ui.moments import clock_time, day_text, past_text, span_text, when_text


class LocalTime:
    """Writes instants in one zone, relative to one now; made anew whenever a page is read."""

    def __init__(self, now: datetime, zone: str) -> None:
        """`now` is aware; `zone` is the computer's."""
        self._zone = ZoneInfo(zone)
        self._locale = QLocale()
        self.now = now.astimezone(self._zone)

    def day(self, instant: datetime) -> date:
        """The calendar day of an instant."""
        return instant.astimezone(self._zone).date()

    def clock(self, instant: datetime) -> str:
        """The time of day, such as ``10:24``."""
        return clock_time(instant, self._zone)

    def precise(self, instant: datetime) -> str:
        """The time of day with seconds, the same width in every row."""
        return f"{instant.astimezone(self._zone):%H:%M:%S}"

    def day_title(self, day: date) -> str:
        """“Today”, “Yesterday” or the date with its weekday."""
        today = self.now.date()
        if day == today:
            return QCoreApplication.translate("LocalTime", "Today")
        if day == today - timedelta(days=1):
            return QCoreApplication.translate("LocalTime", "Yesterday")
        return self._locale.toString(QDate(day.year, day.month, day.day), QLocale.FormatType.LongFormat)

    def short_day(self, day: date) -> str:
        """The date without its weekday, with the year when that is another one."""
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=self._zone)
        return day_text(noon, self._zone, self.now)

    def moment(self, instant: datetime) -> str:
        """Day and time, such as “Today 10:24”."""
        template = QCoreApplication.translate("LocalTime", "{day} {time}", "such as Today 10:24")
        return template.format(day=self.day_title(self.day(instant)), time=self.clock(instant))

    def past(self, instant: datetime) -> str:
        """A past instant inside a sentence: the time today, else the day."""
        return past_text(instant, self._zone, self.now)

    def coming(self, instant: datetime) -> str:
        """An instant to come: the time today, with the day later."""
        return when_text(instant, self._zone, self.now)

    def midnight(self, days_ago: int) -> datetime:
        """The beginning of today, or of a day before."""
        day = self.now.date() - timedelta(days=days_ago)
        return datetime(day.year, day.month, day.day, tzinfo=self._zone)


def span(seconds: float) -> str:
    """A length of time in at most two units, such as “2 min 10 s”; below a second in tenths."""
    if seconds >= 0.95:
        return span_text(timedelta(seconds=round(seconds)))
    tenths = QLocale().toString(max(seconds, 0.0), "f", 1)
    return QCoreApplication.translate("LocalTime", "{tenths} s").format(tenths=tenths)


def money(microdollars: int) -> str:
    """A cost in US dollars; what is less than a cent says so."""
    if 0 < microdollars < 10_000:
        return QCoreApplication.translate("LocalTime", "< $0.01")
    amount = QLocale().toString(microdollars / 1e6, "f", 2)
    return QCoreApplication.translate("LocalTime", "${amount}").format(amount=amount)
