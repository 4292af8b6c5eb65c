//! Until when a snooze lasts, as people type it and as it is told to them.

use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ZonedDateTime};

use super::text::clean;
use super::time::parse_duration;

/// The hour at which the morning begins.
const MORNING: i8 = 8;
/// The longest snooze that can be meant, seconds: ten years.
const LONGEST_S: i64 = 10 * 366 * 86_400;

/// Reads until when to be quiet, Unix seconds: `90m`, `2h30m`, `14:30`, `until 14:30`, `tomorrow 9:00`, `2026-11-25
/// 09:00`, `m` or `morning` (the next 08:00), an RFC 3339 time. Clocks are those of `zone`.
///
/// Errors in words for the line under which they are shown.
pub fn until(text: &str, now_s: i64, zone: &TimeZone) -> Result<i64, String> {
    until_ms(text, now_s.saturating_mul(1_000), zone).map(|until_ms| until_ms.div_euclid(1_000))
}

/// As [`until`], in Unix milliseconds: a length is as long as was said, to the millisecond.
pub fn until_ms(text: &str, now_ms: i64, zone: &TimeZone) -> Result<i64, String> {
    let typed = text.trim().to_lowercase();
    let words = typed.strip_prefix("until ").unwrap_or(&typed).trim();
    let wrong = || {
        let shown = clean(text.trim());
        format!("\"{shown}\" is not a time; write it like 90m, 2h30m, until 14:30 or tomorrow 9:00")
    };
    if words.is_empty() {
        return Err("for how long? write it like 90m, 2h30m, until 14:30 or tomorrow 9:00".to_owned());
    }
    let now = Timestamp::from_millisecond(now_ms).map_err(|_| wrong())?.to_zoned_datetime(zone.clone());
    let until_ms = match moment(words, &now) {
        Some(moment) => moment.timestamp().as_millisecond(),
        None => now_ms.saturating_add(duration_s(words).ok_or_else(wrong)?.saturating_mul(1_000)),
    };
    if until_ms <= now_ms {
        return Err(format!("{} is over already", clean(text.trim())));
    }
    if until_ms - now_ms > LONGEST_S * 1_000 {
        return Err(format!("{} is too far away: ten years at most", clean(text.trim())));
    }
    Ok(until_ms)
}

fn duration_s(words: &str) -> Option<i64> {
    // A number alone could mean minutes or hours: nobody is to guess.
    if words.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let seconds = i64::try_from(parse_duration(words).ok()? / 1_000).ok()?;
    (seconds > 0).then_some(seconds)
}

/// A moment that is named, in the zone of `now`; `None` where the words name none.
fn moment(words: &str, now: &ZonedDateTime) -> Option<ZonedDateTime> {
    if matches!(words, "m" | "morning") {
        return next(now, Time::constant(MORNING, 0, 0, 0));
    }
    if let Some(rest) = words.strip_prefix("tomorrow") {
        let rest = rest.trim().trim_start_matches("at ").trim();
        let time = if rest.is_empty() { Time::constant(MORNING, 0, 0, 0) } else { clock_of(rest)? };
        return at(now, now.date().tomorrow().ok()?.to_datetime(time));
    }
    if let Some(rest) = words.strip_prefix("today") {
        return at(now, now.date().to_datetime(clock_of(rest.trim())?));
    }
    if let Some(time) = clock_of(words) {
        return next(now, time);
    }
    let upper = words.to_uppercase();
    if let Ok(moment) = upper.parse::<Timestamp>() {
        return Some(moment.to_zoned_datetime(now.time_zone().clone()));
    }
    let (date, time) = upper.split_once([' ', 'T'])?;
    at(now, date.parse::<jiff::civil::Date>().ok()?.to_datetime(clock_of(time.trim())?))
}

/// `9:00`, `14:30`, `14:30:05`.
fn clock_of(words: &str) -> Option<Time> {
    let mut parts = words.split(':').map(|part| {
        let digits = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<i8>().ok().filter(|_| digits)
    });
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().unwrap_or(Some(0))?;
    if parts.next().is_some() {
        return None;
    }
    Time::new(hour, minute, second, 0).ok()
}

/// This time of the day when it is next.
fn next(now: &ZonedDateTime, time: Time) -> Option<ZonedDateTime> {
    let today = at(now, now.date().to_datetime(time))?;
    if today > *now { Some(today) } else { at(now, now.date().tomorrow().ok()?.to_datetime(time)) }
}

fn at(now: &ZonedDateTime, moment: DateTime) -> Option<ZonedDateTime> {
    moment.to_zoned_datetime(now.time_zone().clone()).ok()
}

/// When it ends, in words: `until 14:30, in 1 h 30 min`, `until tomorrow 08:00, in 16 h`, `until Fri 28 Nov 09:00, in 3 d`.
pub fn words(until_s: i64, now_s: i64, zone: &TimeZone) -> String {
    let day = |at_s: i64| Timestamp::from_second(at_s).map(|at| at.to_zoned_datetime(zone.clone()));
    let (Ok(end), Ok(now)) = (day(until_s), day(now_s)) else {
        return "until a time that no calendar has".to_owned();
    };
    let clock = end.strftime("%H:%M").to_string();
    let when = if end.date() == now.date() {
        clock
    } else if now.date().tomorrow().is_ok_and(|tomorrow| end.date() == tomorrow) {
        format!("tomorrow {clock}")
    } else if end.year() == now.year() {
        end.strftime("%a %-d %b %H:%M").to_string()
    } else {
        end.strftime("%-d %b %Y %H:%M").to_string()
    };
    format!("until {when}, in {}", length(until_s.saturating_sub(now_s)))
}

/// A length of time in words: `30 min`, `1 h 30 min`, `3 d`.
pub fn length(seconds: i64) -> String {
    // What is left of a minute counts as one: "in 0 min" helps nobody.
    let minutes = SignedDuration::from_secs(seconds.max(0).saturating_add(59)).as_mins();
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) if hours < 48 => format!("{hours} h"),
        (hours, minutes) if hours < 48 => format!("{hours} h {minutes} min"),
        (hours, _) => format!("{} d", hours / 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2025-11-24 16:00:00 UTC, a Monday.
    const NOW: i64 = 1_764_000_000;

    fn read(text: &str) -> Result<i64, String> {
        until(text, NOW, &TimeZone::UTC).map(|at| at - NOW)
    }

    #[test]
    fn a_length_is_as_long_as_was_said_and_a_clock_is_its_full_minute() {
        let now_ms = NOW * 1_000 + 992;
        let left = |text: &str| until_ms(text, now_ms, &TimeZone::UTC).map(|at_ms| at_ms - now_ms);
        assert_eq!((left("1h"), left("90s")), (Ok(3_600_000), Ok(90_000)));
        assert_eq!(left("16:30"), Ok(30 * 60_000 - 992));
    }

    #[test]
    fn lengths_and_clocks_are_read() {
        for (text, minutes) in [
            ("90m", 90),
            ("2h30m", 150),
            ("1d", 1_440),
            ("until 17:30", 90),
            ("17:30", 90),
            ("9:00", 17 * 60),
            ("m", 16 * 60),
            ("until morning", 16 * 60),
            ("Tomorrow 9:00", 17 * 60),
            ("tomorrow", 16 * 60),
            ("2025-11-26 16:00", 2_880),
            ("2025-11-24T16:30:00Z", 30),
        ] {
            assert_eq!(read(text), Ok(minutes * 60), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_or_is_over_is_refused_in_words() {
        for text in ["90", "soon", "25:00", "14:3x", "1:2:3:4", "0m", "-5m", "tomorrow 9", "today 99:00"] {
            assert!(read(text).unwrap_err().contains("is not a time"), "{text}: {:?}", read(text));
        }
        assert!(read("").unwrap_err().contains("for how long"));
        assert_eq!(read("today 15:00").unwrap_err(), "today 15:00 is over already");
        assert!(read("2025-01-01 00:00").unwrap_err().contains("over already"));
        assert!(read("999999h").unwrap_err().contains("too far away"));
    }

    #[test]
    fn clocks_are_those_of_the_zone_also_over_a_change_of_the_clock() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        // 2026-03-28 22:00 there; in that night the clocks go on by an hour.
        let now = 1_774_731_600;
        assert_eq!(until("m", now, &berlin).unwrap() - now, 9 * 3_600);
        assert_eq!(words(now + 9 * 3_600, now, &berlin), "until tomorrow 08:00, in 9 h");
    }

    #[test]
    fn the_end_is_told_in_words() {
        let told = |seconds: i64| words(NOW + seconds, NOW, &TimeZone::UTC);
        assert_eq!(told(1_800), "until 16:30, in 30 min");
        assert_eq!(told(5_400), "until 17:30, in 1 h 30 min");
        assert_eq!(told(86_400 * 3), "until Thu 27 Nov 16:00, in 3 d");
    }
}
