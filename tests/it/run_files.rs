//! `sentinelc run` over files: what is packed, what is larger than memory, what cannot be converted, and what is read.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use crate::run::{folder, run};

/// Events with a row each for `n` from 0.
fn csv(rows: usize) -> String {
    let line = |n: usize| format!("2024-06-01T00:00:00Z,{n},host{}.example.org,\"a \"\"{n}\"\"\"\n", n % 3);
    "Timestamp,ReportId,RemoteUrl,Note\n".to_owned() + &(0..rows).map(line).collect::<String>()
}

/// The same events, a line each.
fn json_lines(rows: usize) -> String {
    let line = |n: usize| {
        format!(
            "{{\"Timestamp\": \"2024-06-01T00:00:00Z\", \"ReportId\": {n}, \"RemoteUrl\": \"host{}.example.org\", \"Note\": \"a \\\"{n}\\\"\"}}\n",
            n % 3
        )
    };
    (0..rows).map(line).collect()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(text.as_bytes()).expect("memory");
    packer.finish().expect("memory")
}

/// One frame of zstd with its bytes as they are (RFC 8878, section 3.1.1), in blocks of at most 100,000 bytes.
fn zstd(text: &str) -> Vec<u8> {
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0b1010_0000];
    frame.extend(u32::try_from(text.len()).expect("a short text").to_le_bytes());
    let blocks: Vec<&[u8]> = text.as_bytes().chunks(100_000).collect();
    for (at, block) in blocks.iter().enumerate() {
        let is_last = u32::from(at + 1 == blocks.len());
        let header = u32::try_from(block.len()).expect("a short block") << 3 | is_last;
        frame.extend(&header.to_le_bytes()[..3]);
        frame.extend(*block);
    }
    frame
}

fn over(folder: &Path, file: &str, query: &str, options: &[&str]) -> String {
    let table = format!("DeviceNetworkEvents={file}");
    run(folder, &[&["--format", "csv", "--table", &table], options].concat(), query)
}

/// A query whose answer depends on every row, on letters in quotes and on the order of rows.
const QUERY: &str = "DeviceNetworkEvents | where RemoteUrl has 'host1' and Note endswith '7\"' \
                     | summarize n = count(), low = min(ReportId), high = max(ReportId), arg_max(ReportId, Note) by RemoteUrl";

#[test]
fn every_packing_and_format_gives_the_same_answer() {
    let folder = folder(&[]);
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).expect("a file");
    let (csv, lines) = (csv(60_000), json_lines(60_000));
    let array = format!("[{}]", lines.trim_end().replace('\n', ",\n"));
    write("a.csv", csv.as_bytes());
    write("a.tsv", csv.replace(',', "\t").as_bytes());
    write("a.jsonl", lines.as_bytes());
    write("a.json", array.as_bytes());
    write("a.csv.gz", &gzip(&csv));
    write("two.jsonl.gz", &[gzip(&lines[..lines.len() / 2]), gzip(&lines[lines.len() / 2..])].concat());
    write("a.csv.zst", &zstd(&csv));
    let skipped = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
    let halves = [zstd(&lines[..1_000_000]), skipped.to_vec(), zstd(&lines[1_000_000..])].concat();
    write("two.jsonl.zst", &halves);
    write("noname", csv.as_bytes());
    let answer = over(folder.path(), "a.csv", QUERY, &[]);
    insta::assert_snapshot!(answer);
    for file in ["a.tsv", "a.jsonl", "a.json", "a.csv.gz", "two.jsonl.gz", "a.csv.zst", "two.jsonl.zst", "noname"] {
        assert_eq!(over(folder.path(), file, QUERY, &[]), answer, "{file}");
    }
}

#[test]
fn a_file_that_does_not_fit_is_read_in_pieces_where_the_query_allows_it() {
    let folder = folder(&[("a.csv", &csv(60_000)), ("a.jsonl", &json_lines(60_000))]);
    let small = ["--max-memory", "1"];
    for file in ["a.csv", "a.jsonl"] {
        let whole = over(folder.path(), file, QUERY, &[]);
        assert_eq!(over(folder.path(), file, QUERY, &small), whole, "{file}");
        let both = format!("union ({QUERY}), ({QUERY})");
        assert_eq!(over(folder.path(), file, &both, &small), over(folder.path(), file, &both, &[]), "{file}");
        let first = over(folder.path(), file, "DeviceNetworkEvents | project ReportId, RemoteUrl | take 2", &small);
        assert_eq!(first, "ReportId,RemoteUrl\n0,host0.example.org\n1,host1.example.org\nexit 0", "{file}");
    }
    insta::assert_snapshot!(over(folder.path(), "a.csv", "DeviceNetworkEvents | sort by Note", &small));
}

#[test]
fn groups_of_a_file_that_does_not_fit_are_those_of_the_whole_file() {
    let folder = folder(&[("a.csv", &csv(30_000)), ("a.jsonl", &json_lines(30_000))]);
    let queries = [
        "| count",
        "| summarize count(), dcount(RemoteUrl), max(ReportId), avg(ReportId)",
        "| summarize count(), sum(ReportId), arg_min(ReportId, Note) by RemoteUrl, odd = ReportId % 3 == 1",
        "| where ReportId < 300 | summarize make_list(ReportId), make_set(RemoteUrl, 2), take_any(Note) by bin(ReportId, 70)",
        "| distinct RemoteUrl",
        "| where ReportId % 20 == 1 | summarize percentile(ReportId, 50), stdev(ReportId), n = 2 * countif(Note has 'x') by RemoteUrl",
        "| where false | summarize count(), make_set(Note), sum(ReportId)",
        "| where false | summarize count() by RemoteUrl",
        "| summarize n = count() by RemoteUrl | join kind=inner (DeviceNetworkEvents | where ReportId < 9) on RemoteUrl | count",
    ];
    for (file, step) in [("a.csv", 1), ("a.jsonl", 3)] {
        for query in queries.iter().step_by(step) {
            let query = format!("DeviceNetworkEvents {query}");
            let small = over(folder.path(), file, &query, &["--max-memory", "1"]);
            assert_eq!(small, over(folder.path(), file, &query, &[]), "{file} {query}");
        }
    }
    let endless = folder.path().join("endless.csv.gz");
    fs::write(endless, gzip(&format!("Note\n{}", "x".repeat(1 << 22)))).expect("a file");
    let small = ["--max-memory", "4"];
    insta::assert_snapshot!(over(folder.path(), "endless.csv.gz", "DeviceNetworkEvents | count", &small));
    let lists = "DeviceNetworkEvents | summarize make_list(Note)";
    insta::assert_snapshot!(over(folder.path(), "a.csv", lists, &["--max-memory", "1"]));
}

#[test]
fn what_a_query_reads_and_how_it_runs_is_shown() {
    let folder = folder(&[
        ("a.csv", &csv(30)),
        (
            "q.kql",
            "let hosts = dynamic(['host1']);\nDeviceNetworkEvents\n| where Timestamp > ago(30d)\n| where RemoteUrl has_any (hosts)\n    and Note endswith '7\"'\n| join kind=inner (DeviceNetworkEvents | summarize n = count() by RemoteUrl) on RemoteUrl\n| project ReportId, n\n| sort by ReportId asc\n",
        ),
    ]);
    let arguments = ["q.kql", "--explain-plan", "--table", "DeviceNetworkEvents=a.csv"];
    insta::assert_snapshot!(run(folder.path(), &arguments, ""));
    let arguments = ["q.kql", "--profile", "--now", "2024-06-08", "--table", "DeviceNetworkEvents=a.csv"];
    let profile = run(folder.path(), &arguments, "");
    let rows: Vec<String> = profile.lines().map(without_time).collect();
    insta::assert_snapshot!(rows.join("\n"));
}

#[test]
fn a_byte_order_mark_before_a_query_is_no_part_of_its_stages() {
    let folder = folder(&[("q.kql", "\u{feff}range x from 1 to 3 step 1\n| where x > 1 and x < 3\n| count\n")]);
    insta::assert_snapshot!(run(folder.path(), &["q.kql", "--explain-plan"], ""), @"
    count
      where x > 1 and x < 3
        - x > 1
        - x < 3
        range x from 1 to 3 step 1
    exit 0
    ");
}

/// The line of a profile without the time.
fn without_time(line: &str) -> String {
    match line.find(" ms") {
        Some(end) => {
            let start = line[..end].rfind(' ').map_or(0, |at| at + 1);
            format!("{}…{}", line[..start].trim_end(), &line[end..])
        }
        None => line.to_owned(),
    }
}

#[test]
fn cells_that_cannot_be_converted_are_counted_with_their_place() {
    let files =
        [("a.jsonl", "{\"RemotePort\": 1}\n{\"RemotePort\": \"x\"}\n{\"RemotePort\": \"\"}\n{\"RemotePort\": [2]}\n")];
    let folder = folder(&files);
    insta::assert_snapshot!(over(folder.path(), "a.jsonl", "DeviceNetworkEvents | project RemotePort", &[]));
    insta::assert_snapshot!(over(folder.path(), "a.jsonl", "DeviceNetworkEvents | count", &[]));
}

#[test]
fn externaldata_reads_the_files_that_are_given_for_its_addresses() {
    let folder = folder(&[
        ("list.csv", "ip,seen\n10.0.0.1,2024-01-01\n10.0.0.2,,beyond\n10.0.0.3\n"),
        ("list.txt", "one, \"two\n\nthree\n"),
        ("list.json", "[{\"ip\": \"10.0.0.9\", \"tags\": [1]}]"),
    ]);
    let given = [
        "--format",
        "csv",
        "--externaldata",
        "https://example.org/list.csv?x=1=list.csv",
        "--externaldata",
        "https://example.org/list.txt=list.txt",
        "--externaldata",
        "https://example.org/list=list.json",
    ];
    let show = |query: &str| run(folder.path(), &given, query);
    let csv = "externaldata(ip:string, seen:datetime)['https://example.org/list.csv?x=1']";
    insta::assert_snapshot!(show(&format!("{csv} with (ignoreFirstRecord=true)")));
    insta::assert_snapshot!(show(&format!("{csv} | count")));
    insta::assert_snapshot!(show("externaldata(line:string)['https://example.org/list.txt']"));
    let json = "externaldata(ip:string, tags:dynamic, none:long)['https://example.org/list'] with (format='multijson')";
    insta::assert_snapshot!(show(json));
    insta::assert_snapshot!(show("externaldata(a:string)['https://example.org/other']"));
    insta::assert_snapshot!(show(&format!("{csv} with (format='avro')")));
}

#[test]
fn what_does_not_end_or_unpack_is_refused() {
    let folder =
        folder(&[("empty.csv", ""), ("header.csv", "a,b\n"), ("open.json", "[{\"a\": 1}"), ("after.json", "[] 1")]);
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).expect("a file");
    let packed = gzip(&csv(10));
    write("cut.csv.gz", &packed[..packed.len() / 2]);
    write("bad.csv.zst", &[0x28, 0xb5, 0x2f, 0xfd, 0xff, 1, 2, 3]);
    write("a.parquet", b"PAR1 nothing PAR1");
    let show = |file: &str| run(folder.path(), &["--format", "csv", "--table", &format!("T={file}")], "T | count");
    let files = ["empty.csv", "header.csv", "open.json", "after.json", "cut.csv.gz", "bad.csv.zst"];
    let all: Vec<String> = files.into_iter().map(show).collect();
    insta::assert_snapshot!(all.join("\n"));
    assert!(show("a.parquet").starts_with("error: a.parquet: is "), "{}", show("a.parquet"));
}

#[test]
fn a_column_that_only_later_rows_have_is_found() {
    let known = json_lines(20_000);
    let folder = folder(&[("a.jsonl", &format!("{known}{{\"Own\": 7, \"ReportId\": 20000}}\n"))]);
    let show = |query: &str| over(folder.path(), "a.jsonl", query, &[]);
    insta::assert_snapshot!(show("DeviceNetworkEvents | where ReportId >= 19999 | project ReportId, Own"));
    assert_eq!(
        show("DeviceNetworkEvents | take 1 | getschema | where ColumnName == 'Own' | project DataType"),
        "DataType\nSystem.Int64\nexit 0"
    );
}

/// The columns of a custom table, and a saved function, are those that the configuration beside the query declares.
#[test]
fn what_the_configuration_declares_is_known() {
    let folder = folder(&[
        ("sentinelc.toml", "[schema]\n"),
        (
            "schemas/tables/Door_CL.csv",
            "ColumnName,ColumnOrdinal,DataType,ColumnType\nDoor_s,0,System.String,string\nFloor_d,1,System.Double,real\n",
        ),
        ("schemas/functions/Upstairs.kql", "Door_CL | where Floor_d > 1"),
        ("doors.csv", "Door_s,Floor_d\n7,1\n8,2\n"),
    ]);
    let query = "Upstairs | project Door_s, floor = Floor_d, ty = gettype(Door_s)";
    let table = ["--format", "csv", "--table", "Door_CL=doors.csv"];
    insta::assert_snapshot!(run(folder.path(), &table, query));
    insta::assert_snapshot!(run(folder.path(), &[&table[..], &["--isolated"]].concat(), query));
}

/// A call whose rows the workspace holds is given like a table, and has the columns that its file has.
#[test]
fn the_answer_of_a_call_is_given_as_a_file() {
    let folder = folder(&[("vips.csv", "SearchKey,Tier\nann,1\nbob,2\n")]);
    let query = "_GetWatchlist('vips') | where Tier == 1 | project SearchKey, Tier";
    insta::assert_snapshot!(
        [
            run(folder.path(), &["--table", "_GetWatchlist('vips')=vips.csv"], query),
            run(folder.path(), &["--table", "_GetWatchlist=vips.csv"], query),
            run(folder.path(), &[], query),
            run(folder.path(), &[], "_GetWatchlist('vips') | count"),
        ]
        .join("\n\n")
    );
}

/// The file's name may hold what ends a call.
#[test]
fn a_table_ends_at_its_equals_sign() {
    let folder = folder(&[("f(1)=2.csv", "a\n7\n")]);
    let answer = run(folder.path(), &["--format", "csv", "--table", "T=f(1)=2.csv"], "T");
    assert_eq!(answer, "a\n7\nexit 0");
}
