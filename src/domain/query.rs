//! The language of the filter over incidents: words, `~loose` ones and terms such as `sev:crit`, all of which must hold.
//!
//! Everything that is typed means something: what is no term is searched as it stands, and what looks like a term that
//! does not exist is said. A term whose value is still to be typed holds for all.

use std::ops::Range;

use super::near::did_you_mean;
use super::text::clean;

pub mod terms;

use terms::{About, OWNERS, RUNS, SEVERITIES, STATES, TERMS, Term};

/// Begins a word that is matched loosely.
pub const FUZZY: char = '~';
/// Begins what must not hold.
const NOT: char = '-';
/// Between values of a term of which one is enough.
const OR: char = ',';

/// A value that is compared with what incidents have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// In lower case.
    pub text: String,
    /// It was quoted: it must be the whole value.
    pub whole: bool,
}

/// What a part of the filter asks of an incident. Places are those in the tables of [`terms`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Want {
    /// Is somewhere in it, as it is written but for the case; in lower case.
    Text(String),
    /// Its letters come in this order; in lower case.
    Loose(String),
    Severity(Vec<usize>),
    State(Vec<usize>),
    Run(Vec<usize>),
    Channel(Vec<Wanted>),
    Source(Vec<Wanted>),
    /// Special values by their place, and names.
    Owner(Vec<usize>, Vec<Wanted>),
    Label {
        name: String,
        values: Vec<Wanted>,
    },
    /// Began less, or more, than so many seconds ago.
    Age {
        less: bool,
        than_s: i64,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    pub not: bool,
    pub want: Want,
}

/// A filter, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// All of these must hold.
    pub clauses: Vec<Clause>,
    /// What looks like a term and is none, in words.
    pub doubts: Vec<String>,
}

/// A piece of a filter between blanks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    pub not: bool,
    pub fuzzy: bool,
    /// What it says, without quotes.
    pub text: String,
    /// Which bytes of `text` were quoted.
    quoted: Vec<Range<usize>>,
}

impl Query {
    pub fn parse(filter: &str) -> Self {
        let mut query = Self::default();
        for token in tokens(filter) {
            let want = query.want(&token, filter);
            query.clauses.extend(want.map(|want| Clause { not: token.not, want }));
        }
        query
    }

    /// Both must hold.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.clauses.extend(other.clauses);
        self.doubts.extend(other.doubts);
        self
    }

    pub fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }

    /// Whether something is matched loosely, so that it may be found by chance.
    pub fn is_fuzzy(&self) -> bool {
        self.clauses.iter().any(|clause| matches!(clause.want, Want::Loose(_)))
    }

    /// Whether it asks for what is new, which being looked at ends.
    pub fn wants_new(&self) -> bool {
        let new = STATES.iter().position(|value| value.word == "new");
        self.clauses
            .iter()
            .any(|clause| matches!(&clause.want, Want::State(places) if places.iter().any(|at| Some(*at) == new)))
    }

    /// Where the words of the filter stand in a text, in bytes, from left to right.
    pub fn found_in(&self, text: &str) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        for clause in self.clauses.iter().filter(|clause| !clause.not) {
            match &clause.want {
                Want::Text(word) => found.extend(whole_in(text, word)),
                Want::Loose(letters) => found.extend(loose_in(text, letters)),
                _ => {}
            }
        }
        found.sort_by_key(|range| (range.start, range.end));
        let mut merged: Vec<Range<usize>> = Vec::new();
        for range in found {
            match merged.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        merged
    }

    fn want(&mut self, token: &Token, filter: &str) -> Option<Want> {
        let text = || (!token.text.is_empty()).then(|| Want::Text(token.text.to_lowercase()));
        if token.fuzzy {
            return (!token.text.is_empty()).then(|| Want::Loose(token.text.to_lowercase()));
        }
        let Some((name, sign, values)) = token.term() else {
            return text();
        };
        let Some((term, label)) = Term::find(name).filter(|(term, _)| term.signs.contains(&sign) || sign == ':') else {
            self.doubts.extend(no_term(name, sign, token, filter));
            return text();
        };
        let given = token.values(values);
        let choose = |table: &[terms::Value]| {
            let places = given.iter().map(|value| Term::matching(table, &value.text));
            places
                .map(|places| (!places.is_empty()).then_some(places))
                .collect::<Option<Vec<_>>>()
                .map(|all| all.concat())
        };
        let want = match term.about {
            _ if given.is_empty() => return None,
            About::Severity => choose(&SEVERITIES).map(Want::Severity),
            About::State => choose(&STATES).map(Want::State),
            About::Run => choose(&RUNS).map(Want::Run),
            About::Channel => Some(Want::Channel(given.clone())),
            About::Source => Some(Want::Source(given.clone())),
            About::Owner => {
                let special = |wanted: &Wanted| {
                    let whole = |value: &terms::Value| value.word == wanted.text || value.also.contains(&&*wanted.text);
                    if wanted.whole { None } else { OWNERS.iter().position(whole) }
                };
                let places = given.iter().filter_map(special).collect();
                Some(Want::Owner(places, given.iter().filter(|value| special(value).is_none()).cloned().collect()))
            }
            About::Label => Some(Want::Label { name: label.to_lowercase(), values: given.clone() }),
            About::Age => age(sign, &given),
        };
        if want.is_none() {
            let typed = given.iter().map(|value| value.text.as_str()).collect::<Vec<_>>().join(",");
            let words = term.values.iter().map(|value| value.word);
            let hint = did_you_mean(&typed, words.clone()).unwrap_or_else(|| match term.about {
                About::Age => format!("such as {}", term.example),
                _ => format!("it knows {}", words.collect::<Vec<_>>().join(", ")),
            });
            self.doubts.push(format!("{} has no {}: {hint} Searched as text", term.name, clean(&typed)));
            return text();
        }
        want
    }
}

impl Token {
    /// Name, sign and values, where it has the form of a term.
    pub fn term(&self) -> Option<(&str, char, Range<usize>)> {
        if self.fuzzy {
            return None;
        }
        let first_quote = self.quoted.first().map_or(self.text.len(), |range| range.start);
        let (at, sign) = self.text.char_indices().find(|(_, ch)| matches!(ch, ':' | '<' | '>'))?;
        // A quoted text is no term, whatever is in it.
        (at > 0 && at < first_quote.max(1) && at <= first_quote)
            .then(|| (&self.text[..at], sign, at + sign.len_utf8()..self.text.len()))
    }

    /// The values in this part of it: those between commas, but for quoted ones.
    pub fn values(&self, part: Range<usize>) -> Vec<Wanted> {
        let mut values = Vec::new();
        let mut start = part.start;
        let quoted = |at: usize| self.quoted.iter().any(|range| range.contains(&at));
        let commas = self.text.char_indices().filter(|(at, ch)| part.contains(at) && *ch == OR && !quoted(*at));
        for end in commas.map(|(at, _)| at).chain([part.end]) {
            let text = self.text.get(start..end).unwrap_or_default().to_lowercase();
            if !text.is_empty() {
                values.push(Wanted { text, whole: quoted(start) });
            }
            start = end + OR.len_utf8();
        }
        values
    }
}

/// The pieces of a filter.
pub fn tokens(filter: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut chars = filter.char_indices().peekable();
    loop {
        while chars.next_if(|(_, ch)| ch.is_whitespace()).is_some() {}
        let Some(&(start, _)) = chars.peek() else {
            return out;
        };
        let not = chars.next_if(|(_, ch)| *ch == NOT).is_some();
        let fuzzy = chars.next_if(|(_, ch)| *ch == FUZZY).is_some();
        let (mut text, mut quoted, mut since) = (String::new(), Vec::new(), None);
        let mut end = filter.len();
        while let Some(&(at, ch)) = chars.peek() {
            if since.is_none() && ch.is_whitespace() {
                end = at;
                break;
            }
            chars.next();
            match (ch, since) {
                ('"', None) => since = Some(text.len()),
                ('"', Some(from)) => {
                    quoted.push(from..text.len());
                    since = None;
                }
                ('\\', Some(_)) => text.extend(chars.next().map(|(_, ch)| ch)),
                _ => text.push(ch),
            }
        }
        // What is quoted to the end is still being typed.
        quoted.extend(since.map(|from| from..text.len()));
        out.push(Token { range: start..end, not, fuzzy, text, quoted });
    }
}

/// A value as a term takes it: quoted, so that it means the whole of it.
pub fn quote(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// What is said of a name that is no term: nothing where it hardly looks like one, such as an address or a time.
fn no_term(name: &str, sign: char, token: &Token, filter: &str) -> Option<String> {
    let word = |ch: char| ch.is_ascii_alphabetic() || ch == '.' || ch == '_';
    let behind = token.text.get(name.len() + sign.len_utf8()..).unwrap_or_default();
    // While it is typed nobody knows.
    let typing = behind.is_empty() && token.range.end == filter.len();
    if sign != ':' || !name.chars().all(word) || behind.starts_with("//") || typing {
        return None;
    }
    let names = TERMS.iter().filter(|term| term.signs == [':']).map(|term| term.name);
    let hint = did_you_mean(name, names).unwrap_or_default();
    let name = clean(name);
    let words = format!("{name}: is no term, so it is searched as text");
    Some(if hint.is_empty() { words } else { format!("{words}; {hint}") })
}

fn age(sign: char, given: &[Wanted]) -> Option<Want> {
    let [value] = given else {
        return None;
    };
    // `age:<30m` means the same.
    let (sign, text) = match value.text.strip_prefix(['<', '>']) {
        Some(rest) if sign == ':' => (value.text.chars().next()?, rest),
        _ => (sign, value.text.as_str()),
    };
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    let unit_s = match unit {
        "s" => 1,
        // A number alone is on its way to its unit.
        "m" | "min" | "" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return None,
    };
    let than_s = number.parse::<i64>().ok()?.checked_mul(unit_s)?;
    (sign != ':').then_some(Want::Age { less: sign == '<', than_s })
}

/// Where `word` (lower case) stands in a text, whatever its case.
fn whole_in(text: &str, word: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut folded, mut places) = (String::new(), Vec::new());
    for (at, ch) in text.char_indices() {
        for low in ch.to_lowercase() {
            places.extend(std::iter::repeat_n(at, low.len_utf8()));
            folded.push(low);
        }
    }
    places.push(text.len());
    for (at, word) in folded.match_indices(word) {
        let (start, last) = (places[at], places[at + word.len() - 1]);
        let end = text[last..].chars().next().map_or(last, |ch| last + ch.len_utf8());
        found.push(start..end);
    }
    found
}

/// Where the letters come one after the other; nothing where they do not.
fn loose_in(text: &str, letters: &str) -> Vec<Range<usize>> {
    let mut wanted = letters.chars().peekable();
    let mut found = Vec::new();
    for (at, ch) in text.char_indices() {
        if wanted.peek().is_some_and(|letter| ch.to_lowercase().eq(std::iter::once(*letter))) {
            wanted.next();
            found.push(at..at + ch.len_utf8());
        }
    }
    if wanted.peek().is_none() { found } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn want(filter: &str) -> Vec<(bool, Want)> {
        let query = Query::parse(filter);
        assert!(query.doubts.is_empty(), "{:?}", query.doubts);
        query.clauses.into_iter().map(|clause| (clause.not, clause.want)).collect()
    }

    fn part(text: &str) -> Wanted {
        Wanted { text: text.to_owned(), whole: false }
    }

    #[test]
    fn words_terms_and_their_negations_are_read() {
        let wants = want(
            "sev:crit,warn is:open -ch:Lab owner:none label.env:\"Prod EU\" age<30m run:failed ~qlag \"queue lag\"",
        );
        assert_eq!(
            wants,
            [
                (false, Want::Severity(vec![0, 1])),
                (false, Want::State(vec![0])),
                (true, Want::Channel(vec![part("lab")])),
                (false, Want::Owner(vec![0], Vec::new())),
                (
                    false,
                    Want::Label {
                        name: "env".to_owned(),
                        values: vec![Wanted { text: "prod eu".to_owned(), whole: true }]
                    }
                ),
                (false, Want::Age { less: true, than_s: 1_800 }),
                (false, Want::Run(vec![1])),
                (false, Want::Loose("qlag".to_owned())),
                (false, Want::Text("queue lag".to_owned())),
            ]
        );
    }

    #[test]
    fn what_is_still_typed_narrows_and_hides_nothing() {
        assert!(want("sev: is: label.env: age< ~ - owner:").is_empty());
        assert_eq!(want("sev:c"), [(false, Want::Severity(vec![0]))]);
        assert_eq!(want("is:m"), [(false, Want::State(vec![4, 5]))]);
        assert_eq!(want("sev:critical"), [(false, Want::Severity(vec![0]))]);
        assert_eq!(want("age<3"), [(false, Want::Age { less: true, than_s: 180 })]);
    }

    #[test]
    fn a_term_that_is_none_is_said_and_searched_as_text() {
        for (filter, said) in [
            ("sevv:crit x", "sevv: is no term, so it is searched as text; did you mean `sev`?"),
            ("is:opne", "did you mean `open`?"),
            ("run:blue", "it knows bad, failed, ok"),
            ("age<tomorrow", "such as age<30m"),
            ("colour:red", "colour: is no term"),
        ] {
            let query = Query::parse(filter);
            let words = query.doubts.join(" ");
            assert!(words.contains(said), "{filter}: {words}");
            let word = filter.split(' ').next().unwrap_or_default();
            assert!(query.clauses.iter().any(|clause| clause.want == Want::Text(word.to_owned())), "{filter}");
        }
        for text in ["https://ci.example/x", "12:30", "10.0.0.7:9100", "\"sev:crit\"", "a<b", "es.nj.01:"] {
            let plain = text.trim_matches('"');
            assert_eq!(want(text), [(false, Want::Text(plain.to_owned()))], "{text}");
        }
    }

    #[test]
    fn a_quoted_value_comes_back_whatever_is_in_it() {
        for value in ["prod", "two words", "a,b", "say \"hi\"", r"C:\x", "a:b -c ~d"] {
            let wants = want(&format!("label.x:{}", quote(value)));
            let values = vec![Wanted { text: value.to_lowercase(), whole: true }];
            assert_eq!(wants, [(false, Want::Label { name: "x".to_owned(), values })]);
        }
    }

    #[test]
    fn what_matched_is_known_by_its_place() {
        let found = |filter: &str, text: &str| {
            let ranges = Query::parse(filter).found_in(text);
            ranges.into_iter().map(|range| text[range].to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(found("queue lag", "Queue LAG of queue-2"), ["Queue", "LAG", "queue"]);
        assert_eq!(found("积压", "队列积压超过"), ["积压"]);
        assert_eq!(found("~qlg", "Queue lag"), ["Q", "l", "g"]);
        assert_eq!(found("-queue sev:crit", "queue"), [] as [&str; 0]);
        assert_eq!(found("ab bc", "xabcx"), ["abc"]);
        assert_eq!(found("i", "İstanbul"), ["İ"]);
    }

    #[test]
    fn every_example_of_the_table_means_what_its_row_says() {
        for term in TERMS {
            let wants = want(term.example);
            let about = match &wants[..] {
                [(false, Want::Severity(_))] => About::Severity,
                [(false, Want::State(_))] => About::State,
                [(false, Want::Run(_))] => About::Run,
                [(false, Want::Channel(_))] => About::Channel,
                [(false, Want::Source(_))] => About::Source,
                [(false, Want::Owner(..))] => About::Owner,
                [(false, Want::Label { .. })] => About::Label,
                [(false, Want::Age { .. })] => About::Age,
                other => panic!("{}: {other:?}", term.example),
            };
            assert_eq!(about, term.about);
            for value in term.values {
                assert_eq!(Term::matching(term.values, value.word).len(), 1, "{}", value.word);
            }
        }
    }
}
