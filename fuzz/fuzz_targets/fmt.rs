//! Formatting any text, as a query and as a rule file: the same tokens, and settled after one run.
#![no_main]

use sentinelc::kql::print::Unformatted;
use sentinelc::text::Source;
use sentinelc::{format, kql, unit};

fn written(syntax: &kql::Syntax) -> Vec<&str> {
    syntax.written().map(|token| token.span.slice(&syntax.text).trim_end()).collect()
}

libfuzzer_sys::fuzz_target!(|text: &str| {
    let syntax = kql::parse(text);
    match kql::print::format(&syntax) {
        Ok(formatted) => {
            let again = kql::parse(&formatted);
            assert_eq!(written(&syntax), written(&again));
            assert_eq!(kql::print::format(&again), Ok(formatted));
        }
        // Which it is depends on white space alone for some texts: `sample-distincto` subtracts, `sample -distincto` samples.
        Err(Unformatted::SyntaxError | Unformatted::ControlCommand | Unformatted::NotTheSame) => {}
    }
    let rule = |text: &str| format::format(&unit::load(Source::new("fuzz.yaml", text))).text;
    let once = rule(text);
    assert_eq!(rule(&once), once);
});
