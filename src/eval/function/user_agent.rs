//! `parse_user_agent()`: what a user agent tells of the browser, the operating system and the device.
//!
//! The service asks a long list of patterns that is not published with it (Microsoft: "`parse_user_agent()`"). Answered
//! here are the forms of user agents that the public list of such patterns, uap-core, has named in the same way for ten
//! years. A user agent with any word beyond them has no answer here: a guess would look like one. So have the versions of
//! Windows, and Edge by its newer name, which the list has come to call otherwise.

use crate::value::Dynamic;

/// A part of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Browser,
    OperatingSystem,
    Device,
}

impl Part {
    /// The part that the function's argument asks for.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let all = [Self::Browser, Self::OperatingSystem, Self::Device];
        all.into_iter().find(|part| part.look_for().eq_ignore_ascii_case(name))
    }

    /// What asks for the part.
    pub(crate) fn look_for(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::OperatingSystem => "os",
            Self::Device => "device",
        }
    }

    /// The part's key in the answer.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Browser => "Browser",
            Self::OperatingSystem => "OperatingSystem",
            Self::Device => "Device",
        }
    }
}

/// A user agent of a form that is known.
pub(crate) struct Known<'a> {
    browser: Named<'a>,
    platform: Platform<'a>,
}

impl<'a> Known<'a> {
    /// `None` where the browser is not certain: its words may tell of another system, too.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let agent = Agent::parse(text)?;
        Some(Self { browser: browser(&agent)?, platform: agent.platform? })
    }

    /// A part of the answer; `None` where it is not certain.
    pub(crate) fn part(&self, part: Part) -> Option<Dynamic> {
        match part {
            Part::Browser => Some(self.browser.bag(&["MajorVersion", "MinorVersion", "Patch"])),
            Part::OperatingSystem => {
                Some(self.platform.system()?.bag(&["MajorVersion", "MinorVersion", "Patch", "PatchMinor"]))
            }
            Part::Device => self.platform.device(),
        }
    }
}

/// A family and its version.
struct Named<'a> {
    family: &'static str,
    version: Vec<&'a str>,
}

impl<'a> Named<'a> {
    /// `None` where the version is anything but numbers.
    fn new(family: &'static str, version: &'a str) -> Option<Self> {
        let version: Vec<&str> = version.split(['.', '_']).collect();
        version.iter().all(|number| is_number(number)).then_some(Self { family, version })
    }

    fn bag(&self, places: &[&str]) -> Dynamic {
        let version = self.version.iter().copied().chain(std::iter::repeat(""));
        let places = places.iter().copied().zip(version);
        texts([("Family", self.family)].into_iter().chain(places))
    }
}

fn texts<'t>(slots: impl IntoIterator<Item = (&'t str, &'t str)>) -> Dynamic {
    Dynamic::Bag(slots.into_iter().map(|(key, text)| (key.to_owned(), Dynamic::String(text.to_owned()))).collect())
}

/// A user agent: its products in order, and the system that the first remark names.
struct Agent<'a> {
    products: Vec<(&'a str, &'a str)>,
    platform: Option<Platform<'a>>,
}

impl<'a> Agent<'a> {
    /// `None` of a text of another form: words between spaces, remarks between brackets.
    fn parse(text: &'a str) -> Option<Self> {
        let mut agent = Self { products: Vec::new(), platform: None };
        let mut rest = text.trim();
        while !rest.is_empty() {
            if let Some(remark) = rest.strip_prefix('(') {
                let (remark, after) = remark.split_once(')')?;
                agent.remark(remark)?;
                rest = after.trim_start();
                continue;
            }
            let (word, after) = rest.split_once(' ').unwrap_or((rest, ""));
            let (name, version) = word.split_once('/').unwrap_or((word, ""));
            if version.contains('/') {
                return None;
            }
            agent.products.push((name, version));
            rest = after.trim_start();
        }
        Some(agent)
    }

    fn remark(&mut self, remark: &'a str) -> Option<()> {
        if remark == "KHTML, like Gecko" {
            return Some(());
        }
        if self.platform.is_some() || self.products.len() != 1 {
            return None;
        }
        self.platform = Some(Platform::parse(remark)?);
        Some(())
    }

    fn names(&self) -> Vec<&'a str> {
        self.products.iter().map(|(name, _)| *name).collect()
    }

    fn version(&self, name: &str) -> Option<&'a str> {
        self.products.iter().find(|(product, _)| *product == name).map(|(_, version)| *version)
    }
}

/// The system that a user agent names.
enum Platform<'a> {
    /// Windows, and the version of Internet Explorer if it is that.
    Windows {
        explorer: Option<&'a str>,
    },
    Mac {
        version: &'a str,
    },
    Linux {
        distribution: &'static str,
    },
    Android {
        version: &'a str,
    },
    AppleMobile {
        device: &'static str,
        version: &'a str,
    },
    Symbian {
        version: &'a str,
        series: &'a str,
        phone: &'a str,
    },
}

impl<'a> Platform<'a> {
    fn parse(remark: &'a str) -> Option<Self> {
        let details: Vec<&str> = remark.split(';').map(str::trim).filter(|detail| !detail.is_empty()).collect();
        let details: Vec<&str> = details.into_iter().filter(|detail| !is_aside(detail)).collect();
        let unrevised = match details.as_slice() {
            [system, rest @ .., revision] if !is_windows(system) && revision.starts_with("rv:") => {
                &details[..=rest.len()]
            }
            all => all,
        };
        match unrevised {
            [system, rest @ ..] if is_windows(system) => Self::windows(rest),
            ["compatible", explorer, system, rest @ ..] if is_windows(system) => {
                let explorer = explorer.strip_prefix("MSIE ")?;
                let is_known = |detail: &&str| is_explorer_detail(detail) && is_engine_of(detail, explorer);
                rest.iter().all(is_known).then_some(Self::Windows { explorer: Some(explorer) })
            }
            ["Macintosh", system] => Some(Self::Mac { version: system.strip_prefix("Intel Mac OS X ")? }),
            ["X11", system] if is_linux(system) => Some(Self::Linux { distribution: "Linux" }),
            ["X11", "Ubuntu", system] if is_linux(system) => Some(Self::Linux { distribution: "Ubuntu" }),
            ["Linux", android] => Some(Self::Android { version: android.strip_prefix("Android ")? }),
            ["Linux", android, device] if is_device_name(device) => {
                Some(Self::Android { version: android.strip_prefix("Android ")? })
            }
            [device, system] => Self::apple_mobile(device, system),
            _ => None,
        }
        .or_else(|| Self::symbian(remark))
    }

    fn windows(details: &[&'a str]) -> Option<Self> {
        let [known @ .., revision] = details else { return Some(Self::Windows { explorer: None }) };
        if !known.iter().all(|detail| is_explorer_detail(detail)) {
            return None;
        }
        match revision.strip_prefix("rv:") {
            Some(version) if known.iter().any(|detail| detail.starts_with("Trident/")) => {
                Some(Self::Windows { explorer: Some(version) })
            }
            Some(_) => known.iter().all(|detail| is_processor(detail)).then_some(Self::Windows { explorer: None }),
            None => details.iter().all(|detail| is_processor(detail)).then_some(Self::Windows { explorer: None }),
        }
    }

    fn apple_mobile(device: &str, system: &'a str) -> Option<Self> {
        let device = match device {
            "iPhone" => "iPhone",
            "iPad" => "iPad",
            "iPod" | "iPod touch" => "iPod",
            _ => return None,
        };
        let version = system.strip_suffix(" like Mac OS X")?;
        let version = version.strip_prefix("CPU iPhone OS ").or_else(|| version.strip_prefix("CPU OS "))?;
        Some(Self::AppleMobile { device, version })
    }

    /// Nokia's phones: the words of the remark are products too.
    fn symbian(remark: &'a str) -> Option<Self> {
        let (mut version, mut series, mut phone) = (None, None, None);
        for word in remark.split([';', ' ']).filter(|word| !word.is_empty()) {
            match word.split_once('/') {
                Some(("SymbianOS", number)) => version = Some(number),
                Some(("Series60", number)) => series = Some(number),
                Some(("Profile" | "Configuration", _)) => {}
                Some((model, _)) => phone = Some(model.strip_prefix("Nokia")?),
                None if is_aside(word) => {}
                None => return None,
            }
        }
        let is_model = |model: &&str| model.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let phone = phone.filter(is_model).filter(|model| !model.contains("Navigator"))?;
        Some(Self::Symbian { version: version?, series: series.filter(|series| series.starts_with("3."))?, phone })
    }

    fn system(&self) -> Option<Named<'a>> {
        match *self {
            Self::Windows { .. } => None,
            Self::Mac { version } => Named::new("Mac OS X", version),
            Self::Linux { distribution } => Some(Named { family: distribution, version: Vec::new() }),
            Self::Android { version } => {
                Named::new("Android", version).filter(|named| (2..=3).contains(&named.version.len()))
            }
            Self::AppleMobile { version, .. } => Named::new("iOS", version),
            Self::Symbian { version, .. } => Named::new("Symbian OS", version),
        }
    }

    fn device(&self) -> Option<Dynamic> {
        match self {
            Self::AppleMobile { device, .. } => {
                Some(texts([("Family", *device), ("Brand", "Apple"), ("Model", *device)]))
            }
            Self::Symbian { phone, .. } => {
                let family = format!("Nokia {}", phone_family(phone));
                Some(texts([("Family", family.as_str()), ("Brand", "Nokia"), ("Model", *phone)]))
            }
            _ => None,
        }
    }
}

/// The models of Nokia's N line are one family by their number; others each are one.
fn phone_family(model: &str) -> &str {
    let digits = model.strip_prefix('N').map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
    if digits == 0 { model } else { &model[..=digits] }
}

fn browser<'a>(agent: &Agent<'a>) -> Option<Named<'a>> {
    use Platform as P;
    let by = |family, product| Named::new(family, agent.version(product)?);
    if !agent.version("AppleWebKit").is_none_or(|version| version.split('.').all(is_number)) {
        return None;
    }
    match (agent.names().as_slice(), agent.platform.as_ref()?) {
        (["Mozilla"] | ["Mozilla", "like", "Gecko"], P::Windows { explorer: Some(version) }) => {
            Named::new("IE", version)
        }
        (names, platform) if is_desktop(platform) => match names {
            ["Mozilla", "Gecko", "Firefox"] => by("Firefox", "Firefox"),
            ["Mozilla", "AppleWebKit", "Chrome", "Safari"] => by("Chrome", "Chrome"),
            ["Mozilla", "AppleWebKit", "Chrome", "Safari", "OPR"] => by("Opera", "OPR"),
            ["Mozilla", "AppleWebKit", "Chrome", "Safari", "Edge"] => {
                by("Edge", "Edge").filter(|edge| edge.version.len() > 1)
            }
            ["Mozilla", "AppleWebKit", "Version", "Safari"] => by("Safari", "Version"),
            ["Mozilla", "AppleWebKit", "AdobeAIR"] => by("AdobeAIR", "AdobeAIR"),
            _ => None,
        },
        (["Mozilla", "AppleWebKit", "Chrome", "Mobile", "Safari"], P::Android { .. }) => by("Chrome Mobile", "Chrome"),
        (["Mozilla", "AppleWebKit", "Chrome", "Safari"], P::Android { .. }) => by("Chrome", "Chrome"),
        (
            ["Mozilla", "AppleWebKit", "Version", "Safari"] | ["Mozilla", "AppleWebKit", "Version", "Mobile", "Safari"],
            P::Android { version },
        ) => Named::new("Android", version),
        (["Mozilla", "AppleWebKit", "Chrome", "Mobile", "Safari", "OPR"], P::Android { .. }) => {
            by("Opera Mobile", "OPR")
        }
        (["Mozilla", "AppleWebKit", "Version", "Mobile", "Safari"], P::AppleMobile { .. }) => {
            by("Mobile Safari", "Version")
        }
        (["Mozilla", "AppleWebKit", "CriOS", "Mobile", "Safari"], P::AppleMobile { .. }) => {
            by("Chrome Mobile iOS", "CriOS")
        }
        (["Mozilla", "AppleWebKit", "FxiOS", "Mobile", "Safari"], P::AppleMobile { .. }) => by("Firefox iOS", "FxiOS"),
        (["Mozilla", "AppleWebKit", "Safari"], P::Symbian { series, .. }) => Named::new("Nokia OSS Browser", series),
        _ => None,
    }
}

fn is_desktop(platform: &Platform) -> bool {
    matches!(platform, Platform::Windows { explorer: None } | Platform::Mac { .. } | Platform::Linux { .. })
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The grade of encryption or the language, which say nothing of the system.
fn is_aside(detail: &str) -> bool {
    let (language, country) = detail.split_once(['-', '_']).unwrap_or((detail, "us"));
    let is_code = |code: &str| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphabetic());
    matches!(detail, "U" | "N" | "I")
        || language.bytes().all(|byte| byte.is_ascii_lowercase()) && is_code(language) && is_code(country)
}

fn is_windows(detail: &str) -> bool {
    detail == "Windows" || detail.strip_prefix("Windows NT ").is_some_and(|version| version.split('.').all(is_number))
}

fn is_processor(detail: &str) -> bool {
    matches!(detail, "Win64" | "x64" | "WOW64")
}

fn is_explorer_detail(detail: &str) -> bool {
    let is_version = |text: &str| text.split('.').all(is_number);
    is_processor(detail)
        || detail.strip_prefix("Trident/").is_some_and(is_version)
        || detail.strip_prefix(".NET CLR ").is_some_and(is_version)
        || matches!(detail, "Touch" | "SLCC1" | "SLCC2" | "SV1" | ".NET4.0C" | ".NET4.0E")
}

/// An engine that is named beside a browser is that of its version: other pairs are a browser that poses as an older one.
fn is_engine_of(detail: &str, explorer: &str) -> bool {
    let Some(engine) = detail.strip_prefix("Trident/") else { return true };
    let major = |version: &str| version.split('.').next().and_then(|number| number.parse::<u32>().ok());
    major(engine).map(|engine| engine + 4) == major(explorer)
}

fn is_linux(detail: &str) -> bool {
    matches!(detail, "Linux x86_64" | "Linux i686" | "Linux i586" | "Linux aarch64")
}

/// The name and build of an Android device.
fn is_device_name(detail: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b" -_./".contains(&byte);
    let lower = detail.to_ascii_lowercase();
    detail.bytes().all(is_plain) && !["bot", "crawl", "spider", "wv"].iter().any(|word| lower.contains(word))
}
