//! A rule that is written in another way than most of its repository.

use crate::diag::{Diagnostic, Level};
use crate::lint::{Check, Context, Lint};
use crate::rule::dialect;

pub(super) static LINT: Lint = Lint {
    name: "mixed-dialects",
    group: "format",
    level: Level::Warning,
    summary: "durations or techniques are written in another dialect than in the rest of the repository",
    page: include_str!("mixed_dialects.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    let signs = dialect::signs(cx.rule());
    let Some(&(own, at)) = signs.first() else { return };
    let text = |span| cx.unit.source.slice(span);
    if let Some(&(_, odd)) = signs.iter().find(|(dialect, _)| *dialect != own) {
        let message = format!("`{}` and `{}` are of two dialects, in one rule", text(at), text(odd));
        let found = LINT.finding(odd, message).related(at, "the other dialect");
        sink.push(found.help("`sentinelc fmt --dialect upstream` or `--dialect iso` writes the rule in one"));
        return;
    }
    let identities = cx.surroundings.repository.identities();
    let ((mine, _), (theirs, other)) = (identities.written_in(own), identities.written_in(own.other()));
    // Of two halves the one is to give way that Microsoft's own templates are not written in.
    let gives_way = mine < theirs || (mine == theirs && own == dialect::Dialect::Iso);
    let Some(other) = other.filter(|_| gives_way) else { return };
    let message = format!(
        "`{}` is written {}; {theirs} of the repository's {} rules are written {}",
        text(at),
        own.describe(),
        mine + theirs,
        own.other().describe()
    );
    let mut found = LINT.finding(at, message);
    found.elsewhere.push(other.at_name());
    let help = format!("`sentinelc fmt --dialect {}` changes that, and nothing else", own.other().as_str());
    sink.push(found.help(help));
}
