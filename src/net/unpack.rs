//! A body as it was before it was packed for the way, whatever its label says of it.
//!
//! As curl and browsers do it, and a little more patiently: `gzip` that is none is read as it is, `x-gzip` is `gzip`, and
//! `deflate` is what its first bytes say.

use std::io::{self, ErrorKind, Write};

use flate2::write::{DeflateDecoder, GzDecoder, ZlibDecoder};
use http::HeaderMap;
use http::header::CONTENT_ENCODING;

/// What andon asks for.
pub(super) const ACCEPTED: &str = "gzip";

/// So much is unpacked at once. It may become a thousand times as much.
const STEP: usize = 512;

/// What a label says that a body is packed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Label {
    Gzip,
    Deflate,
}

/// The most codings, one around the other, that are taken off: as many as curl does.
const DEEPEST: usize = 5;

/// Unpacks a body as it comes.
pub(super) struct Unpack {
    /// What it is packed in, the outermost first.
    layers: Vec<Layer>,
}

/// One coding of a body.
struct Layer {
    label: Label,
    state: State,
}

enum State {
    /// Nothing is known yet; at most one byte.
    Begin(Vec<u8>),
    Plain,
    Gzip(Box<GzDecoder<Vec<u8>>>),
    Zlib(Box<ZlibDecoder<Vec<u8>>>),
    Deflate(Box<DeflateDecoder<Vec<u8>>>),
    /// It was unpacked to its end; what follows is not of it.
    Over,
}

impl Unpack {
    /// For an answer with these headers.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let said: Vec<&str> =
            headers.get_all(CONTENT_ENCODING).iter().filter_map(|value| value.to_str().ok()).collect();
        // The last was applied last. What is inside of one that is not known is not known either.
        let codings = said.iter().flat_map(|value| value.split(',')).map(|word| word.trim().to_ascii_lowercase()).rev();
        let codings = codings.filter(|word| !word.is_empty() && word != "identity");
        let labels = codings.map_while(|word| match word.as_str() {
            "gzip" | "x-gzip" => Some(Label::Gzip),
            "deflate" => Some(Label::Deflate),
            _ => None,
        });
        let layers = labels.take(DEEPEST).map(|label| Layer { label, state: State::Begin(Vec::new()) });
        Self { layers: layers.collect() }
    }

    /// Whether the length that the headers tell is not that of the body.
    pub(super) fn is_packed(&self) -> bool {
        self.layers.iter().any(|layer| !matches!(layer.state, State::Begin(_) | State::Plain))
    }

    /// Takes the next bytes and gives what they unpack to, in pieces of bounded size. The error says that they are not
    /// what the ones before them were.
    pub(super) fn take(&mut self, bytes: &[u8], give: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        take(&mut self.layers, bytes, give)
    }

    /// The body is over. The error says that it was cut.
    pub(super) fn end(&mut self, give: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        let mut layers = &mut self.layers[..];
        while let [first, inner @ ..] = layers {
            let mut fault = Ok(());
            first.end(&mut |bytes| {
                if fault.is_ok() {
                    fault = take(inner, bytes, give);
                }
            })?;
            fault?;
            layers = inner;
        }
        Ok(())
    }
}

/// Hands bytes through the layers.
fn take(layers: &mut [Layer], bytes: &[u8], give: &mut dyn FnMut(&[u8])) -> io::Result<()> {
    let [first, inner @ ..] = layers else {
        give(bytes);
        return Ok(());
    };
    let mut fault = Ok(());
    let taken = first.take(bytes, &mut |bytes| {
        if fault.is_ok() {
            fault = take(inner, bytes, give);
        }
    });
    taken.and(fault)
}

impl Layer {
    fn take(&mut self, bytes: &[u8], give: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        let State::Begin(begun) = &mut self.state else { return self.step(bytes, give) };
        begun.extend_from_slice(bytes);
        if begun.len() < 2 {
            return Ok(());
        }
        let begun = std::mem::take(begun);
        self.state = state(self.label, [begun[0], begun[1]]);
        self.step(&begun, give)
    }

    fn end(&mut self, give: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        match &mut self.state {
            State::Begin(begun) => give(begun),
            State::Plain | State::Over => {}
            State::Gzip(packed) => rest(packed.try_finish(), packed.get_mut(), give)?,
            State::Zlib(packed) => rest(packed.try_finish(), packed.get_mut(), give)?,
            State::Deflate(packed) => rest(packed.try_finish(), packed.get_mut(), give)?,
        }
        Ok(())
    }

    fn step(&mut self, bytes: &[u8], give: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        for piece in bytes.chunks(STEP) {
            let written = match &mut self.state {
                State::Begin(_) | State::Over => return Ok(()),
                State::Plain => {
                    give(bytes);
                    return Ok(());
                }
                State::Gzip(packed) => members(packed, piece, give),
                State::Zlib(packed) => rest(packed.write_all(piece), packed.get_mut(), give),
                State::Deflate(packed) => rest(packed.write_all(piece), packed.get_mut(), give),
            };
            match written {
                // It takes no more: it has ended.
                Err(error) if error.kind() == ErrorKind::WriteZero => self.state = State::Over,
                written => written?,
            }
        }
        // A line that has come whole is not kept back.
        match &mut self.state {
            State::Gzip(packed) => rest(packed.flush(), packed.get_mut(), give),
            State::Zlib(packed) => rest(packed.flush(), packed.get_mut(), give),
            State::Deflate(packed) => rest(packed.flush(), packed.get_mut(), give),
            State::Begin(_) | State::Plain | State::Over => Ok(()),
        }
    }
}

/// Several members one after the other are one body (RFC 1952, 2.2). [`ErrorKind::WriteZero`]: it has ended, and what is
/// left is no member.
fn members(packed: &mut GzDecoder<Vec<u8>>, mut left: &[u8], give: &mut dyn FnMut(&[u8])) -> io::Result<()> {
    while let [first, others @ ..] = left {
        let written = packed.write(left);
        let taken = match &written {
            Ok(taken) => *taken,
            Err(_) => 0,
        };
        rest(written.map(|_| ()), packed.get_mut(), give)?;
        if taken > 0 {
            left = left.get(taken..).unwrap_or_default();
        } else if *first == 0x1f && others.first().is_none_or(|second| *second == 0x8b) {
            *packed = GzDecoder::new(Vec::new());
        } else {
            return Err(ErrorKind::WriteZero.into());
        }
    }
    Ok(())
}

/// Hands over what was unpacked, also where it then failed.
fn rest(result: io::Result<()>, unpacked: &mut Vec<u8>, give: &mut dyn FnMut(&[u8])) -> io::Result<()> {
    if !unpacked.is_empty() {
        give(unpacked);
        unpacked.clear();
    }
    result
}

/// What a body under that label is, by its first bytes.
fn state(label: Label, [first, second]: [u8; 2]) -> State {
    let is_zlib = first & 0x0f == 8 && first >> 4 <= 7 && u16::from_be_bytes([first, second]).is_multiple_of(31);
    // JSON, a page, a sentence: no deflate stream begins with a printable character and goes on like that.
    let is_text = (first.is_ascii_graphic() || first.is_ascii_whitespace())
        && (second.is_ascii_graphic() || second.is_ascii_whitespace());
    match label {
        Label::Gzip | Label::Deflate if [first, second] == [0x1f, 0x8b] => {
            State::Gzip(Box::new(GzDecoder::new(Vec::new())))
        }
        Label::Gzip | Label::Deflate if is_zlib => State::Zlib(Box::new(ZlibDecoder::new(Vec::new()))),
        Label::Deflate if !is_text => State::Deflate(Box::new(DeflateDecoder::new(Vec::new()))),
        _ => State::Plain,
    }
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::read::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use http::HeaderValue;

    use super::*;

    fn packed(mut reader: impl io::Read) -> Vec<u8> {
        let mut out = Vec::new();
        reader.read_to_end(&mut out).unwrap();
        out
    }

    fn unpacked(label: &'static str, body: &[u8], piece: usize) -> (String, bool) {
        let headers = HeaderMap::from_iter([(CONTENT_ENCODING, HeaderValue::from_static(label))]);
        let (mut unpack, mut out) = (Unpack::of(&headers), Vec::new());
        let mut give = |bytes: &[u8]| out.extend_from_slice(bytes);
        let whole = body.chunks(piece).try_for_each(|bytes| unpack.take(bytes, &mut give));
        let whole = whole.and_then(|()| unpack.end(&mut give)).is_ok();
        (String::from_utf8_lossy(&out).into_owned(), whole)
    }

    #[test]
    fn a_body_is_read_by_what_it_is_under_every_label() {
        let text = "{\"message\":\"restarted\"}".repeat(100);
        let plain = text.as_bytes();
        let (level, more) = (Compression::default(), b"\0\0trailing".as_slice());
        let gzip = packed(GzEncoder::new(plain, level));
        let (begin, end) = plain.split_at(plain.len() / 2);
        let halves = [begin, end].map(|half| packed(GzEncoder::new(half, level))).concat();
        let twice = packed(GzEncoder::new(gzip.as_slice(), level));
        let zlib = packed(ZlibEncoder::new(plain, level));
        let deflate = packed(DeflateEncoder::new(plain, level));
        for (label, body) in [
            ("gzip", &gzip),
            ("GZIP", &gzip),
            ("x-gzip", &gzip),
            ("identity, gzip", &gzip),
            ("deflate", &zlib),
            ("deflate", &deflate),
            ("deflate", &gzip),
            ("gzip", &zlib),
            ("gzip", &plain.to_vec()),
            ("deflate", &plain.to_vec()),
            ("br", &plain.to_vec()),
            ("utf-8", &plain.to_vec()),
            ("gzip", &[&gzip, more].concat()),
            ("gzip", &halves),
            ("gzip, gzip", &twice),
            ("deflate, gzip", &packed(GzEncoder::new(zlib.as_slice(), level))),
            ("gzip, identity, deflate", &packed(ZlibEncoder::new(gzip.as_slice(), level))),
            ("gzip,gzip", &gzip),
            ("br, gzip", &gzip),
        ] {
            for piece in [1, 2, 7, body.len()] {
                assert_eq!(unpacked(label, body, piece), (text.clone(), true), "{label} by {piece}");
            }
        }
        assert_ne!(unpacked("gzip, br", &gzip, 7).0, text, "what is inside of an unknown coding is not looked into");
        assert_eq!(unpacked("gzip", b"x", 1), ("x".to_owned(), true));
        assert_eq!(unpacked("gzip", b"", 1), (String::new(), true));
    }

    #[test]
    fn what_breaks_off_gives_what_came() {
        let plain = (0..5_000).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
        let gzip = packed(GzEncoder::new(plain.as_bytes(), Compression::default()));
        let (text, whole) = unpacked("gzip", &gzip[..gzip.len() / 2], 100);
        assert!(!whole && text.len() > 1_000 && plain.starts_with(&text), "{}", text.len());
        let mut broken = gzip.clone();
        broken[gzip.len() / 2..].fill(0xff);
        assert!(!unpacked("gzip", &broken, 100).1);
    }
}
