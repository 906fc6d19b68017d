//! A file as a table: its columns are known once it is open, its rows are read when a query asks for them.
//!
//! A chunk of the file knows where its cells stand; a column is made of them when it is asked for, for the rows that are
//! asked for. So a query that reads two columns of a hundred, or keeps one row of a million, pays for those alone. Chunks
//! stay in memory while they take less than half of what is allowed; those of a larger file are read again for each use.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::cell::Names;
use super::convert::{Converter, Failures, Target};
use super::delimited::Header;
use super::infer::Inference;
use super::input::{Packing, Source};
use super::scan::{Chunk, Scan};
use super::{Format, Layout, LoadError, Schema};
use crate::eval::column::Column;
use crate::eval::limits::{Budget, Limits};
use crate::eval::table::Table;
use crate::value::Type;

/// A table whose rows stand in a file.
#[derive(Debug)]
pub struct TableFile {
    path: Arc<Path>,
    source: Source,
    layout: Layout,
    limits: Limits,
    names: Names,
    targets: Vec<Target>,
    /// All chunks, unless they are too large to keep.
    kept: Option<Vec<Arc<Chunk>>>,
    fits: bool,
    /// Later rows may have columns that are not known.
    is_guess: bool,
    is_surprised: AtomicBool,
    progress: Progress,
    whole: OnceLock<Table>,
    failures: Mutex<BTreeMap<(usize, usize), Failures>>,
}

/// How much of a file is read to learn its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    All,
    /// Until the schema knows all columns so far.
    Start,
}

/// How many bytes of a file have been read, for whoever watches.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<AtomicU64>);

impl Progress {
    /// Bytes of the file as it is on disk.
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl TableFile {
    /// Opens a file and learns its columns: those of `schema` have their types, others the narrowest that fits all their
    /// cells. Reads the whole file unless a header names the columns and the schema knows them all. Fails on content that
    /// is not of the file's format, with the line.
    pub fn open(path: &Path, schema: &Schema, limits: Limits, progress: Progress) -> Result<Self, LoadError> {
        Self::by_name(path, limits, progress)?.learn(schema, Extent::All)
    }

    /// Like [`TableFile::open`], but where the schema knows all columns of the file's first rows, no further ones are
    /// expected. If a later row has one, reading fails and [`TableFile::is_surprised`] says so: then the file must be
    /// opened with [`TableFile::open`].
    pub fn open_start(path: &Path, schema: &Schema, limits: Limits, progress: Progress) -> Result<Self, LoadError> {
        Self::by_name(path, limits, progress)?.learn(schema, Extent::Start)
    }

    fn by_name(path: &Path, limits: Limits, progress: Progress) -> Result<Self, LoadError> {
        let layout = Layout { format: Format::from_path(path), header: Header::InFile };
        Self::new(path, Source::File(path.into()), layout, limits, progress)
    }

    /// Opens a file of a known layout; without a header in the file its fields are the columns of `schema`, in order.
    pub fn open_as(path: &Path, layout: Layout, schema: &Schema, limits: Limits) -> Result<Self, LoadError> {
        let mut file = Self::new(path, Source::File(path.into()), layout, limits, Progress::default())?;
        if layout.header != Header::InFile && !matches!(file.layout.format, Some(Format::Json | Format::Parquet)) {
            for (name, _) in schema {
                file.names.index(name);
            }
        }
        file.learn(schema, Extent::All)
    }

    /// Like [`TableFile::open`] for the bytes of a file; `path` is for messages alone.
    pub(super) fn from_bytes(
        path: &Path,
        bytes: &[u8],
        format: Option<Format>,
        schema: &Schema,
    ) -> Result<Self, LoadError> {
        let layout = Layout { format, header: Header::InFile };
        let source = Source::Memory(bytes.into());
        Self::new(path, source, layout, Limits::default(), Progress::default())?.learn(schema, Extent::All)
    }

    /// A file of which nothing was read.
    fn new(
        path: &Path,
        source: Source,
        mut layout: Layout,
        limits: Limits,
        progress: Progress,
    ) -> Result<Self, LoadError> {
        if source.packing().map_err(|error| LoadError::io(path, error))? == Packing::Parquet {
            layout.format = Some(Format::Parquet);
        }
        Ok(Self {
            path: path.into(),
            source,
            layout,
            limits,
            names: Names::default(),
            targets: Vec::new(),
            kept: None,
            fits: false,
            is_guess: false,
            is_surprised: AtomicBool::new(false),
            progress,
            whole: OnceLock::new(),
            failures: Mutex::default(),
        })
    }

    /// Learns the columns.
    fn learn(mut self, schema: &Schema, extent: Extent) -> Result<Self, LoadError> {
        let budget = Budget::new(self.limits);
        let mut learned = Learned { schema, columns: Vec::new(), kept: Some(Vec::new()), bytes: 0 };
        let mut scan = self.scan()?;
        let mut is_whole = true;
        while let Some(chunk) = scan.next()? {
            self.check(&budget)?;
            learned.see(scan.names().all(), chunk, self.limits.bytes / 2, scan.has_typed_cells());
            let is_enough = scan.has_fixed_columns() || extent == Extent::Start;
            if is_enough && learned.knows_all() && !scan.is_at_end() {
                is_whole = false;
                self.is_guess = !scan.has_fixed_columns();
                break;
            }
        }
        self.names = scan.names().clone();
        drop(scan);
        self.targets = learned.targets(self.names.all());
        self.fits = learned.kept.is_some() && (is_whole || self.source.fits_into(self.limits.bytes / 4));
        self.kept = learned.kept.filter(|_| is_whole);
        Ok(self)
    }

    fn scan(&self) -> Result<Scan, LoadError> {
        let scan = Scan::start(&self.path, &self.source, self.layout, self.names.clone(), &self.progress.0)?;
        Ok(scan.within(self.limits.bytes))
    }

    fn check(&self, budget: &Budget) -> Result<(), LoadError> {
        if !budget.is_late() {
            return Ok(());
        }
        let seconds = self.limits.time.as_secs_f64();
        let message = format!("is not read in {seconds} s; raise --timeout to let it");
        Err(LoadError::Limit { path: self.path.to_path_buf(), message })
    }

    /// The file's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The names and types of the columns, in the file's order.
    pub fn columns(&self) -> impl Iterator<Item = (&str, Type)> {
        self.names.all().iter().map(String::as_str).zip(self.targets.iter().map(|target| target.ty()))
    }

    /// The place of a column; case matters.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.names.position(name)
    }

    /// Whether all rows are likely to fit into the memory that is allowed.
    pub fn fits(&self) -> bool {
        self.fits
    }

    /// The rows from the first on.
    pub(crate) fn chunks(&self) -> Result<Chunks<'_>, LoadError> {
        Ok(match &self.kept {
            Some(kept) => Chunks::Kept(kept.iter()),
            None => Chunks::Read { file: self, scan: Box::new(self.scan()?), last: None },
        })
    }

    /// Whether later rows may have columns that are not known, so that all must be looked at.
    pub(crate) fn is_guess(&self) -> bool {
        self.is_guess
    }

    /// Whether a row had a column that was not expected.
    pub fn is_surprised(&self) -> bool {
        self.is_surprised.load(Ordering::Relaxed)
    }

    /// A column of a chunk, for the rows named or for all.
    pub(crate) fn column(&self, chunk: &Chunk, at: usize, rows: Option<&[u32]>) -> Column {
        let mut converter = Converter::new(self.target(at));
        match rows {
            Some(rows) => rows.iter().for_each(|&row| chunk.convert(row as usize, at, &mut converter)),
            None => (0..chunk.rows()).for_each(|row| chunk.convert(row, at, &mut converter)),
        }
        let (column, failures) = converter.finish();
        self.note(at, chunk.first_row, failures);
        column
    }

    /// The columns for which `wanted` says so, of all rows; with the number of rows.
    pub(crate) fn read(&self, wanted: impl Fn(usize) -> bool) -> Result<(Vec<Option<Column>>, usize), LoadError> {
        let budget = Budget::new(self.limits);
        let converter = |(at, target): (usize, &Target)| wanted(at).then(|| Converter::new(*target));
        let mut converters: Vec<Option<Converter>> = self.targets.iter().enumerate().map(converter).collect();
        let mut rows = 0;
        let mut chunks = self.chunks()?;
        while let Some(chunk) = chunks.next()? {
            self.check(&budget)?;
            rows += chunk.rows();
            for (at, converter) in converters.iter_mut().enumerate() {
                let Some(converter) = converter else { continue };
                (0..chunk.rows()).for_each(|row| chunk.convert(row, at, converter));
            }
            self.check_size(rows, converters.iter().flatten().map(Converter::bytes).sum())?;
        }
        let mut columns = Vec::with_capacity(converters.len());
        for (at, converter) in converters.into_iter().enumerate() {
            columns.push(converter.map(|converter| {
                let (column, failures) = converter.finish();
                self.note(at, 0, failures);
                column
            }));
        }
        Ok((columns, rows))
    }

    fn check_size(&self, rows: usize, bytes: usize) -> Result<(), LoadError> {
        let limit = |message| Err(LoadError::Limit { path: self.path.to_path_buf(), message });
        if rows > self.limits.rows {
            return limit(format!("has more than {} rows; raise --max-rows to let it", self.limits.rows));
        }
        if bytes > self.limits.bytes {
            let mib = self.limits.bytes >> 20;
            return limit(format!("needs more than {mib} MiB of memory; raise --max-memory to let it"));
        }
        Ok(())
    }

    /// Reads all rows now, for queries that are many.
    pub fn load(&self) -> Result<(), LoadError> {
        self.table().map(drop)
    }

    /// Whether all rows were read.
    pub(crate) fn is_loaded(&self) -> bool {
        self.whole.get().is_some()
    }

    /// All rows with all columns, read once.
    pub(crate) fn table(&self) -> Result<&Table, LoadError> {
        if self.whole.get().is_none() {
            let (columns, rows) = self.read(|_| true)?;
            let columns = columns.into_iter().flatten().collect();
            // Another thread may have been first; then both read the same.
            drop(self.whole.set(Table::new(self.names.all().to_vec(), columns, rows)));
        }
        Ok(self.whole.get_or_init(Table::default))
    }

    fn target(&self, at: usize) -> Target {
        self.targets.get(at).copied().unwrap_or(Target::Inferred(Type::Dynamic))
    }

    fn note(&self, column: usize, first_row: usize, failures: Failures) {
        if failures.count == 0 {
            return;
        }
        let mut all = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.entry((column, first_row)).or_default();
        if known.count < failures.count {
            *known = failures;
        }
    }

    /// What of the cells that were read so far could not be converted to the column's type, one sentence a column. Rows
    /// count from 1, without a header.
    pub fn problems(&self) -> Vec<String> {
        let all = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let mut columns: BTreeMap<usize, (usize, (usize, String))> = BTreeMap::new();
        for ((column, _), failures) in all.iter() {
            let Some(first) = &failures.first else { continue };
            let sum = columns.entry(*column).or_insert_with(|| (0, first.clone()));
            sum.0 += failures.count;
        }
        let sentence = |(column, (count, (row, text))): (usize, (usize, (usize, String)))| {
            let name = self.names.all().get(column).map_or("", String::as_str);
            let ty = self.target(column).ty();
            let (values, are) = if count == 1 { ("value", "is") } else { ("values", "are") };
            format!("{name}: {count} {values} {are} no {ty} and became null, the first `{text}` in row {}", row + 1)
        };
        columns.into_iter().map(sentence).collect()
    }
}

/// The chunks of a file, one after another.
pub(crate) enum Chunks<'f> {
    /// Those in memory.
    Kept(std::slice::Iter<'f, Arc<Chunk>>),
    /// Those of a file that is read now.
    Read { file: &'f TableFile, scan: Box<Scan>, last: Option<Arc<Chunk>> },
}

impl Chunks<'_> {
    /// The next chunk; `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Arc<Chunk>>, LoadError> {
        match self {
            Self::Kept(kept) => Ok(kept.next().cloned()),
            Self::Read { file, scan, last } => {
                if let Some(chunk) = last.take().and_then(Arc::into_inner) {
                    scan.recycle(chunk);
                }
                *last = scan.next()?.map(Arc::new);
                if scan.names().all().len() > file.names.all().len() {
                    file.is_surprised.store(true, Ordering::Relaxed);
                    let message = "has columns in later rows that its first rows lack".to_owned();
                    return Err(LoadError::Refused { path: file.path.to_path_buf(), message });
                }
                Ok(last.clone())
            }
        }
    }
}

/// What is known of a file while it is read for the first time.
struct Learned<'s> {
    schema: &'s Schema,
    /// The column's declared type, or what its cells were.
    columns: Vec<Typing>,
    kept: Option<Vec<Arc<Chunk>>>,
    bytes: usize,
}

/// How the type of a column is found.
enum Typing {
    Declared(Type),
    Seen(Inference),
}

impl Learned<'_> {
    /// Takes a chunk into account and keeps it while all take less than `most` bytes.
    fn see(&mut self, names: &[String], chunk: Chunk, most: usize, has_typed_cells: bool) {
        for name in names.iter().skip(self.columns.len()) {
            let declared = self.schema.iter().find(|(known, ty)| known == name && *ty != Type::Unknown);
            self.columns.push(match declared {
                Some((_, ty)) => Typing::Declared(*ty),
                None => Typing::Seen(Inference::new(!has_typed_cells)),
            });
        }
        for (at, column) in self.columns.iter_mut().enumerate() {
            if let Typing::Seen(inference) = column {
                (0..chunk.rows()).for_each(|row| inference.see(&chunk.cell(row, at)));
            }
        }
        self.bytes += chunk.bytes();
        if self.bytes > most {
            self.kept = None;
        }
        if let Some(kept) = &mut self.kept {
            kept.push(Arc::new(chunk));
        }
    }

    fn knows_all(&self) -> bool {
        self.columns.iter().all(|column| matches!(column, Typing::Declared(_)))
    }

    /// The types of the columns. A file without rows gives no column to see: then only the schema counts.
    fn targets(&mut self, names: &[String]) -> Vec<Target> {
        let target = |(at, name): (usize, &String)| match self.columns.get(at) {
            Some(Typing::Declared(ty)) => Target::Declared(*ty),
            Some(Typing::Seen(inference)) => Target::Inferred(inference.ty()),
            None => match self.schema.iter().find(|(known, _)| known == name) {
                Some((_, ty)) => Target::Declared(*ty),
                None => Target::Inferred(Type::String),
            },
        };
        names.iter().enumerate().map(target).collect()
    }
}
