//! How much memory parsed queries hold: text, tokens and tree together. `cargo bench --bench memory`.

mod queries;

use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

fn main() {
    let queries = queries::queries();
    let bytes: usize = queries.iter().map(String::len).sum();
    let mut parsed = Vec::with_capacity(queries.len());
    let before = ALLOCATOR.current_usage();
    parsed.extend(queries.iter().map(|query| sentinelc::kql::parse(query)));
    let held = ALLOCATOR.current_usage() - before;
    println!("{} queries, {bytes} bytes of source", parsed.len());
    println!("{} bytes a query, {} bytes a byte of source", held / parsed.len(), held / bytes);
}
