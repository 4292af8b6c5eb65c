//! Times as systems write them: counts of seconds, milliseconds and finer, ISO with or without a zone, RFC 2822, and what
//! Go and C print.

use jiff::civil::DateTime;
use jiff::fmt::{rfc2822, strtime};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ZonedDateTime};
use serde_json::Value;

/// What stands for "has not happened" in place of a time, in lower case.
const NEVER: [&str; 8] = ["", "-", "none", "null", "nil", "n/a", "never", "false"];

/// The forms without a zone that are no ISO.
const FORMS: [&str; 7] = [
    "%a %b %d %H:%M:%S %Y",
    "%a %d %b %Y %H:%M:%S",
    "%d %b %Y %H:%M:%S",
    "%b %d %Y %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%d %H:%M",
];

/// The first second of the year 2000: what is said to be older is a count of something else, or a clock that was never set.
const EARLIEST: i64 = 946_684_800;

/// The last second of the year 9999.
const LATEST: i64 = 253_402_300_799;

/// What a value says of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Time {
    /// Unix seconds.
    At(i64),
    /// It has not happened.
    Never,
    /// Nobody can read it, or believe it.
    Unread,
}

/// Reads a time. `zone` is of those that name none.
pub(super) fn read(given: &Value, zone: &TimeZone) -> Time {
    match given {
        Value::Null | Value::Bool(false) => Time::Never,
        Value::Number(number) => counted(&number.to_string()).unwrap_or(Time::Unread),
        Value::String(text) => written(text.trim(), zone),
        _ => Time::Unread,
    }
}

fn written(text: &str, zone: &TimeZone) -> Time {
    if NEVER.contains(&text.to_lowercase().as_str()) {
        return Time::Never;
    }
    if let Some(time) = compact(text, zone).or_else(|| counted(text)) {
        return time;
    }
    // `0000-00-00 00:00:00`, as databases have it.
    if text.starts_with("0000") && !text.bytes().any(|byte| matches!(byte, b'1'..=b'9')) {
        return Time::Never;
    }
    let with_zone = || {
        let zoned = || text.parse::<ZonedDateTime>().ok().map(|at| at.timestamp());
        text.parse::<Timestamp>().ok().or_else(zoned)
    };
    let mail = || rfc2822::parse(text).ok().map(|at| at.timestamp());
    let at = with_zone().or_else(mail).or_else(|| in_words(text, zone));
    at.map_or(Time::Unread, |at| happened(at.as_second()))
}

/// Systems that have no time write the beginning of their calendar.
fn happened(seconds: i64) -> Time {
    /// A zone may move the beginning of 1970 by this much.
    const DAY: i64 = 86_400;
    /// The end of the year 1.
    const YEAR_ONE: i64 = -62_104_060_800;
    match seconds {
        seconds if seconds.abs() <= DAY || seconds <= YEAR_ONE => Time::Never,
        EARLIEST..=LATEST => Time::At(seconds),
        _ => Time::Unread,
    }
}

/// A count since 1970; how long its unit is, its size says.
fn counted(text: &str) -> Option<Time> {
    if !text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E')) {
        return None;
    }
    let count: f64 = text.parse().ok()?;
    let seconds = match count {
        0.0 => return Some(Time::Never),
        count if count > 1e17 => count / 1e9,
        count if count > 1e14 => count / 1e6,
        count if count > 1e11 => count / 1e3,
        count => count,
    };
    // In range; a fraction of a second says nothing here.
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
    let is_time = seconds >= EARLIEST as f64 && seconds < LATEST as f64;
    #[allow(clippy::cast_possible_truncation)]
    Some(if is_time { Time::At(seconds as i64) } else { Time::Unread })
}

/// `20260820130000`: as a count it would be far in the future.
fn compact(text: &str, zone: &TimeZone) -> Option<Time> {
    if text.len() != 14 || !(text.starts_with("19") || text.starts_with("20")) {
        return None;
    }
    let at = strtime::parse("%Y%m%d%H%M%S", text).ok()?.to_datetime().ok()?;
    Some(happened(at.to_zoned_datetime(zone.clone()).ok()?.timestamp().as_second()))
}

/// A civil time with its zone somewhere in it, or none: `2026-08-20 13:00:00 +0000 UTC`, `Thu Aug 20 13:00:00 UTC 2026`.
fn in_words(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.strip_suffix(['Z', 'z']).map_or_else(|| text.to_owned(), |rest| format!("{rest} UTC"));
    let (mut rest, mut offset): (Vec<&str>, Option<Offset>) = (Vec::new(), None);
    for word in text.split_whitespace() {
        let word = word.trim_end_matches(',');
        match zone_of(word) {
            Some(found) => offset = offset.or(Some(found)),
            // The name of the zone whose offset stands before it, and the clock of a Go program.
            None if word.starts_with("m=") => {}
            None if offset.is_some() && (3..=5).contains(&word.len()) && is_upper(word) => {}
            None => rest.push(word),
        }
    }
    let civil = rest.join(" ");
    let form = |form: &&str| strtime::parse(form, &civil).ok()?.to_datetime().ok();
    let civil = civil.parse::<DateTime>().ok().or_else(|| FORMS.iter().find_map(form))?;
    let zone = offset.map_or_else(|| zone.clone(), TimeZone::fixed);
    Some(civil.to_zoned_datetime(zone).ok()?.timestamp())
}

fn is_upper(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// `UTC`, `GMT`, `+0200`, `+02:00`.
fn zone_of(word: &str) -> Option<Offset> {
    if ["utc", "gmt", "ut"].contains(&word.to_lowercase().as_str()) {
        return Some(Offset::UTC);
    }
    let sign = if word.starts_with('-') { -1 } else { 1 };
    let digits = word.strip_prefix(['+', '-'])?.replace(':', "");
    if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes): (i32, i32) = (digits[..2].parse().ok()?, digits[2..].parse().ok()?);
    Offset::from_seconds(sign * (hours * 3_600 + minutes * 60)).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// 2026-08-20 13:00 in UTC.
    const AT: i64 = 1_787_230_800;

    #[test]
    fn every_way_to_write_a_time_is_read() {
        for given in [
            json!(AT),
            json!(AT * 1_000),
            json!(AT * 1_000_000),
            json!(AT * 1_000_000_000),
            json!(1_787_230_800.25),
            json!(AT.to_string()),
            json!("1787230800.25"),
            json!("1787230800250"),
            json!("2026-08-20T13:00:00Z"),
            json!("2026-08-20T13:00:00z"),
            json!("2026-08-20T13:00:00.123456789Z"),
            json!("2026-08-20T15:00:00+02:00"),
            json!("2026-08-20T13:00:00+0000"),
            json!("2026-08-20T13:00:00.000+0000"),
            json!("2026-08-20T15:00:00+02:00[Europe/Berlin]"),
            json!("20260820T130000Z"),
            json!("2026-08-20 13:00:00 UTC"),
            json!("2026-08-20 13:00:00Z"),
            json!("2026-08-20 13:00:00.5 +0000 UTC"),
            json!("2026-08-20 15:00:00.5 +0200 CEST m=+0.012"),
            json!("2026-08-20 15:00:00 +0200"),
            json!("2026-08-20 15:00:00 +02:00"),
            json!("Thu, 20 Aug 2026 13:00:00 GMT"),
            json!("Thu, 20 Aug 2026 15:00:00 +0200"),
            json!("20 Aug 2026 13:00:00 UTC"),
            json!("Thu Aug 20 13:00:00 UTC 2026"),
            json!("Thu Aug 20 13:00:00 2026 UTC"),
            json!("Aug 20, 2026 13:00:00 UTC"),
            json!("2026/08/20 13:00:00 UTC"),
            json!("2026-08-20 13:00 UTC"),
        ] {
            // The zone is not used by what names its own.
            assert_eq!(read(&given, &TimeZone::fixed(jiff::tz::offset(5))), Time::At(AT), "{given}");
        }
    }

    #[test]
    fn a_time_without_a_zone_is_of_the_given_one() {
        let berlin = TimeZone::fixed(jiff::tz::offset(2));
        for given in [
            "2026-08-20 15:00:00",
            "2026-08-20T15:00:00",
            "2026-08-20T15:00",
            "20260820150000",
            "Thu Aug 20 15:00:00 2026",
            "2026/08/20 15:00",
        ] {
            assert_eq!(read(&json!(given), &berlin), Time::At(AT), "{given}");
        }
        assert_eq!(read(&json!("2026-08-20"), &TimeZone::UTC), Time::At(AT - 13 * 3_600));
    }

    #[test]
    fn times_are_believed_from_the_year_2000_on() {
        for given in
            [json!(946_684_800), json!(946_684_800_000_i64), json!("2000-01-01T00:00:00Z"), json!("20000101000000")]
        {
            assert_eq!(read(&given, &TimeZone::UTC), Time::At(EARLIEST), "{given}");
        }
    }

    #[test]
    fn nothing_is_never_and_the_rest_is_unread() {
        for given in [
            json!(null),
            json!(0),
            json!(0.0),
            json!("0"),
            json!(""),
            json!(" - "),
            json!("Never"),
            json!("0001-01-01T00:00:00Z"),
            json!("1970-01-01T00:00:00Z"),
            json!("1970-01-01 00:00:00"),
            json!("0000-00-00 00:00:00"),
            json!(false),
        ] {
            assert_eq!(read(&given, &TimeZone::fixed(jiff::tz::offset(5))), Time::Never, "{given}");
        }
        for given in [
            json!("yesterday"),
            json!("soon"),
            json!(-5),
            json!(1e30),
            json!([1]),
            json!({}),
            json!(true),
            json!("20/08/2026"),
            json!(7),
            json!("86400"),
            json!(946_684_799),
            json!(900_000_000_000_i64),
            json!("1999-12-31T23:59:59Z"),
            json!("19991231235959"),
            json!("Sun Jan  6 00:00:17 1980"),
        ] {
            assert_eq!(read(&given, &TimeZone::UTC), Time::Unread, "{given}");
        }
    }
}
