//! The bytes of a file, unpacked where it is packed with gzip or zstd.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// Bytes that are read of a packed file at once.
const PACKED_BLOCK: usize = 1 << 18;

/// How a file is packed, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    None,
    Gzip,
    Zstd,
    /// Parquet, which has its own packing inside.
    Parquet,
}

impl Packing {
    fn of(first: &[u8]) -> Self {
        match first {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            b"PAR1" => Self::Parquet,
            _ => Self::None,
        }
    }
}

/// Where the bytes come from.
#[derive(Debug, Clone)]
pub(super) enum Source {
    File(Arc<Path>),
    Memory(Arc<[u8]>),
}

impl Source {
    /// How the content is packed.
    pub(super) fn packing(&self) -> io::Result<Packing> {
        let mut first = Vec::new();
        match self {
            Self::File(path) => File::open(path)?.take(4).read_to_end(&mut first)?,
            Self::Memory(bytes) => bytes.as_ref().take(4).read_to_end(&mut first)?,
        };
        Ok(Packing::of(&first))
    }

    /// Whether the unpacked content is known to be shorter than `bytes`.
    pub(super) fn fits_into(&self, bytes: usize) -> bool {
        let length = match self {
            Self::File(path) => std::fs::metadata(path).map_or(u64::MAX, |about| about.len()),
            Self::Memory(content) => content.len() as u64,
        };
        self.packing().is_ok_and(|packing| packing == Packing::None) && length < bytes as u64
    }

    /// The unpacked bytes from the start. `read` counts those read of the file as it is.
    pub(super) fn open(&self, read: &Arc<AtomicU64>) -> io::Result<Box<dyn Read + Send>> {
        read.store(0, Ordering::Relaxed);
        let packing = self.packing()?;
        let bytes: Box<dyn Read + Send> = match self {
            Self::File(path) => Box::new(File::open(path)?),
            Self::Memory(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
        };
        let counted = Counted { bytes, read: Arc::clone(read) };
        Ok(match packing {
            Packing::Gzip => Box::new(MultiGzDecoder::new(BufReader::with_capacity(PACKED_BLOCK, counted))),
            Packing::Zstd => Box::new(Zstd::new(counted)),
            Packing::None | Packing::Parquet => Box::new(counted),
        })
    }
}

/// Counts the bytes that are read.
struct Counted {
    bytes: Box<dyn Read + Send>,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// The frames of a zstd file, one after another (RFC 8878, section 3.1).
struct Zstd<R: Read> {
    source: BufReader<R>,
    decoder: FrameDecoder,
    in_frame: bool,
}

impl<R: Read> Zstd<R> {
    fn new(source: R) -> Self {
        let source = BufReader::with_capacity(PACKED_BLOCK, source);
        Self { source, decoder: FrameDecoder::new(), in_frame: false }
    }

    /// Goes to the next frame with content; false at the end.
    fn next_frame(&mut self) -> io::Result<bool> {
        loop {
            if self.source.fill_buf()?.is_empty() {
                return Ok(false);
            }
            match self.decoder.reset(&mut self.source) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    io::copy(&mut (&mut self.source).take(length.into()), &mut io::sink())?;
                }
                Err(error) => return Err(io::Error::other(error)),
            }
        }
    }
}

impl<R: Read> Read for Zstd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.in_frame {
                if !self.next_frame()? {
                    return Ok(0);
                }
                self.in_frame = true;
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let step = BlockDecodingStrategy::UptoBlocks(1);
                self.decoder.decode_blocks(&mut self.source, step).map_err(io::Error::other)?;
            }
            let count = self.decoder.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            self.in_frame = false;
        }
    }
}
