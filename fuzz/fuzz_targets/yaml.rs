//! Loading any text as a rule file: never fails, and every finding has a place in the file.
#![no_main]

use sentinelc::text::Source;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let unit = sentinelc::unit::load(Source::new("fuzz.yaml", text));
    for diagnostic in &unit.diagnostics {
        assert!(text.get(diagnostic.primary.span.range()).is_some(), "{diagnostic:?}");
    }
});
