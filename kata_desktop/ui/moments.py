"""Instants and spans in the words and the order of the person's language."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

_SOON_DAYS = 7
translate = QCoreApplication.translate


def clock_time(instant: datetime, zone: tzinfo) -> str:
    """Return the local time of day, such as 12:00."""
    local = instant.astimezone(zone)
    return QLocale().toString(QTime(local.hour, local.minute), QLocale.FormatType.ShortFormat)


def day_text(instant: datetime, zone: tzinfo, now: datetime) -> str:
    """Return a local date without its weekday, such as 12 March, with the year when that is another one."""
    local = instant.astimezone(zone)
    form = "d MMMM" if local.year == now.astimezone(zone).year else "d MMMM yyyy"
    return QLocale().toString(_qdate(local.date()), form)


def weekday(instant: datetime, zone: tzinfo) -> str:
    """Return the short name of the local weekday."""
    return QLocale().dayName(instant.astimezone(zone).isoweekday(), QLocale.FormatType.ShortFormat)


def when_text(instant: datetime, zone: tzinfo, now: datetime) -> str:
    """Return a coming instant as short as it stays clear: 12:00 today, Wed 10:40 this week, else 28 March 10:40."""
    days = _days(instant, zone, now)
    time = clock_time(instant, zone)
    if days == 0:
        return time
    if 0 < days <= _SOON_DAYS:
        return translate("Moments", "{weekday} {time}").format(weekday=weekday(instant, zone), time=time)
    return translate("Moments", "{day} {time}").format(day=day_text(instant, zone, now), time=time)


def past_text(instant: datetime, zone: tzinfo, now: datetime) -> str:
    """Return a past instant as short as it stays clear: 10:24 today, yesterday, else 12 March."""
    match _days(instant, zone, now):
        case 0:
            return clock_time(instant, zone)
        case -1:
            return translate("Moments", "yesterday")
        case _:
            return day_text(instant, zone, now)


def until_text(instant: datetime, now: datetime, zone: tzinfo) -> str:
    """Return how far away a coming instant is: in 1 h 18 min, tomorrow, in 4 days."""
    ahead = instant - now
    days = _days(instant, zone, now)
    if ahead <= timedelta(0):
        return translate("Moments", "now")
    if ahead < timedelta(minutes=1):
        return translate("Moments", "in less than a minute")
    if days == 0 or ahead < timedelta(hours=12):
        return translate("Moments", "in {span}").format(span=span_text(ahead))
    if days == 1:
        return translate("Moments", "tomorrow")
    return translate("Moments", "in %n days", None, days)


def span_text(span: timedelta) -> str:
    """Return a span in its two largest units: 48 s, 2 min 10 s, 1 h 18 min."""
    seconds = max(int(span.total_seconds()), 0)
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    if hours >= 48:
        return translate("Moments", "%n days", None, hours // 24)
    if hours:
        text = translate("Moments", "{h} h {m} min") if minutes else translate("Moments", "{h} h")
        return text.format(h=hours, m=minutes)
    if minutes:
        text = (
            translate("Moments", "{m} min {s} s") if seconds % 60 and minutes < 10 else translate("Moments", "{m} min")
        )
        return text.format(m=minutes, s=seconds % 60)
    return translate("Moments", "{s} s").format(s=seconds)


def minutes_text(span: timedelta) -> str:
    """Return a span without seconds, at least a minute: 2 min, 1 h 18 min."""
    return span_text(max(timedelta(minutes=int(span.total_seconds() // 60)), timedelta(minutes=1)))


def _days(instant: datetime, zone: tzinfo, now: datetime) -> int:
    return (instant.astimezone(zone).date() - now.astimezone(zone).date()).days


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)
