//! Text that many rows hold and few read, kept small.
//!
//! A board of 100,000 incidents holds as many JSON texts that are much alike: the same names in the same order, and a
//! title and labels that come twice. LZ4 with `COMMON` as its dictionary makes them about a third. This is for
//! memory only: it is never stored or sent, so that the form may change with any version.

use std::fmt;
use std::sync::Arc;

use lz4_flex::block::{compress_prepend_size_with_dict, decompress_size_prepended_with_dict};

/// What most incidents have in common, in the order in which they are written.
const COMMON: &str = concat!(
    "\"labels\":{\"alertname\":\"\",\"check\":\"\",\"cluster\":\"\",\"env\":\"prod\",\"host\":\"\",\"instance\":\"\",",
    "\"job\":\"\",\"namespace\":\"\",\"pod\":\"\",\"region\":\"\",\"resource\":\"\",\"service\":\"\",",
    "\"severity\":\"critical\",\"team\":\"platform\"},\"fields\":{},\"description\":\"The has been above for 10 minutes ",
    "\",\"created_at\":0,\"updated_at\":0,\"start_time\":17,\"last_time\":0,\"end_time\":0,\"close_time\":0,",
    "\"incident_severity\":\"Info\",\"incident_status\":\"Info\",\"incident_severity\":\"Warning\",",
    "\"incident_status\":\"Warning\",\"progress\":\"Processing\",{\"incident_id\":\"\",\"num\":\"\",\"title\":\"\",",
    "\"incident_severity\":\"Critical\",\"incident_status\":\"Critical\",\"progress\":\"Triggered\",\"created_at\":17,",
    "\"responders\":[{\"person_id\":0,\"person_name\":\"\",\"email\":\"\",\"assigned_at\":0,\"acknowledged_at\":0}],",
    "\"alerts\":[{\"alert_id\":\"\",\"data_source_id\":null,\"title\":\"\",\"alert_key\":\"\",\"alert_severity\":\"",
    "Critical\",\"alert_status\":\"Critical\",\"progress\":\"Triggered\",\"created_at\":0,\"updated_at\":0,\"start_time\":",
    "17,\"last_time\":0,\"labels\":{\"}}],\"alert_cnt\":1,\"channel_id\":0,\"channel_name\":\"\",\"channel_key\":\"prod/",
    "\",\"detail_url\":\"https://\",\"source\":\"prod\"}",
);

/// A text, packed. Equal texts beside equal ones are packed equally; cloning shares.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Packed(Arc<[u8]>);

impl Packed {
    /// Packs a text; what of it stands in `beside` takes nearly nothing, and `beside` is needed to have it back.
    pub fn new(text: &str, beside: &str) -> Self {
        Self(compress_prepend_size_with_dict(text.as_bytes(), dictionary(beside).as_bytes()).into())
    }

    pub fn text(&self, beside: &str) -> String {
        // Only what `new` packed is in there, so it unpacks; an empty text would be told from a whole one by its reader.
        let unpacked = decompress_size_prepended_with_dict(&self.0, dictionary(beside).as_bytes()).unwrap_or_default();
        String::from_utf8(unpacked).unwrap_or_default()
    }

    pub fn size(&self) -> usize {
        self.0.len()
    }
}

impl fmt::Debug for Packed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Packed({} bytes)", self.size())
    }
}

fn dictionary(beside: &str) -> String {
    [COMMON, beside].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_incidents_have_in_common_takes_little() {
        let labels = r#"{"check":"cpu.idle","cluster":"nj","resource":"es.nj.01","service":"search"}"#;
        let text = format!(
            "{{\"incident_id\":\"64f1a2b3c4\",\"num\":\"054D57\",\"title\":\"cpu.idle < 20%\",\"labels\":{labels},\
             \"alerts\":[{{\"alert_id\":\"9\",\"data_source_id\":null,\"title\":\"cpu.idle < 20%\",\"labels\":{labels}}}]}}"
        );
        let packed = Packed::new(&text, "");
        assert_eq!(packed.text(""), text);
        assert!(packed.size() * 2 < text.len(), "{} of {}", packed.size(), text.len());
        let beside = Packed::new(&text, labels);
        assert_eq!(beside.text(labels), text);
        assert!(beside.size() + 30 < packed.size(), "{} of {}", beside.size(), packed.size());
    }

    #[test]
    fn long_texts_and_far_repetitions_come_back() {
        let noise: Vec<String> = (0..40_000_u32).map(|at| format!("{:x}", at.wrapping_mul(2_654_435_761))).collect();
        let noise = noise.concat();
        for text in [String::new(), "a".repeat(300), "队列".repeat(70_000), format!("{noise}{noise}")] {
            assert_eq!(Packed::new(&text, "").text(""), text);
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "([ab\"{}:,]|labels|title|\\PC|\\x00){0,200}") {
            prop_assert_eq!(Packed::new(&text, "").text(""), text);
        }
    }
}
