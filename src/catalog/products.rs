//! Which vendor names, domains and files belong to which product. A lint asks whose a value is ([`Products::claims_to_name`])
//! and how two products are related ([`Products::relation`]). Read from `schemas/catalog/products`, whose README
//! describes the format and the sources. Values are compared whole, after taking away case, punctuation and company
//! suffixes; a name inside another name proves nothing (`Fleet` and `FleetDeck` are two vendors).

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

static TEXT: &str = include_str!("../../schemas/catalog/products/remote_access.txt");
static SUFFIXES: LazyLock<HashSet<&str>> =
    LazyLock::new(|| lines_of(include_str!("../../schemas/catalog/products/company_suffixes.txt")).collect());
static SHARED_HOSTS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| lines_of(include_str!("../../schemas/catalog/products/shared_hosts.txt")).collect());
static PRODUCTS: LazyLock<Products> = LazyLock::new(|| Products::read(TEXT));

/// The product catalogue.
#[derive(Debug, Default)]
pub struct Products {
    entries: Vec<Product>,
    by_name: HashMap<String, Vec<Claim>>,
    by_domain: HashMap<String, Vec<Claim>>,
    by_file: HashMap<String, Vec<Claim>>,
}

/// A product in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProductId(usize);

/// One product.
#[derive(Debug, Default)]
pub struct Product {
    /// Its name.
    pub name: String,
    /// What is known to be its own.
    pub facts: Vec<Fact>,
    /// Other products it belongs together with.
    pub edges: Vec<Edge>,
}

/// A value that belongs to a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What kind of value it is.
    pub kind: FactKind,
    /// How much it proves.
    pub weight: Weight,
    /// The value as its sources give it.
    pub value: String,
    /// Who said so.
    pub sources: Vec<String>,
}

/// The kinds of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FactKind {
    /// Another name of the product.
    Alias,
    /// A company name in its files.
    Company,
    /// The subject of a certificate its files are signed with.
    Signer,
    /// A product name in its files.
    Product,
    /// A host it talks to or is published on.
    Domain,
    /// The name of one of its files.
    File,
}

/// How much a value proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Weight {
    /// One source and no likeness to the product's name: enough to excuse a value, not to accuse one.
    Weak,
    /// Several sources, but no likeness to the product's name.
    Supported,
    /// It resembles the product's name.
    Named,
}

/// How a product belongs together with another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// What binds them.
    pub kind: EdgeKind,
    /// The other product's name.
    pub other: String,
    /// For [`EdgeKind::Owner`]: the vendor before.
    pub former: Option<String>,
    /// For [`EdgeKind::Owner`]: when it was taken over, in words.
    pub since: Option<String>,
    /// Who said so.
    pub sources: Vec<String>,
}

/// What binds two products.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EdgeKind {
    /// The other's vendor took this one over.
    Owner,
    /// The other's vendor is named in this one's files.
    Publisher,
    /// Both are sold together.
    ListedWith,
}

/// A product's claim to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// Whose the value is.
    pub product: ProductId,
    /// How much that is worth.
    pub weight: Weight,
    /// The fact in [`Product::facts`]; `None` where the value is the product's name.
    pub fact: Option<usize>,
}

/// The catalogue, read at its first use.
pub fn products() -> &'static Products {
    &PRODUCTS
}

impl Products {
    fn read(text: &str) -> Self {
        let mut all = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let Some(fact) = line.strip_prefix("  ") else {
                all.entries.push(Product { name: line.to_owned(), ..Product::default() });
                continue;
            };
            if let Some(product) = all.entries.last_mut() {
                product.read_line(fact);
            }
        }
        all.index();
        all
    }

    fn index(&mut self) {
        for (index, product) in self.entries.iter().enumerate() {
            let product_id = ProductId(index);
            let named = Claim { product: product_id, weight: Weight::Named, fact: None };
            claim(&mut self.by_name, normal_name(&product.name), named);
            for (number, fact) in product.facts.iter().enumerate() {
                let made = Claim { product: product_id, weight: fact.weight, fact: Some(number) };
                match fact.kind {
                    FactKind::Domain => claim(&mut self.by_domain, fact.value.clone(), made),
                    FactKind::File => claim(&mut self.by_file, fact.value.clone(), made),
                    _ => claim(&mut self.by_name, normal_name(&fact.value), made),
                }
            }
        }
    }

    /// The product behind an id.
    pub fn get(&self, id: ProductId) -> &Product {
        &self.entries[id.0]
    }

    /// Every product.
    pub fn all(&self) -> impl Iterator<Item = &Product> {
        self.entries.iter()
    }

    /// Whose name `value` is: of a product, a company, a signer. Empty where nobody claims it.
    pub fn claims_to_name(&self, value: &str) -> &[Claim] {
        self.by_name.get(&normal_name(value)).map_or(&[], Vec::as_slice)
    }

    /// Whose file `value` is; a path counts by its last component.
    pub fn claims_to_file(&self, value: &str) -> &[Claim] {
        let name = value.rsplit(['\\', '/']).next().unwrap_or(value).to_lowercase();
        self.by_file.get(&name).map_or(&[], Vec::as_slice)
    }

    /// Whose host `value` is. `value` is a host, a wildcard for hosts, or an address; the longest known name it lies in
    /// decides, then the registrable name it shares with a known one.
    pub fn claims_to_domain(&self, value: &str) -> Vec<Claim> {
        let Some(host) = host_of(value) else { return Vec::new() };
        let mut rest = host.as_str();
        while !SHARED_HOSTS.contains(rest) && rest.contains('.') {
            if let Some(claims) = self.by_domain.get(rest) {
                return claims.clone();
            }
            rest = rest.split_once('.').map_or("", |(_, rest)| rest);
        }
        // `relay.example.com` is known and the rule says `example.com`: whoever holds the one holds the other.
        let registered = registrable(&host);
        if SHARED_HOSTS.contains(registered.as_str()) {
            return Vec::new();
        }
        let below = format!(".{registered}");
        let known = self.by_domain.iter().filter(|(name, _)| name.ends_with(&below));
        let mut claims: Vec<Claim> = known.flat_map(|(_, claims)| claims.iter().copied()).collect();
        claims.sort_by_key(|claim| (claim.product, std::cmp::Reverse(claim.weight), claim.fact));
        claims.dedup_by_key(|claim| claim.product);
        claims
    }

    /// The products that a text (a rule's name) speaks of: longest names first found, names inside a longer found name
    /// do not count. In the order of the text.
    pub fn named_in(&self, text: &str) -> Vec<Mention> {
        let words = words_of(text);
        let mut found: Vec<Mention> = Vec::new();
        for length in (1..=words.len().min(6)).rev() {
            for window in words.windows(length) {
                let (start, end) = (window[0].0, window[length - 1].1);
                if found.iter().any(|mention| start < mention.end && mention.start < end) {
                    continue;
                }
                let products = self.called(&text[start..end]);
                if !products.is_empty() {
                    found.push(Mention { start, end, products });
                }
            }
        }
        found.sort_by_key(|mention| mention.start);
        found
    }

    fn called(&self, name: &str) -> BTreeSet<ProductId> {
        let is_name =
            |claim: &&Claim| claim.fact.is_none_or(|fact| self.get(claim.product).facts[fact].kind == FactKind::Alias);
        // Without suffixes taken away: a rule's name that says "co" or "group" names no company by that.
        let plain = letters(name);
        let claims = self.by_name.get(&plain).map_or(&[][..], Vec::as_slice);
        claims.iter().filter(is_name).map(|claim| claim.product).collect()
    }

    /// What binds two products, if anything: an edge of either, a name, vendor or host that both hold.
    pub fn relation(&self, one: ProductId, other: ProductId) -> Option<Relation<'_>> {
        if one == other {
            return Some(Relation::Same);
        }
        let edge = |from: ProductId, to: ProductId| {
            let to = &self.get(to).name;
            self.get(from).edges.iter().find(|edge| edge.other == *to)
        };
        if let Some(edge) = edge(one, other) {
            return Some(Relation::Edge(edge));
        }
        if let Some(edge) = edge(other, one) {
            return Some(Relation::Edge(edge));
        }
        let (ours, theirs) = (self.holdings(one), self.holdings(other));
        ours.iter().find(|(key, _)| theirs.contains_key(*key)).map(|(_, value)| Relation::Shared(value))
    }

    /// The names, vendors and registrable domains that are surely a product's, by the form they are compared in.
    fn holdings(&self, id: ProductId) -> HashMap<String, &str> {
        let product = self.get(id);
        let facts = product.facts.iter().filter(|fact| fact.kind != FactKind::File && fact.weight > Weight::Weak);
        let known = facts.map(|fact| match fact.kind {
            FactKind::Domain => (registrable(&fact.value), fact.value.as_str()),
            _ => (normal_name(&fact.value), fact.value.as_str()),
        });
        known.chain([(normal_name(&product.name), product.name.as_str())]).collect()
    }
}

/// A name of products found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Byte offset of its first character.
    pub start: usize,
    /// Byte offset after its last character.
    pub end: usize,
    /// The products of that name.
    pub products: BTreeSet<ProductId>,
}

/// What binds two products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation<'p> {
    /// They are one product.
    Same,
    /// One names the other.
    Edge(&'p Edge),
    /// Both hold this name, vendor or host.
    Shared(&'p str),
}

impl Product {
    fn read_line(&mut self, line: &str) {
        let (fact, sources) = line.split_once(" <- ").unwrap_or((line, ""));
        let Some((word, value)) = fact.split_once(' ') else { return };
        let sources = sources.split(" | ").filter(|source| !source.is_empty()).map(str::to_owned).collect();
        let weight = match word.as_bytes().last() {
            Some(b'~') => Weight::Weak,
            Some(b'+') => Weight::Supported,
            Some(b'-') => return,
            _ => Weight::Named,
        };
        let word = word.trim_end_matches(['~', '+']);
        if let Some(kind) = FactKind::parse(word) {
            self.facts.push(Fact { kind, weight, value: value.to_owned(), sources });
        } else if let Some(kind) = EdgeKind::parse(word) {
            self.edges.push(Edge::read(kind, value, sources));
        }
    }
}

impl Edge {
    fn read(kind: EdgeKind, value: &str, sources: Vec<String>) -> Self {
        let (value, since) = value.split_once(" since ").map_or((value, None), |(value, since)| (value, Some(since)));
        let (other, former) = value.split_once(" from ").map_or((value, None), |(other, former)| (other, Some(former)));
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Self { kind, other: other.to_owned(), former: owned(former), since: owned(since), sources }
    }
}

impl FactKind {
    fn parse(word: &str) -> Option<Self> {
        match word {
            "alias" => Some(Self::Alias),
            "company" => Some(Self::Company),
            "signer" => Some(Self::Signer),
            "product" => Some(Self::Product),
            "domain" => Some(Self::Domain),
            "file" => Some(Self::File),
            _ => None,
        }
    }
}

impl EdgeKind {
    fn parse(word: &str) -> Option<Self> {
        match word {
            "owner" => Some(Self::Owner),
            "published-by" => Some(Self::Publisher),
            "listed-with" => Some(Self::ListedWith),
            _ => None,
        }
    }
}

fn claim(index: &mut HashMap<String, Vec<Claim>>, key: String, made: Claim) {
    if key.is_empty() {
        return;
    }
    let claims = index.entry(key).or_default();
    match claims.iter_mut().find(|claim| claim.product == made.product) {
        Some(claim) if claim.weight < made.weight => *claim = made,
        Some(_) => {}
        None => claims.push(made),
    }
}

/// The form names are compared in: lower case, letters and digits only, company suffixes off the end.
pub fn normal_name(name: &str) -> String {
    let words: Vec<String> = words_of(name).into_iter().map(|(start, end)| name[start..end].to_lowercase()).collect();
    let suffixes = words.iter().rev().take_while(|word| SUFFIXES.contains(word.as_str())).count();
    words[..words.len() - suffixes.min(words.len().saturating_sub(1))].concat()
}

fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The runs of letters and digits of a text, as byte ranges.
fn words_of(text: &str) -> Vec<(usize, usize)> {
    let mut words: Vec<(usize, usize)> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
        let end = at + c.len_utf8();
        match words.last_mut() {
            Some(word) if word.1 == at => word.1 = end,
            _ => words.push((at, end)),
        }
    }
    words
}

/// The host of an address or host pattern, lower case, without a leading wildcard; `None` for what is no host name.
pub fn host_of(value: &str) -> Option<String> {
    let value = value.trim().to_ascii_lowercase();
    let after_scheme = value.split_once("://").map_or(value.as_str(), |(_, rest)| rest);
    let host = after_scheme.split(['/', ':', '?']).next()?.trim_start_matches("*.").trim_matches('.');
    let valid = |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let is_name = host.contains('.') && host.split('.').all(valid) && host.bytes().any(|b| b.is_ascii_alphabetic());
    is_name.then(|| host.to_owned())
}

/// Whether many parties have names under this host, or none of its own is known: it says nothing about a product.
pub fn is_shared_host(host: &str) -> bool {
    SHARED_HOSTS.contains(host)
}

/// The part of a host that one party registered: `kaseya.com` of `stun.kaseya.com`, `x.co.uk` of `a.x.co.uk`.
pub fn registrable(host: &str) -> String {
    let mut kept = host;
    let mut rest = host;
    while let Some((_, parent)) = rest.split_once('.') {
        if SHARED_HOSTS.contains(parent) || !parent.contains('.') {
            kept = rest;
            break;
        }
        rest = parent;
    }
    kept.to_owned()
}

fn lines_of(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owners(claims: &[Claim]) -> Vec<&'static str> {
        claims.iter().map(|claim| products().get(claim.product).name.as_str()).collect()
    }

    #[test]
    fn every_line_of_the_catalogue_is_read() {
        let lines = TEXT.lines().filter(|line| line.starts_with("  ")).filter(|line| {
            let word = line.trim_start().split(' ').next().unwrap_or_default();
            !word.ends_with('-')
        });
        let read: usize = products().all().map(|product| product.facts.len() + product.edges.len()).sum();
        assert_eq!(read, lines.count());
        let names: HashSet<&str> = products().all().map(|product| product.name.as_str()).collect();
        for edge in products().all().flat_map(|product| &product.edges) {
            assert!(names.contains(edge.other.as_str()), "{edge:?} names no product");
            assert!(!edge.sources.is_empty(), "{edge:?} has no source");
        }
    }

    #[test]
    fn company_suffixes_do_not_matter_but_contained_names_do() {
        assert_eq!(normal_name("RealVNC Ltd."), normal_name("RealVNC"));
        assert_ne!(normal_name("FleetDeck Inc"), normal_name("Fleet"));
        assert_eq!(normal_name("Co"), "co");
    }

    #[test]
    fn a_host_belongs_to_whom_the_longest_known_name_belongs() {
        assert_eq!(owners(&products().claims_to_domain("https://api.FleetDM.com/x")), ["Fleet"]);
        assert_eq!(owners(&products().claims_to_domain("*.stun.kaseya.com")), ["Kaseya (VSA)"]);
        assert!(products().claims_to_domain("amazonaws.com").is_empty());
        assert!(products().claims_to_domain("notkaseya.com").is_empty());
        assert_eq!(registrable("a.b.x.co.uk"), "x.co.uk");
    }

    #[test]
    fn a_text_names_whole_words_only() {
        let named =
            |text: &str| products().named_in(text).iter().map(|m| text[m.start..m.end].to_owned()).collect::<Vec<_>>();
        assert_eq!(named("Remote tool - FleetDeck - Network Connection"), ["FleetDeck"]);
        assert_eq!(named("Remote tool - Distant Desktop and AnyDesk"), ["Distant Desktop", "AnyDesk"]);
        assert!(named("Sublevels of fleets").is_empty());
    }
}
