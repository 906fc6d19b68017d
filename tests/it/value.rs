//! Values as text, and the built-in functions on single values.

mod more;

use proptest::prelude::*;
use sentinelc::eval::aggregate::{self, Setup};
use sentinelc::eval::function::{self, Call, Context};
use sentinelc::value::{Decimal, Dynamic, Type, Value, compare, convert, json, time};

/// Reads a value written as in a query: `"a"`, `1`, `1.5`, `int(1)`, `true`, `null`, `datetime(…)`, `time(…)`,
/// `decimal(…)`, `guid(…)`, `dynamic(…)`.
fn value(text: &str) -> Value {
    let text = text.trim();
    let inside = |name: &str| text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')');
    let typed = [
        ("int", Type::Int),
        ("datetime", Type::DateTime),
        ("time", Type::TimeSpan),
        ("decimal", Type::Decimal),
        ("guid", Type::Guid),
        ("real", Type::Real),
    ];
    for (name, ty) in typed {
        if let Some(inner) = inside(name) {
            return convert::convert(&Value::String(inner.to_owned()), ty);
        }
    }
    if let Some(inner) = inside("dynamic") {
        return Value::Dynamic(Dynamic::parse_strict(inner).unwrap_or_else(|| panic!("{inner} is no JSON")));
    }
    match text {
        "null" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ if text.starts_with('"') => match Dynamic::parse_strict(text) {
            Some(Dynamic::String(text)) => Value::String(text),
            other => panic!("{text} is read as {other:?}"),
        },
        _ => text.parse().map(Value::Long).or_else(|_| text.parse().map(Value::Real)).expect("a literal"),
    }
}

/// Splits at commas that stand outside brackets and quotes.
fn arguments(text: &str) -> Vec<Value> {
    let (mut parts, mut depth, mut quoted, mut escaped) = (vec![String::new()], 0, false, false);
    for c in text.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut().expect("one part").push(c);
    }
    if parts.len() == 1 && parts[0].trim().is_empty() {
        return Vec::new();
    }
    parts.iter().map(|part| value(part)).collect()
}

fn called(name: &str, args: &[Value], result: Type) -> Result<Value, String> {
    let now = time::parse_datetime("2024-02-29T12:00:00Z").expect("a datetime");
    let context = Context::new(now, 7);
    let types: Vec<Type> = args.iter().map(|arg| arg.value_type().unwrap_or(Type::Unknown)).collect();
    let function = function::lookup(name).ok_or_else(|| format!("no function {name}"))?;
    function.call(args, &Call { result, arg_types: &types, context: &context }).map_err(|failure| failure.to_string())
}

/// Runs lines `f(a, b) -> value`; `error` stands for a failure.
fn check(table: &str) {
    let mut wrong = Vec::new();
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (call, expected) = line.rsplit_once(" -> ").expect("an arrow");
        let (name, rest) = call.split_once('(').expect("a call");
        let args = arguments(rest.trim_end().strip_suffix(')').expect("a closing parenthesis"));
        let ty =
            if expected == "error" { Type::Unknown } else { value(expected).value_type().unwrap_or(Type::Unknown) };
        let found = called(name, &args, ty);
        let agrees = match (&found, expected) {
            (Err(_), "error") => true,
            (Ok(_), "error") | (Err(_), _) => false,
            (Ok(found), expected) => {
                let expected = value(expected);
                found.is_null() && expected.is_null()
                    || found.value_type() == expected.value_type() && json::to_json(found) == json::to_json(&expected)
            }
        };
        if !agrees {
            wrong.push(format!("{line}\n    found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn functions_on_text() {
    check(
        r##"
        strcat("a", 1, 1.5, true) -> "a11.5true"
        strcat("a", null, "b") -> "ab"
        strcat_delim("-", 1, "b", time(1s)) -> "1-b-00:00:01"
        strcat_array(dynamic([1, "x", null, [2]]), ",") -> "1,x,,[2]"
        strlen("ʻ日本") -> 3
        string_size("日本") -> 6
        strlen(dynamic("abc")) -> 3
        tolower("ÀB") -> "àb"
        toupper("straße") -> "STRASSE"
        substring("abcdef", 1, 2) -> "bc"
        substring("abcdef", -3, 2) -> "de"
        substring("abc", -9) -> "abc"
        substring("abc", 3) -> ""
        substring("abc", 1, -1) -> ""
        substring("日本語", 1) -> "本語"
        split("a__b", "_") -> dynamic(["a", "", "b"])
        split("a,b", ",", 1) -> dynamic(["b"])
        split("a,b", ",", 9) -> dynamic([])
        split("", ",") -> dynamic([""])
        replace_string("aXbX", "X", "") -> "ab"
        replace_string("abc", "", "x") -> "abc"
        replace_strings("cat dog", dynamic(["cat", "dog"]), dynamic(["dog", "pigeon"])) -> "dog pigeon"
        replace_strings("This is", dynamic(["is", "This"]), dynamic(["was", "X"])) -> "Thwas was"
        replace_strings("This is", dynamic(["This", "is"]), dynamic([1, "was"])) -> "This was"
        replace_strings("ab", dynamic(["a"]), dynamic([])) -> error
        indexof("abcdefg", "cde", 1, 2) -> 2
        indexof("abcdefg", "cde", 3, 4) -> -1
        indexof("日本語", "語") -> 2
        indexof_regex("ababaa", "a.a", 0, -1, 2) -> -1
        indexof_regex("abcabc", "a", -1) -> null
        indexof("abab", "ab", 0, -1, 2) -> 2
        countof("aaa", "aa") -> 2
        countof("aaa", "aa", "regex") -> 1
        reverse("añb") -> "bña"
        strrep("ab", 3, "-") -> "ab-ab-ab"
        strrep("ab", 2000) -> error
        translate("abc", "x", "a1b2c3") -> "x1x2x3"
        translate("abc", "", "abcd") -> "d"
        has_any_index("this is an example", dynamic(["isn", "an"])) -> 1
        has_any_index("x", dynamic(["isn"])) -> -1
        to_utf8("é") -> dynamic([195, 169])
        unicode_codepoints_to_string(75, dynamic([117, 115])) -> "Kus"
        parse_csv("a,\"b,\"\"c\"\"\",d\nx") -> dynamic(["a", "b,\"c\"", "d"])
        trim("--", "--https--") -> "https"
        trim_start("[^\\w]+", "- /x!") -> "x!"
        trim_end("x*", "abxx") -> "ab"
        extract("(\\d+)-(\\d+)", 2, "10-20") -> "20"
        extract("x", 0, "abc") -> ""
        extract("(a", 0, "abc") -> error
        extract_all("(\\w)(\\d)", "a1b2") -> dynamic([["a", "1"], ["b", "2"]])
        extract_all("(\\d)", "a") -> null
        replace_regex("a1b2", "(\\d)", "<\\1>") -> "a<1>b<2>"
        replace_regex("ab", "b", "$0") -> "a$0"
        base64_encode_tostring("Kusto") -> "S3VzdG8="
        base64_decode_tostring("S3VzdG8=") -> "Kusto"
        base64_decode_tostring("*") -> ""
        base64_decode_toarray("S3VzdG8") -> null
        toguid("0123456789ab-cdef-0123-456789abcdef") -> guid(01234567-89ab-cdef-0123-456789abcdef)
        base64_decode_tostring("") -> ""
        url_decode("a%20b+c%zz") -> "a b c%zz"
        parse_version("1.2.3.4") -> decimal(1000000020000000300000004)
        parse_version("1.2.3.4.5") -> null
        hash("World") -> 1846988464401551951
        hash_md5("World") -> "f5a7924e621e84c9280a9a27e1bcb7f6"
        hash_sha1("") -> "da39a3ee5e6b4b0d3255bfef95601890afd80709"
        hash_sha256(datetime(2020-01-01)) -> "ba666752dc1a20eb750b0eb64e780cc4c968bc9fb8813461c1d7e750f302d71d"
        parse_command_line("a \"b c\" d\\\\e \\\"f", "windows") -> dynamic(["a", "b c", "d\\\\e", "\"f"])
        parse_command_line("  ", "windows") -> dynamic([""])
        parse_xml("<a><b>1</b><b k='v'>x &amp; y</b><c/></a>") -> dynamic({"a": {"b": ["1", {"@k": "v", "#text": "x & y"}], "c": null}})
        parse_xml("<a>") -> null
        parse_xml("no") -> null
        hash("World", 100) -> 51
        hash(datetime(2015-01-01)) -> 1380966698541616202
        "##,
    );
}

#[test]
fn functions_on_numbers() {
    check(
        r#"
        bin(4.5, 1) -> real(4)
        bin(-7, 5) -> -10
        bin(7, 0) -> null
        bin(7, -5) -> null
        bin(null, 5) -> null
        bin(datetime(2024-02-29 13:45), time(1h)) -> datetime(2024-02-29 13:00)
        bin(time(16d), time(7d)) -> time(14d)
        bin_at(time(1h), time(1d), time(12h)) -> time(-0.12:00:00)
        floor(-1.5) -> real(-2)
        ceiling(1.2) -> real(2)
        round(2.5) -> real(3)
        round(-2.5) -> real(-3)
        round(1.005, 2) -> real(1)
        round(1234.5, -2) -> real(1200)
        abs(-5) -> 5
        abs(time(-1h)) -> time(1h)
        abs(-9223372036854775808) -> null
        sqrt(-1) -> null
        log(-1) -> null
        pow(2, 10) -> real(1024)
        binary_shift_left(1, 65) -> 2
        tohex(-256) -> "ffffffffffffff00"
        tohex(256, 8) -> "00000100"
        tohex(int(-256), 8) -> "ffffff00"
        tolong("0x1f") -> 31
        tolong(" 12 ") -> 12
        tolong("1.5") -> null
        tolong(1.9) -> 1
        tolong(1e30) -> null
        toint(4294967296) -> null
        toreal("1e3") -> real(1000)
        toreal("x") -> null
        tobool("TRUE") -> true
        tobool(2) -> true
        tobool("yes") -> null
        tostring(1.0) -> "1"
        tostring(1e15) -> "1E+15"
        tostring(0.00001) -> "1E-05"
        tostring(null) -> ""
        todecimal("0.1") -> decimal(0.1)
        format_bytes(564) -> "564 Bytes"
        format_bytes(20010332, 2) -> "19.08 MB"
        format_bytes(20010332, 0, "KB") -> "19541 KB"
        max_of(1, null, 7) -> 7
        min_of(3, 2.5) -> real(2.5)
        isnan(real(nan)) -> true
        "#,
    );
}

#[test]
fn functions_on_times() {
    check(
        r#"
        todatetime("2015-12-31 23:59:59.9") -> datetime(2015-12-31T23:59:59.9Z)
        todatetime("Sat, 8 Nov 14 15:05:02 GMT") -> datetime(2014-11-08T15:05:02)
        todatetime("Saturday, 08-Nov-14 15:05:02 UTC") -> datetime(2014-11-08T15:05:02)
        todatetime("02/17/2016 08:40:01") -> datetime(2016-02-17T08:40:01)
        todatetime("2024-01-01T01:00:00+02:30") -> datetime(2023-12-31T22:30:00)
        todatetime("17/02/2016") -> null
        todatetime("2023-02-29") -> null
        todatetime("") -> null
        totimespan("1.02:03:04.5") -> time(93784.5s)
        totimespan("25:00:00") -> null
        totimespan("90min") -> time(01:30:00)
        startofday(datetime(2024-02-29 13:00), 1) -> datetime(2024-03-01)
        startofweek(datetime(2017-01-01 10:10)) -> datetime(2017-01-01)
        endofmonth(datetime(2024-02-05)) -> datetime(2024-02-29T23:59:59.9999999Z)
        endofyear(datetime(9999-05-05)) -> datetime(9999-12-31T23:59:59.9999999Z)
        startofyear(datetime(9999-05-05), 1) -> null
        datetime_add("month", 1, datetime(2024-01-31)) -> datetime(2024-02-29)
        datetime_add("year", 8000, datetime(2024-01-31)) -> null
        datetime_add("fortnight", 1, datetime(2024-01-31)) -> error
        datetime_diff("week", datetime(2017-10-29 00:00), datetime(2017-09-30 23:59)) -> 5
        datetime_diff("year", datetime(2017-01-01), datetime(2000-12-31)) -> 17
        datetime_diff("nanosecond", datetime(2017-10-30 23:00:00.0000000), datetime(2017-10-30 23:00:00.0000007)) -> -700
        dayofweek(datetime(1970-05-11)) -> time(1d)
        week_of_year(datetime(2020-12-31)) -> int(53)
        week_of_year(datetime(2021-01-03)) -> int(53)
        hourofday(datetime(2024-02-29 13:45)) -> int(13)
        datetime_part("nanosecond", datetime(2024-02-29 13:45:00.0000001)) -> int(100)
        make_datetime(2017, 10, 1, 12, 11, 0.1234567) -> datetime(2017-10-01T12:11:00.1234567Z)
        make_datetime(2017, 13, 1) -> null
        make_timespan(1, 12, 30, 55.123) -> time(1.12:30:55.123)
        unixtime_nanoseconds_todatetime(1546300800000000000) -> datetime(2019-01-01)
        unixtime_seconds_todatetime(99999999999999) -> null
        ago(time(1d)) -> datetime(2024-02-28 12:00)
        now(time(-12h)) -> datetime(2024-02-29)
        format_datetime(datetime(2017-01-29 09:00:05), "yy-MM-dd [hh:mm:ss tt]") -> "17-01-29 [09:00:05 AM]"
        format_datetime(datetime(2017-01-29 00:00:05.1200000), "H:m:s.FFFFFFF") -> "0:0:5.12"
        format_datetime(datetime(2017-01-29), "qq") -> error
        format_timespan(time(29.09:00:05.12345), "ddd.h:mm:ss [fffffff]") -> "029.9:00:05 [1234500]"
        tolong(datetime(0001-01-01 00:00:00.0000001)) -> 1
        "#,
    );
}

#[test]
fn functions_on_dynamics() {
    check(
        r#"
        parse_json("{\"a\": [1, 2.0]}") -> dynamic({"a": [1, 2.0]})
        parse_json("not json") -> dynamic("not json")
        parse_json("") -> null
        tostring(dynamic({"a": [1, 2.0, "x\"", null, true]})) -> "{\"a\":[1,2.0,\"x\\\"\",null,true]}"
        tostring(dynamic("x")) -> "x"
        tolong(dynamic("12")) -> 12
        tolong(dynamic([1])) -> null
        gettype(dynamic({"a": 1})) -> "dictionary"
        gettype(1.5) -> "real"
        array_length(dynamic([1, null])) -> 2
        array_length(dynamic({"a": 1})) -> null
        array_slice(dynamic([1, 2, 3, 4, 5]), -3, -2) -> dynamic([3, 4])
        array_slice(dynamic([1, 2]), 5, 9) -> dynamic([])
        array_split(dynamic([1, 2, 3, 4, 5]), dynamic([1, 3])) -> dynamic([[1], [2, 3], [4, 5]])
        array_rotate_left(dynamic([1, 2, 3]), -7) -> dynamic([3, 1, 2])
        array_shift_left(dynamic([1, 2, 3]), 2) -> dynamic([3, null, null])
        array_shift_right(dynamic(["a", "b"]), 1) -> dynamic(["", "a"])
        array_concat(dynamic([1]), dynamic([2, 3])) -> dynamic([1, 2, 3])
        array_index_of(dynamic(["this", "is", "an"]), "an", -2) -> 2
        array_iff(dynamic([true, 0, "x"]), 1, dynamic([7, 8])) -> dynamic([1, 8, null])
        array_sort_asc(dynamic([3, null, 1])) -> dynamic([1, 3, null])
        array_sort_desc(dynamic(["a", "B"]), dynamic([1, 2])) -> dynamic([["a", "B"], [1, 2]])
        array_sum(dynamic([1, 2.5])) -> real(3.5)
        range(1, 8, 3) -> dynamic([1, 4, 7])
        range(3, 1) -> dynamic([])
        range(1, 3, 0) -> null
        zip(dynamic([1, 2]), dynamic([3])) -> dynamic([[1, 3], [2, null]])
        pack_array(1, "a", null) -> dynamic([1, "a", null])
        bag_pack("a", 1, "b", datetime(2024-01-01)) -> dynamic({"a": 1, "b": "2024-01-01T00:00:00.0000000Z"})
        bag_keys(dynamic({"b": 1, "a": 2})) -> dynamic(["b", "a"])
        bag_merge(dynamic({"a": 1}), dynamic({"a": 2, "b": 3})) -> dynamic({"a": 1, "b": 3})
        bag_has_key(dynamic({"a": {"b": 1}}), "$.a.b") -> true
        bag_remove_keys(dynamic({"a": {"b": 1, "c": 2}, "d": 3}), dynamic(["$.a.b", "d"])) -> dynamic({"a": {"c": 2}})
        bag_set_key(dynamic({"a": 1}), "$.b.c", 2) -> dynamic({"a": 1, "b": {"c": 2}})
        extract_json("$.a[0]['b c']", "{\"a\": [{\"b c\": 5}]}") -> "5"
        extract_json("a", "{\"a\": 1}") -> ""
        set_union(dynamic([1, 1, 2]), dynamic([2, 3])) -> dynamic([1, 2, 3])
        set_intersect(dynamic([1, 2, 3]), dynamic([3, 1])) -> dynamic([1, 3])
        set_difference(dynamic([1, 2, 3]), dynamic([2])) -> dynamic([1, 3])
        set_has_element(dynamic(["a"]), "A") -> false
        series_floor(dynamic([-1.5, 1, "x"])) -> dynamic([-2.0, 1.0, null])
        series_stats_dynamic(dynamic([])) -> null
        jaccard_index(dynamic([1, 2, 3]), dynamic([1, 2, 3, 4])) -> real(0.75)
        isempty(dynamic([])) -> false
        isempty(dynamic(null)) -> true
        isnull("") -> false
        coalesce("", "b") -> "b"
        case(false, 1, null, 2, 3) -> 3
        iff(null, 1, 2) -> 2
        "#,
    );
}

#[test]
fn functions_on_addresses() {
    check(
        r#"
        ipv4_is_private("172.16.5.1") -> true
        ipv4_is_private("172.32.0.1") -> false
        ipv4_is_private("300.1.1.1") -> null
        ipv4_is_in_range("192.168.1.5", "192.168.1.0/24") -> true
        ipv4_is_in_range("1.2.3.4", "0.0.0.0/0") -> true
        ipv4_is_in_any_range("10.1.2.3", dynamic(["192.168.0.0/16", "10.0.0.0/8"])) -> true
        ipv4_compare("192.168.1.1/24", "192.168.1.255") -> 0
        ipv4_compare("10.0.0.1", "10.0.0.2") -> -1
        ipv4_is_match("192.168.1.1", "192.168.1.255", 24) -> true
        ipv6_is_match("::192.168.1.1/30", "192.168.1.255/24") -> true
        ipv6_is_in_range("a5e:f127::1", "a5e:f127::/32") -> true
        parse_ipv4("192.168.1.1/24") -> 3232235776
        parse_ipv4_mask("127.0.0.1", 24) -> 2130706432
        parse_ipv6("::192.168.255.255/24") -> "0000:0000:0000:0000:0000:0000:c0a8:ff00"
        parse_ipv6("192.168.255.255/24") -> "0000:0000:0000:0000:0000:ffff:c0a8:ff00"
        format_ipv4("192.168.1.1", 24) -> "192.168.1.0"
        format_ipv4_mask("192.168.1.1/24", -1) -> ""
        has_ipv4("05:04:54127.0.0.1 GET", "127.0.0.1") -> false
        has_ipv4("Source 10.1.2.3:1234", "10.1.2.3") -> true
        has_ipv4("x 127.0.0.256", "127.0.0.256") -> false
        has_any_ipv4_prefix("05:04:54 127.0.0.1 GET", "127.0.", "192.") -> true
        has_any_ipv4_prefix("05:04:54 127.0.0.1 GET", "127.0") -> false
        ipv4_range_to_cidr_list("1.1.128.0", "1.1.140.255") -> dynamic(["1.1.128.0/21", "1.1.136.0/22", "1.1.140.0/24"])
        ipv4_range_to_cidr_list("0.0.0.0", "255.255.255.255") -> dynamic(["0.0.0.0/0"])
        parse_url("https://u:p@h.com:8080/a/b?x=1&y=#f") -> dynamic({"Scheme": "https", "Host": "h.com", "Port": "8080", "Path": "/a/b", "Username": "u", "Password": "p", "Query Parameters": {"x": "1", "y": ""}, "Fragment": "f"})
        parse_path("file://C:/temp/file.txt:some.exe") -> dynamic({"Scheme": "file", "RootPath": "C:/", "DirectoryPath": "C:/temp", "DirectoryName": "temp", "Filename": "file.txt", "Extension": "txt", "AlternateDataStreamName": "some.exe"})
        "#,
    );
}

/// Runs an aggregate over rows; constants are the arguments of the first row from `constants_from` on.
fn aggregated(name: &str, result: Type, constants_from: usize, rows: &[&str]) -> String {
    let rows: Vec<Vec<Value>> = rows.iter().map(|row| arguments(row)).collect();
    let first = rows.first().cloned().unwrap_or_default();
    let types: Vec<Type> = first.iter().map(|arg| arg.value_type().unwrap_or(Type::Unknown)).collect();
    let constants: Vec<Option<Value>> =
        first.iter().enumerate().map(|(at, arg)| (at >= constants_from).then(|| arg.clone())).collect();
    let setup = Setup { arg_types: &types, constants: &constants, results: &[result] };
    let mut accumulator = aggregate::lookup(name).expect("an aggregate").accumulator(&setup).expect("good constants");
    for row in &rows {
        accumulator.add(row).expect("no failure");
    }
    let values: Vec<String> = accumulator.finish().iter().map(|value| json::to_json(value).to_string()).collect();
    values.join(" ")
}

#[test]
fn aggregates() {
    let over = |name, ty, rows: &[&str]| aggregated(name, ty, 1, rows);
    assert_eq!(over("count", Type::Long, &["null", "1"]), "2");
    assert_eq!(aggregated("countif", Type::Long, 9, &["true", "null", "false"]), "1");
    assert_eq!(over("dcount", Type::Long, &["\"a\"", "\"A\"", "\"a\""]), "2");
    assert_eq!(over("sum", Type::Long, &["1", "null", "2"]), "3");
    assert_eq!(over("sum", Type::Long, &[]), "0");
    assert_eq!(over("avg", Type::Real, &["1", "null", "2"]), "1.5");
    assert_eq!(over("avg", Type::Real, &[]), "\"NaN\"");
    assert_eq!(over("avg", Type::TimeSpan, &["time(1h)", "time(2h)"]), "\"01:30:00\"");
    assert_eq!(over("max", Type::String, &["\"a\"", "\"b\""]), "\"b\"");
    assert_eq!(over("max", Type::String, &[]), "\"\"");
    assert_eq!(over("min", Type::Long, &["null", "3", "2"]), "2");
    assert_eq!(aggregated("arg_max", Type::Long, 9, &["1, \"a\"", "null, \"b\"", "5, \"c\"", "5, \"d\""]), "5 \"c\"");
    assert_eq!(aggregated("arg_max", Type::Long, 9, &["null, \"a\"", "null, \"b\""]), "null \"a\"");
    assert_eq!(over("take_any", Type::String, &["\"\"", "\"x\""]), "\"x\"");
    assert_eq!(over("make_set", Type::Dynamic, &["1", "null", "1", "dynamic([1,2])"]), "[1,2]");
    assert_eq!(over("make_list", Type::Dynamic, &["1", "null", "1"]), "[1,1]");
    assert_eq!(over("make_list", Type::Dynamic, &["1, 2", "2, 2", "3, 2"]), "[1,2]");
    assert_eq!(
        over("make_bag", Type::Dynamic, &["dynamic({\"a\":1})", "dynamic({\"a\":2,\"b\":3})"]),
        "{\"a\":1,\"b\":3}"
    );
    assert_eq!(over("stdev", Type::Real, &["1", "2", "3", "4", "5"]), "1.5811388300841898");
    assert_eq!(over("variance", Type::Real, &["1"]), "0.0");
    assert_eq!(over("percentile", Type::Long, &["1, 50", "2, 50", "3, 50", "4, 50"]), "2");
    assert_eq!(
        aggregated("percentilesw_array", Type::Dynamic, 2, &["10, 8, 50, 99.9", "20, 6, 50, 99.9", "40, 1, 50, 99.9"]),
        "[10,40]"
    );
    assert_eq!(over("binary_all_xor", Type::Long, &["5", "1"]), "4");
}

#[test]
fn decimals_are_exact() {
    let decimal = |text: &str| Decimal::parse(text).expect("a decimal");
    assert_eq!(decimal("0.1").sum(decimal("0.2")).map(|d| d.to_string()).as_deref(), Some("0.3"));
    assert_eq!(
        decimal("1").quotient(decimal("3")).map(|d| d.to_string()).as_deref(),
        Some("0.3333333333333333333333333333333333")
    );
    assert_eq!(decimal("1e20").product(decimal("1e20")).map(|d| d.to_string()), Some(format!("1{}", "0".repeat(40))));
    let nines = "9".repeat(34);
    assert_eq!(
        decimal(&nines).product(decimal(&nines)).map(|d| d.to_string()),
        Some(format!("{}8{}", "9".repeat(33), "0".repeat(34)))
    );
    assert!(decimal("-1.5") < decimal("-1.49"));
    assert_eq!(Decimal::parse("1e99999"), None);
}

proptest! {
    #[test]
    fn datetimes_read_back(ticks in 0..=time::MAX_DATETIME) {
        prop_assert_eq!(time::parse_datetime(&time::format_datetime(ticks)), Some(ticks));
        prop_assert_eq!(time::parse_datetime(&time::format_datetime_seven(ticks)), Some(ticks));
    }

    #[test]
    fn timespans_read_back(ticks in any::<i64>()) {
        let text = time::format_timespan(ticks);
        // The shortest timespan has no positive counterpart.
        prop_assert_eq!(time::parse_timespan(&text), (ticks != i64::MIN).then_some(ticks));
    }

    #[test]
    fn reading_never_panics(text in any::<String>()) {
        for ty in [Type::Bool, Type::Int, Type::Long, Type::Real, Type::Decimal, Type::DateTime, Type::TimeSpan, Type::Guid, Type::Dynamic] {
            convert::convert(&Value::String(text.clone()), ty);
        }
    }

    #[test]
    fn time_like_text_never_panics(text in "[0-9TZ:./+ -]{0,30}|[A-Z][a-z]{2}, [0-9]{1,2} [A-Z][a-z]{2} [0-9]{2,4} ?[0-9:]{0,9}[a-zA-Z]{0,4}") {
        time::parse_datetime(&text);
        time::parse_timespan(&text);
    }

    #[test]
    fn dynamics_read_back(text in any::<String>(), number in any::<i64>(), real in any::<f64>()) {
        let array = Dynamic::Array(vec![Dynamic::String(text.clone()), Dynamic::Long(number), Dynamic::Null]);
        let bag = Dynamic::Bag(vec![(text, array)]);
        prop_assert_eq!(Dynamic::parse_strict(&bag.to_string()), Some(bag));
        let real = Dynamic::Array(vec![Dynamic::Real(real)]);
        if real.at(0).is_some_and(|value| matches!(value, Dynamic::Real(v) if v.is_finite())) {
            prop_assert_eq!(Dynamic::parse_strict(&real.to_string()), Some(real));
        }
    }

    #[test]
    fn functions_never_panic(name in proptest::sample::select(NAMES), texts in prop::collection::vec("[a-z0-9.:/%\\\\(é -]{0,12}", 0..5), number in any::<i64>()) {
        let mut args: Vec<Value> = texts.into_iter().map(Value::String).collect();
        let _ = called(name, &args, Type::Unknown);
        for at in 0..args.len() {
            args[at] = Value::Long(number);
            let _ = called(name, &args, Type::Unknown);
        }
        let list = Dynamic::Array(vec![Dynamic::Long(number), Dynamic::Null, Dynamic::String("a".to_owned())]);
        for at in 0..args.len() {
            args[at] = Value::Dynamic(list.clone());
            let _ = called(name, &args, Type::Unknown);
        }
    }

    #[test]
    fn sorting_is_a_total_order(a in scalar(), b in scalar(), c in scalar()) {
        use std::cmp::Ordering::Greater;
        prop_assert_eq!(compare::sort_order(&a, &b), compare::sort_order(&b, &a).reverse());
        if compare::sort_order(&a, &b) != Greater && compare::sort_order(&b, &c) != Greater {
            prop_assert!(compare::sort_order(&a, &c) != Greater);
        }
    }
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::Long),
        (-3_i64..3).prop_map(Value::Long),
        any::<f64>().prop_map(Value::Real),
        "[ab]{0,2}".prop_map(Value::String),
        "[ab]{0,2}".prop_map(|text| Value::Dynamic(Dynamic::String(text))),
    ]
}

const NAMES: &[&str] = &[
    "substring",
    "split",
    "indexof",
    "countof",
    "replace_strings",
    "strrep",
    "translate",
    "extract",
    "extract_all",
    "replace_regex",
    "trim",
    "indexof_regex",
    "parse_url",
    "parse_path",
    "parse_urlquery",
    "url_decode",
    "url_encode",
    "has_any_ipv4",
    "has_ipv4_prefix",
    "ipv4_compare",
    "ipv6_compare",
    "parse_ipv6_mask",
    "format_ipv4",
    "ipv4_range_to_cidr_list",
    "base64_decode_tostring",
    "base64_decode_toguid",
    "parse_csv",
    "parse_command_line",
    "parse_xml",
    "series_stats_dynamic",
    "series_fit_line_dynamic",
    "bin",
    "bin_at",
    "round",
    "floor",
    "range",
    "array_slice",
    "array_split",
    "array_rotate_left",
    "array_shift_right",
    "array_index_of",
    "array_sort_asc",
    "zip",
    "repeat",
    "bag_set_key",
    "bag_remove_keys",
    "extract_json",
    "datetime_add",
    "datetime_diff",
    "make_datetime",
    "make_timespan",
    "startofmonth",
    "endofweek",
    "format_datetime",
    "format_timespan",
    "format_bytes",
    "unixtime_seconds_todatetime",
    "around",
    "hash",
    "parse_version",
    "tohex",
    "max_of",
    "case",
    "coalesce",
    "set_union",
    "set_difference",
    "jaccard_index",
    "strcat_array",
    "abs",
    "treepath",
];
