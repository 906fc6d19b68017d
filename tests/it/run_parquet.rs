//! Parquet files, written here and read back: types, nulls, lists and maps, dictionaries, each packing, several row groups.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{Compression, GzipLevel, ZstdLevel};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::{ByteArray, FixedLenByteArray};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use crate::run::{folder, run};

const SCHEMA: &str = "message events {
    required int64 Id;
    optional binary Name (STRING);
    optional double Score;
    optional float Ratio;
    optional boolean Ok;
    optional int64 At (TIMESTAMP(MICROS, true));
    optional int64 Exact (TIMESTAMP(NANOS, true));
    optional int64 Old (TIMESTAMP(MILLIS, true));
    optional int32 Day (DATE);
    optional int64 Span (TIME(MICROS, true));
    optional int32 Small (INTEGER(8, true));
    optional int64 Huge (INTEGER(64, false));
    optional int32 Money (DECIMAL(9, 2));
    optional fixed_len_byte_array(16) Guid (UUID);
    optional binary Raw;
    optional group Tags (LIST) { repeated group list { optional binary element (STRING); } }
    optional group Bag (MAP) { repeated group key_value { required binary key (STRING); optional int64 value; } }
}";

/// Row 0 is full, row 1 has nulls and empty lists, the others repeat with numbers of their own.
fn write(path: &Path, compression: Compression, dictionary: bool, rows: usize) {
    let schema = Arc::new(parse_message_type(SCHEMA).expect("a schema"));
    let properties =
        WriterProperties::builder().set_compression(compression).set_dictionary_enabled(dictionary).build();
    let file = fs::File::create(path).expect("a file");
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties)).expect("a writer");
    let groups: Vec<std::ops::Range<usize>> = vec![0..rows / 2, rows / 2..rows];
    for group in groups {
        let mut row_group = writer.next_row_group().expect("a row group");
        let mut at = 0;
        while let Some(mut column) = row_group.next_column().expect("a column") {
            fill(column.untyped(), at, group.clone());
            column.close().expect("a column");
            at += 1;
        }
        row_group.close().expect("a row group");
    }
    writer.close().expect("a file");
}

fn fill(column: &mut ColumnWriter<'_>, at: usize, rows: std::ops::Range<usize>) {
    let number = |row: usize| i64::try_from(row).expect("a number");
    let set = |row: &usize| row % 4 != 1;
    let all: Vec<i64> = rows.clone().map(number).collect();
    let levels: Vec<i16> = rows.clone().map(|row| i16::from(set(&row))).collect();
    let rows = || rows.clone().filter(set);
    let text = |text: String| ByteArray::from(text.into_bytes());
    match column {
        ColumnWriter::Int64ColumnWriter(writer) if at == 0 => writer.write_batch(&all, None, None),
        ColumnWriter::Int64ColumnWriter(writer) if at == 17 => list(&levels, rows(), |levels, repeats, rows| {
            let values: Vec<i64> = rows.iter().map(|row| number(*row) + 7).collect();
            writer.write_batch(&values, Some(&present(levels)), Some(repeats))
        }),
        ColumnWriter::Int64ColumnWriter(writer) => {
            let value = |row: usize| match at {
                5 => 1_767_225_600_000_000 + number(row),
                6 => 1_767_225_600_000_000_100 + 100 * number(row),
                7 => -62_135_596_800_000 + number(row),
                9 => 3_600_000_000 + number(row),
                _ => -1 - number(row),
            };
            writer.write_batch(&rows().map(value).collect::<Vec<_>>(), Some(&levels), None)
        }
        ColumnWriter::Int32ColumnWriter(writer) => {
            let value = |row: usize| match at {
                8 => 20_454,
                10 => -5,
                _ => 12_345 + i32::try_from(row).expect("a number"),
            };
            writer.write_batch(&rows().map(value).collect::<Vec<_>>(), Some(&levels), None)
        }
        ColumnWriter::DoubleColumnWriter(writer) => {
            let value = |row: usize| if row % 4 == 2 { f64::NAN } else { 0.5 };
            writer.write_batch(&rows().map(value).collect::<Vec<_>>(), Some(&levels), None)
        }
        ColumnWriter::FloatColumnWriter(writer) => {
            writer.write_batch(&rows().map(|_| 0.25).collect::<Vec<_>>(), Some(&levels), None)
        }
        ColumnWriter::BoolColumnWriter(writer) => {
            writer.write_batch(&rows().map(|row| row % 4 == 0).collect::<Vec<_>>(), Some(&levels), None)
        }
        ColumnWriter::FixedLenByteArrayColumnWriter(writer) => {
            let value = |row: usize| {
                let mut bytes = [0x5a; 16];
                bytes[15] = u8::try_from(row % 4).expect("a byte");
                FixedLenByteArray::from(bytes.to_vec())
            };
            writer.write_batch(&rows().map(value).collect::<Vec<_>>(), Some(&levels), None)
        }
        ColumnWriter::ByteArrayColumnWriter(writer) if at == 15 => list(&levels, rows(), |levels, repeats, rows| {
            let values: Vec<ByteArray> = rows.iter().map(|row| text(format!("tag{}", row % 3))).collect();
            writer.write_batch(&values, Some(&present(levels)), Some(repeats))
        }),
        ColumnWriter::ByteArrayColumnWriter(writer) if at == 16 => list(&levels, rows(), |levels, repeats, rows| {
            let values: Vec<ByteArray> = rows.iter().map(|_| text("k".to_owned())).collect();
            writer.write_batch(&values, Some(levels), Some(repeats))
        }),
        ColumnWriter::ByteArrayColumnWriter(writer) => {
            let value = |row: usize| match at {
                1 => text(format!("höst{}", row % 4)),
                _ => ByteArray::from(vec![0xff, 0xfe]),
            };
            writer.write_batch(&rows().map(value).collect::<Vec<_>>(), Some(&levels), None)
        }
        ColumnWriter::Int96ColumnWriter(_) => unreachable!("no column of this type"),
    }
    .expect("values");
}

/// One element for each row that is set; no list where it is not.
fn list(
    set: &[i16],
    rows: impl Iterator<Item = usize>,
    write: impl FnOnce(&[i16], &[i16], &[usize]) -> parquet::errors::Result<usize>,
) -> parquet::errors::Result<usize> {
    let levels: Vec<i16> = set.iter().map(|level| level * 2).collect();
    write(&levels, &vec![0; set.len()], &rows.collect::<Vec<_>>())
}

/// The levels of elements that could be null, but are not.
fn present(levels: &[i16]) -> Vec<i16> {
    levels.iter().map(|level| if *level == 2 { 3 } else { *level }).collect()
}

fn over(folder: &Path, file: &str, query: &str) -> String {
    run(folder, &["--format", "csv", "--table", &format!("T={file}")], query)
}

#[test]
fn every_type_of_parquet_has_one_here() {
    let folder = folder(&[]);
    write(&folder.path().join("a.parquet"), Compression::UNCOMPRESSED, true, 4);
    let show = |query: &str| over(folder.path(), "a.parquet", query);
    insta::assert_snapshot!(show("T | getschema | project ColumnName, ColumnType"));
    insta::assert_snapshot!(run(
        folder.path(),
        &["--format", "jsonl", "--table", "T=a.parquet"],
        "T | where Id == 0 or isnull(At) or isnan(Score)"
    ));
}

#[test]
fn every_packing_of_parquet_gives_the_same_answer() {
    let folder = folder(&[]);
    let query = "T | summarize count(), dcount(Name), max(Exact), sum(Money), countif(Ok), make_set(tostring(Tags)) by Day \
                 | extend n = array_length(set_Tags)";
    write(&folder.path().join("plain.parquet"), Compression::UNCOMPRESSED, false, 40_000);
    let answer = over(folder.path(), "plain.parquet", query);
    insta::assert_snapshot!(answer);
    let packings = [
        ("snappy", Compression::SNAPPY),
        ("gzip", Compression::GZIP(GzipLevel::default())),
        ("lz4", Compression::LZ4_RAW),
        ("zstd", Compression::ZSTD(ZstdLevel::default())),
    ];
    for (name, compression) in packings {
        let file = format!("{name}.parquet");
        write(&folder.path().join(&file), compression, true, 40_000);
        assert_eq!(over(folder.path(), &file, query), answer, "{name}");
        let bytes = fs::read(folder.path().join(&file)).expect("a file");
        fs::write(folder.path().join("cut.parquet"), &bytes[..bytes.len() / 2]).expect("a file");
        assert!(over(folder.path(), "cut.parquet", query).starts_with("error: cut.parquet: is no Parquet"), "{name}");
    }
}
