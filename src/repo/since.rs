//! What files were at a commit, asked of git. Renamed files are followed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::text::Source;

/// The largest old file that is read, in bytes.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Why git could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum SinceError {
    /// The program is not there.
    #[error("git cannot be run: {0}")]
    NoGit(std::io::Error),
    /// The folder lies in no repository.
    #[error("{}: lies in no git repository, so nothing can be compared with what it was", .0.display())]
    NoRepository(PathBuf),
    /// There is no such commit.
    #[error("git knows no commit `{0}`; a shallow clone may lack it (fetch-depth: 0 gets all)")]
    NoCommit(String),
    /// Git failed in the middle.
    #[error("git {command}: {message}")]
    Failed {
        /// What it was to do.
        command: String,
        /// What it said.
        message: String,
    },
}

/// The files of a repository that changed since a commit, with what they were.
#[derive(Debug)]
pub struct Since {
    root: PathBuf,
    commit: String,
    /// The old path of each changed file by its new one, relative to the root.
    changed: BTreeMap<PathBuf, String>,
    /// The files of the commit, relative to the root.
    files: BTreeSet<PathBuf>,
    objects: Option<Objects>,
}

/// A running `git cat-file --batch`: one process for all files.
#[derive(Debug)]
struct Objects {
    child: Child,
    ask: ChildStdin,
    answer: BufReader<ChildStdout>,
}

impl Since {
    /// The changes of the working tree since `reference`; where that is a branch that went on, since it was left. `beside` is
    /// a path in the repository.
    pub fn new(reference: &str, beside: &Path) -> Result<Self, SinceError> {
        let folder = if beside.is_dir() { beside } else { beside.parent().unwrap_or(beside) };
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let root = git(folder, &["rev-parse", "--show-toplevel"])?;
        let root = root.ok_or_else(|| SinceError::NoRepository(folder.to_owned()))?;
        let root = PathBuf::from(root.trim_end_matches(['\r', '\n']));
        let wanted = format!("{reference}^{{commit}}");
        let commit = git(&root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted])?;
        let commit = commit.ok_or_else(|| SinceError::NoCommit(reference.to_owned()))?;
        let commit = commit.trim().to_owned();
        let left_at = git(&root, &["merge-base", &commit, "HEAD"])?.map(|base| base.trim().to_owned());
        let commit = left_at.unwrap_or(commit);
        let listed = git(&root, &["diff", "--name-status", "-z", "-M", "--no-ext-diff", &commit, "--"])?;
        let listed = listed.ok_or_else(|| failed("diff", "it cannot compare the working tree with that commit"))?;
        let files = git(&root, &["ls-tree", "-r", "--full-tree", "--name-only", "-z", &commit])?;
        let files = files.ok_or_else(|| failed("ls-tree", "it cannot list the files of that commit"))?;
        let files = files.split('\0').map(PathBuf::from).collect();
        let root = std::fs::canonicalize(&root).unwrap_or(root);
        Ok(Self { root, commit, changed: changed(&listed), files, objects: None })
    }

    /// Whether a file is what it was at the commit. One that git does not know, or that lies elsewhere, is new.
    pub fn is_unchanged(&self, path: &Path) -> bool {
        let Ok(absolute) = std::fs::canonicalize(path) else { return false };
        let Ok(relative) = absolute.strip_prefix(&self.root) else { return false };
        self.files.contains(relative) && !self.changed.contains_key(relative)
    }

    /// What a file was at the commit; `None` where it is new, did not change, or was no text.
    pub fn before(&mut self, path: &Path) -> Result<Option<Source>, SinceError> {
        let Ok(absolute) = std::fs::canonicalize(path) else { return Ok(None) };
        let Ok(relative) = absolute.strip_prefix(&self.root) else { return Ok(None) };
        let Some(old) = self.changed.get(relative).filter(|old| !old.contains('\n')) else { return Ok(None) };
        let name = format!("{}:{old}", self.commit);
        let bytes = self.object(&name).map_err(|error| failed("cat-file", &error.to_string()))?;
        Ok(bytes.and_then(|bytes| Source::from_bytes(path, bytes).ok()))
    }

    fn object(&mut self, name: &str) -> std::io::Result<Option<Vec<u8>>> {
        if self.objects.is_none() {
            self.objects = Some(Objects::start(&self.root)?);
        }
        self.objects.as_mut().map_or(Ok(None), |objects| objects.read(name))
    }
}

impl Objects {
    fn start(root: &Path) -> std::io::Result<Self> {
        let mut command = Command::new("git");
        command.arg("-C").arg(root).args(["cat-file", "--batch"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let piped = || std::io::Error::other("its input and output are not there");
        let ask = child.stdin.take().ok_or_else(piped)?;
        let answer = BufReader::new(child.stdout.take().ok_or_else(piped)?);
        Ok(Self { child, ask, answer })
    }

    /// The answer is `ID TYPE SIZE`, a line feed, that many bytes and a line feed; or one line for what is not there.
    fn read(&mut self, name: &str) -> std::io::Result<Option<Vec<u8>>> {
        writeln!(self.ask, "{name}")?;
        self.ask.flush()?;
        let mut head = String::new();
        self.answer.read_line(&mut head)?;
        let mut words = head.split_whitespace().rev();
        let (size, kind) = (words.next().and_then(|size| size.parse::<u64>().ok()), words.next());
        let Some(size) = size.filter(|_| kind == Some("blob")) else { return Ok(None) };
        if size > MAX_BYTES {
            return Err(std::io::Error::other(format!("{name} is larger than {MAX_BYTES} bytes")));
        }
        let mut bytes = Vec::new();
        self.answer.by_ref().take(size + 1).read_to_end(&mut bytes)?;
        bytes.pop();
        Ok(Some(bytes))
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The pairs of new and old path in the output of `git diff --name-status -z`.
fn changed(listed: &str) -> BTreeMap<PathBuf, String> {
    let mut changed = BTreeMap::new();
    let mut words = listed.split('\0');
    while let (Some(status), Some(path)) = (words.next(), words.next()) {
        match status.chars().next() {
            Some('M' | 'T') => drop(changed.insert(PathBuf::from(path), path.to_owned())),
            Some('R' | 'C') => {
                if let Some(new) = words.next() {
                    changed.insert(PathBuf::from(new), path.to_owned());
                }
            }
            _ => {}
        }
    }
    changed
}

/// What git says; `None` where it fails, which the questions asked here do when something is not there.
fn git(folder: &Path, arguments: &[&str]) -> Result<Option<String>, SinceError> {
    let mut command = Command::new("git");
    let output = command.arg("-C").arg(folder).args(arguments).output().map_err(SinceError::NoGit)?;
    Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
}

fn failed(command: &str, message: &str) -> SinceError {
    SinceError::Failed { command: command.to_owned(), message: message.to_owned() }
}
