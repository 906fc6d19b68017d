//! `diffpatterns_text`: sequences of words that a larger share of one set of texts has than of another (Microsoft:
//! "`diffpatterns_text` plugin").
//!
//! Words stand between white space; a text has a pattern where its words stand one after the other somewhere in it, with any
//! word for each wildcard. How patterns are found is not documented. Here each word that is frequent in one of the sets
//! starts one for that set; the word near it that keeps the difference of the shares largest is added, and so on while the
//! difference does not become smaller.

use std::collections::BTreeMap;
use std::ops::Range;

use hashbrown::HashMap;

use super::diffpatterns::THRESHOLD;
use super::{Arguments, THRESHOLDS, apart, count, percent};
use crate::bind::ir::{self, PluginArg};
use crate::eval::column::{Cells, Column};
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::Scope;
use crate::eval::plan::Stage;
use crate::eval::plugin::Compiled;
use crate::eval::run::Run;
use crate::eval::strings::Strings;
use crate::eval::table::Table;
use crate::text::Span;
use crate::value::{Value, convert};

/// The fewest words of a pattern, unless given.
const LEAST_TOKENS: usize = 1;
/// The most words and wildcards of a pattern, unless given.
const MOST_TOKENS: usize = 20;
/// What stands for any word.
const WILDCARD: &str = "*";

/// A compiled `diffpatterns_text`.
#[derive(Debug)]
pub(crate) struct DiffpatternsText {
    input: Box<Stage>,
    text: Compiled,
    condition: Compiled,
    least_tokens: usize,
    threshold: f64,
    most_tokens: usize,
    span: Span,
}

/// Different texts as words.
struct Texts<'t> {
    /// The number of each word, by text.
    words: Vec<Vec<usize>>,
    vocabulary: Vec<&'t str>,
    /// The numbers of rows with each text: those of which the condition is true, and those of which it is false.
    counts: Vec<[f64; 2]>,
    totals: [f64; 2],
}

/// Words by their places, counted from the first; and what it is found in.
struct Pattern {
    words: BTreeMap<usize, usize>,
    counts: [f64; 2],
}

/// Words by their places in a pattern: the last text that was counted, and the rows that have the word there.
type Near = HashMap<(usize, usize), (usize, [f64; 2])>;

/// A place in a text, counted so that the word a pattern started with is there.
type Occurrence = (usize, usize);

impl DiffpatternsText {
    /// Compiles the plugin's arguments.
    pub(crate) fn compile(
        input: &ir::Rel,
        args: &[PluginArg],
        span: Span,
        compiler: &mut Compiler,
    ) -> Result<Self, Error> {
        let input = Box::new(compiler.rel(input)?);
        let mut args = Arguments::compile("diffpatterns_text", args, span, compiler)?;
        let few = || Error::runtime("diffpatterns_text() needs a text and a condition", span);
        let (text, condition) = (args.next().ok_or_else(few)?, args.next().ok_or_else(few)?);
        let least_tokens = args.number("words at least", &(0..=200), LEAST_TOKENS)?;
        let threshold = args.share("threshold", &THRESHOLDS, THRESHOLD)?;
        let most_tokens = args.number("words at most", &(0..=20), MOST_TOKENS)?;
        Ok(Self { input, text, condition, least_tokens, threshold, most_tokens, span })
    }

    /// Runs the plugin.
    pub(crate) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let input = self.input.run(run)?;
        let scope = Scope::all(input.columns(), input.rows());
        let (column, condition) = (self.text.eval_column(scope, run)?, self.condition.eval_column(scope, run)?);
        let mut rows: BTreeMap<String, [f64; 2]> = BTreeMap::new();
        for row in 0..input.rows() {
            run.budget.row(row, self.span)?;
            let set = match condition.value(row) {
                Value::Bool(true) => 0,
                Value::Bool(false) => 1,
                _ => continue,
            };
            rows.entry(convert::to_text(&column.value(row))).or_default()[set] += 1.0;
        }
        let texts = Texts::of(&rows, self.span, run)?;
        if texts.totals.contains(&0.0) {
            let message = "this is true of all rows or of none, so there are no two sets of texts to compare";
            return Err(Error::runtime(message, self.condition.span));
        }
        let found = self.patterns(&texts, run)?;
        table(stage, &texts, &found)
    }

    /// The patterns that differ enough between the sets, and from each other, by how much more the first set has them.
    fn patterns(&self, texts: &Texts, run: &Run) -> Result<Vec<Pattern>, Error> {
        let mut found: BTreeMap<BTreeMap<usize, usize>, (Vec<usize>, Pattern)> = BTreeMap::new();
        for occurrences in texts.occurrences() {
            for set in [0, 1] {
                let [a, b] = texts.shares(texts.weigh(&occurrences));
                if [a, b][set] < self.threshold {
                    continue;
                }
                let (pattern, occurrences) = self.grow(texts, occurrences.clone(), set, run)?;
                let differs = texts.difference(pattern.counts).abs() >= self.threshold;
                if differs && pattern.words.len() >= self.least_tokens {
                    let mut members: Vec<usize> = occurrences.iter().map(|(text, _)| *text).collect();
                    members.dedup();
                    found.insert(pattern.words.clone(), (members, pattern));
                }
            }
        }
        let mut found: Vec<(Vec<usize>, Pattern)> = found.into_values().collect();
        let size = |(_, pattern): &(Vec<usize>, Pattern)| (texts.difference(pattern.counts).abs(), pattern.words.len());
        found.sort_by(|one, other| {
            let ((one, words), (other, more_words)) = (size(one), size(other));
            other.total_cmp(&one).then(more_words.cmp(&words))
        });
        let weights: Vec<f64> = texts.counts.iter().map(|counts| texts.shares(*counts).iter().sum()).collect();
        let mut kept = apart(found, &weights, |_, _| false, self.span, run)?;
        kept.sort_by(|one, other| texts.difference(other.counts).total_cmp(&texts.difference(one.counts)));
        Ok(kept)
    }

    /// The pattern that a word becomes, and where it is.
    fn grow(
        &self,
        texts: &Texts,
        mut occurrences: Vec<Occurrence>,
        set: usize,
        run: &Run,
    ) -> Result<(Pattern, Vec<Occurrence>), Error> {
        let start = occurrences.first().map_or(0, |&(text, place)| texts.words[text][place]);
        // By place, with the word that the pattern started with in the middle.
        let mut words = BTreeMap::from([(MOST_TOKENS, start)]);
        let more_of_set =
            |counts: [f64; 2]| if set == 0 { texts.difference(counts) } else { -texts.difference(counts) };
        let mut counts = texts.weigh(&occurrences);
        loop {
            run.budget.check(self.span)?;
            let (Some((&first, _)), Some((&last, _))) = (words.first_key_value(), words.last_key_value()) else {
                break;
            };
            let reach = (last + 1).saturating_sub(self.most_tokens)..(first + self.most_tokens);
            let near = texts.near(&occurrences, reach, self.span, run)?;
            let distance = |place: usize| place.saturating_sub(last).max(first.saturating_sub(place));
            let best = near.into_iter().filter(|((place, _), _)| !words.contains_key(place)).max_by(|one, other| {
                let ((place, word), (_, counts)) = one;
                let ((other_place, other_word), (_, other_counts)) = other;
                more_of_set(*counts)
                    .total_cmp(&more_of_set(*other_counts))
                    .then(distance(*other_place).cmp(&distance(*place)))
                    .then((other_place, other_word).cmp(&(place, word)))
            });
            let Some(((place, word), (_, better))) = best else { break };
            let is_too_short = words.len() < self.least_tokens && more_of_set(better) >= self.threshold;
            if more_of_set(better) < more_of_set(counts) && !is_too_short {
                break;
            }
            words.insert(place, word);
            occurrences.retain(|occurrence| texts.word(*occurrence, place) == Some(word));
            counts = better;
        }
        let first = words.first_key_value().map_or(0, |(first, _)| *first);
        let words = words.into_iter().map(|(place, word)| (place - first, word)).collect();
        Ok((Pattern { words, counts }, occurrences))
    }
}

impl<'t> Texts<'t> {
    fn of(rows: &'t BTreeMap<String, [f64; 2]>, span: Span, run: &Run) -> Result<Self, Error> {
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        let (mut words, mut vocabulary) = (Vec::with_capacity(rows.len()), Vec::new());
        for (at, text) in rows.keys().enumerate() {
            run.budget.row(at, span)?;
            let number = |word: &'t str| {
                *numbers.entry(word).or_insert_with(|| {
                    vocabulary.push(word);
                    vocabulary.len() - 1
                })
            };
            words.push(text.split_whitespace().map(number).collect());
        }
        let counts: Vec<[f64; 2]> = rows.values().copied().collect();
        let totals = counts.iter().fold([0.0, 0.0], |[a, b], [c, d]| [a + c, b + d]);
        Ok(Self { words, vocabulary, counts, totals })
    }

    /// Where each word stands, by text.
    fn occurrences(&self) -> Vec<Vec<Occurrence>> {
        let mut occurrences = vec![Vec::new(); self.vocabulary.len()];
        for (text, words) in self.words.iter().enumerate() {
            words.iter().enumerate().for_each(|(place, &word)| occurrences[word].push((text, place)));
        }
        occurrences
    }

    fn shares(&self, counts: [f64; 2]) -> [f64; 2] {
        [counts[0] / self.totals[0], counts[1] / self.totals[1]]
    }

    /// By how much larger the share of the first set is.
    fn difference(&self, counts: [f64; 2]) -> f64 {
        let [a, b] = self.shares(counts);
        a - b
    }

    /// The rows that have one of the occurrences.
    fn weigh(&self, occurrences: &[Occurrence]) -> [f64; 2] {
        let mut texts: Vec<usize> = occurrences.iter().map(|(text, _)| *text).collect();
        texts.dedup();
        texts.iter().fold([0.0, 0.0], |[a, b], &text| [a + self.counts[text][0], b + self.counts[text][1]])
    }

    /// The word at a place of a pattern.
    fn word(&self, (text, middle): Occurrence, place: usize) -> Option<usize> {
        self.words[text].get((middle + place).checked_sub(MOST_TOKENS)?).copied()
    }

    /// What stands at the places within reach.
    fn near(&self, occurrences: &[Occurrence], reach: Range<usize>, span: Span, run: &Run) -> Result<Near, Error> {
        let mut near = Near::new();
        for (at, &occurrence) in occurrences.iter().enumerate() {
            run.budget.row(at, span)?;
            for place in reach.clone() {
                let Some(word) = self.word(occurrence, place) else { continue };
                let (counted, sums) = near.entry((place, word)).or_insert((usize::MAX, [0.0, 0.0]));
                if *counted != occurrence.0 {
                    *counted = occurrence.0;
                    *sums = [sums[0] + self.counts[occurrence.0][0], sums[1] + self.counts[occurrence.0][1]];
                }
            }
        }
        Ok(near)
    }

    fn shown(&self, pattern: &Pattern) -> String {
        let last = pattern.words.last_key_value().map_or(0, |(last, _)| *last);
        let word = |place| pattern.words.get(&place).map_or(WILDCARD, |&word| self.vocabulary[word]);
        (0..=last).map(word).collect::<Vec<_>>().join(" ")
    }
}

fn table(stage: &Stage, texts: &Texts, found: &[Pattern]) -> Result<Table, Error> {
    let counts = |set: usize| Column::Long(Cells::new(found.iter().map(|found| count(found.counts[set])).collect()));
    let percents = |set: usize| {
        let shares = found.iter().map(|found| percent(texts.shares(found.counts)[set], 2));
        Column::Real(Cells::new(shares.collect()))
    };
    let patterns: Vec<String> = found.iter().map(|found| texts.shown(found)).collect();
    let patterns: Strings = patterns.iter().map(String::as_str).collect();
    let columns = vec![counts(0), counts(1), percents(0), percents(1), Column::String(patterns)];
    stage.conform(columns, found.len())
}
