//! Page import on the five seed pages and on malformed ones.

use sentinelc::import::import;
use sentinelc::text::Source;

const SEEDS: &[(&str, &str)] = &[
    ("000_ad1fcdb0fcb0e58d.txt", include_str!("../seeds/000_ad1fcdb0fcb0e58d.txt")),
    ("001_334a616ebdc00586.txt", include_str!("../seeds/001_334a616ebdc00586.txt")),
    ("002_9e0b2a14d143da99.txt", include_str!("../seeds/002_9e0b2a14d143da99.txt")),
    ("003_34b45b1513257aee.txt", include_str!("../seeds/003_34b45b1513257aee.txt")),
    ("004_10c873344324db7a.txt", include_str!("../seeds/004_10c873344324db7a.txt")),
];

#[test]
fn dump() {
    for (name, text) in SEEDS {
        let source = Source::new(*name, *text);
        let imported = import(&source).unwrap();
        println!("=== {name} {}\n{}\n---\n{}", imported.name, imported.rule, imported.tests);
        for found in &imported.diagnostics {
            let at = source.position(found.primary.span.start);
            println!("{}:{}: {}: {} [{}]", at.line, at.column, found.level.as_str(), found.message, found.lint);
        }
        for judged in &imported.scenarios {
            println!("{}: {:?}", judged.title, judged.verdict);
        }
    }
}
