//! When a certificate ends, and whether it vouches for itself: the few bytes of it (DER) that say so.
//!
//! Nothing here decides whom to trust; that is the verifier's alone. `x509-parser` would bring eleven crates for these
//! two facts.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// What a certificate says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    /// From then on it does not hold.
    pub(super) ends: Timestamp,
    /// Whether it names itself as its issuer.
    pub(super) self_signed: bool,
}

/// The tags that stand between the beginning of a certificate and its dates.
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const INTEGER: u8 = 0x02;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// Reads a certificate; `None` where it is invalid, or ends beyond the calendar.
pub(super) fn facts(der: &[u8]) -> Option<Facts> {
    let (certificate, _) = expect(SEQUENCE, der)?;
    let (signed, _) = expect(SEQUENCE, certificate)?;
    // The first version left its number out.
    let rest = expect(VERSION, signed).map_or(signed, |(_, rest)| rest);
    let (_, rest) = expect(INTEGER, rest)?;
    let (_, rest) = expect(SEQUENCE, rest)?;
    let (issuer, rest) = expect(SEQUENCE, rest)?;
    let (validity, rest) = expect(SEQUENCE, rest)?;
    let (subject, _) = expect(SEQUENCE, rest)?;
    let (_, _, ends) = element(validity)?;
    let (tag, ends, _) = element(ends)?;
    Some(Facts { ends: time(tag, ends)?, self_signed: issuer == subject })
}

/// The content of the first element, which has this tag, and what follows it.
fn expect(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    element(bytes).filter(|(found, ..)| *found == tag).map(|(_, content, rest)| (content, rest))
}

/// The first element: its tag, its content, and what follows it.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        // Longer lengths have their number of bytes first; more than four would be gigabytes.
        _ if (0x81..=0x84).contains(&first) => {
            let (length, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (length.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// `YYMMDDHHMMSSZ` (1950 to 2049) or `YYYYMMDDHHMMSSZ`.
fn time(tag: u8, text: &[u8]) -> Option<Timestamp> {
    let digits = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, rest) = match (tag, digits.len()) {
        (UTC_TIME, 12) => {
            let year: i16 = digits[..2].parse().ok()?;
            (if year < 50 { 2000 + year } else { 1900 + year }, &digits[2..])
        }
        (GENERALIZED_TIME, 14) => (digits[..4].parse().ok()?, &digits[4..]),
        _ => return None,
    };
    let part = |at: usize| rest[at..at + 2].parse::<i8>().ok();
    let at = DateTime::new(year, part(0)?, part(2)?, part(4)?, part(6)?, part(8)?, 0).ok()?;
    Offset::UTC.to_timestamp(at).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    fn ending(year: i32) -> Vec<u8> {
        let mut params = CertificateParams::new(vec!["ci.example".to_owned()]).unwrap();
        params.not_after = date_time_ymd(year, 2, 28);
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
    }

    #[test]
    fn both_ways_to_write_a_date_are_read() {
        for year in [1999, 2031, 2049, 2050, 2107] {
            let facts = facts(&ending(year)).unwrap();
            assert_eq!(facts.ends.to_string(), format!("{year}-02-28T00:00:00Z"));
            assert!(facts.self_signed);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn no_bytes_are_too_odd(at in 0_usize..400, byte in any::<u8>(), end in 0_usize..400) {
            let mut der = ending(2031);
            // A certificate that was cut is invalid.
            prop_assert_eq!(facts(&der[..end.min(der.len() - 1)]), None);
            let at = at % der.len();
            der[at] = byte;
            let _ = facts(&der);
            let _ = facts(&der[..end.min(der.len() - 1)]);
        }
    }
}
