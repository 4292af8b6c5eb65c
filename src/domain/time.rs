//! How times and durations are written: for people in steps, for programs exactly.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// RFC 3339 in UTC with milliseconds, `2025-11-24T16:00:00.100Z`: how every program reads our times.
pub fn rfc3339(at_ms: i64) -> String {
    Timestamp::from_millisecond(at_ms).map_or_else(|_| String::new(), |at| format!("{at:.3}"))
}

/// A minute in words that hold wherever they are read, `2025-11-24 16:00 UTC`: for texts that are kept.
pub fn minute_utc(at_ms: i64) -> String {
    let utc = |at: Timestamp| at.to_zoned_datetime(TimeZone::UTC).strftime("%Y-%m-%d %H:%M UTC").to_string();
    Timestamp::from_millisecond(at_ms).map_or_else(|_| String::new(), utc)
}

/// The clock of an activity row, `14:02:04`, in the given zone.
pub fn clock(at_ms: i64, zone: &TimeZone) -> String {
    Timestamp::from_millisecond(at_ms)
        .map_or_else(|_| String::new(), |at| at.to_zoned_datetime(zone.clone()).strftime("%H:%M:%S").to_string())
}

/// A moment of a timeline: `14:02:04` where it is of the day of `now_ms`, else `24 Nov 14:02`, in the given zone.
pub fn day_clock(at_ms: i64, now_ms: i64, zone: &TimeZone) -> String {
    let zoned = |ms: i64| Timestamp::from_millisecond(ms).map(|at| at.to_zoned_datetime(zone.clone()));
    let (Ok(at), Ok(now)) = (zoned(at_ms), zoned(now_ms)) else {
        return String::new();
    };
    let form = if at.date() == now.date() { "%H:%M:%S" } else { "%-d %b %H:%M" };
    at.strftime(form).to_string()
}

/// An age in steps, so that an idle screen is still: `now`, `1m`, `59m`, `3h`, `2d`, `5w`.
///
/// A time in the future (a clock that jumped back) is `now`, never negative.
pub fn age(since_s: i64, now_s: i64) -> String {
    let seconds = now_s.saturating_sub(since_s).max(0);
    match seconds {
        0..60 => "now".to_owned(),
        60..3_600 => format!("{}m", seconds / 60),
        3_600..86_400 => format!("{}h", seconds / 3_600),
        86_400..2_419_200 => format!("{}d", seconds / 86_400),
        _ => format!("{}w", seconds / 604_800),
    }
}

/// How long a run took or takes: `142 ms`, `3.2 s`, `72 s`, `12 min`.
pub fn took(duration_ms: i64) -> String {
    match duration_ms.max(0) {
        ms @ 0..1_000 => format!("{ms} ms"),
        ms @ 1_000..10_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        ms @ 10_000..120_000 => format!("{} s", ms / 1_000),
        ms => format!("{} min", ms / 60_000),
    }
}

/// A limit or a wait as people wrote it: `10 s`, not `10.0 s`; else as [`took`].
pub fn in_words(duration: Duration) -> String {
    if duration.subsec_millis() == 0 && duration.as_secs() < 120 {
        format!("{} s", duration.as_secs())
    } else {
        took(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
    }
}

/// Reads a duration as people type it (`10s`, `1m30s`, `2 h`, `1d`), in milliseconds.
///
/// Errors in words for the field beside which they are shown.
pub fn parse_duration(text: &str) -> Result<u64, String> {
    let wrong = || format!("\"{}\" is not a duration; write it like 10s, 1m30s or 2h", super::text::clean(text.trim()));
    let span: jiff::Span = text.trim().parse().map_err(|_| wrong())?;
    let duration = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).map_err(|_| wrong())?;
    u64::try_from(duration.as_millis()).map_err(|_| "a duration cannot be negative".to_owned())
}

/// Writes a duration so that [`parse_duration`] reads it back: `10s`, `1m30s`, `500ms`.
pub fn format_duration(ms: u64) -> String {
    let (hours, minutes, seconds, rest) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60, ms % 1_000);
    let mut out = String::new();
    for (amount, unit) in [(hours, "h"), (minutes, "m"), (seconds, "s"), (rest, "ms")] {
        if amount > 0 {
            out.push_str(&format!("{amount}{unit}"));
        }
    }
    if out.is_empty() { "0s".to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_keep_their_zeros() {
        assert_eq!(rfc3339(1_764_000_000_100), "2025-11-24T16:00:00.100Z");
        assert_eq!(rfc3339(1_764_000_000_000), "2025-11-24T16:00:00.000Z");
    }

    #[test]
    fn ages_go_in_steps_and_never_below_now() {
        let ages = [0, 59, 60, 3_599, 3_600, 86_400 * 3, 86_400 * 40].map(|seconds| age(1_000, 1_000 + seconds));
        assert_eq!(ages, ["now", "now", "1m", "59m", "1h", "3d", "5w"]);
        assert_eq!(age(5_000, 1_000), "now");
    }

    #[test]
    fn durations_read_back_as_they_were_written() {
        for text in ["10s", "1m30s", "2h", "500ms"] {
            assert_eq!(format_duration(parse_duration(text).unwrap()), text);
        }
        assert_eq!(parse_duration("1d").unwrap(), 86_400_000);
        assert!(parse_duration("-5s").unwrap_err().contains("negative"));
        assert!(parse_duration("soon").unwrap_err().contains("like 10s"));
    }
}
