//! Functions against one another over random values: what undoes what, what adds up to what. No law repeats how a function
//! is built, so each is a second way to its values.

use proptest::prelude::*;

use crate::eval::answer;

/// Laws of two texts, `s` and `t`.
const OF_TEXTS: &[&str] = &[
    "base64_decode_tostring(base64_encode_tostring(s)) == s",
    "url_decode(url_encode(s)) == s",
    "url_decode(url_encode_component(s)) == s",
    "reverse(reverse(s)) == s",
    "gzip_decompress_from_base64_string(gzip_compress_to_base64_string(s)) == s",
    "zlib_decompress_from_base64_string(zlib_compress_to_base64_string(s)) == s",
    "unicode_codepoints_to_string(unicode_codepoints_from_string(s)) == s",
    "array_length(unicode_codepoints_from_string(s)) == strlen(s)",
    "array_length(to_utf8(s)) == string_size(s)",
    "strlen(strcat(s, t)) == strlen(s) + strlen(t)",
    "string_size(strcat(s, t)) == string_size(s) + string_size(t)",
    "strcat_array(split(strcat(s, '|', t), '|'), '|') == strcat_delim('|', s, t)",
    "strcat(substring(s, 0, 2), substring(s, 2)) == s",
    "strlen(s) < 2 or substring(s, -2) == substring(s, strlen(s) - 2)",
    "replace_string(replace_string(s, 'a', '<a>'), '<a>', 'a') == s",
    "strcmp(s, t) == -strcmp(t, s)",
    "(strcmp(s, t) == 0) == (s == t)",
    "tostring(parse_json(tostring(pack_array(s, t)))[1]) == t",
    "tostring(bag_pack('k', s).k) == s",
    "indexof(strcat(s, '\u{2603}', t), '\u{2603}') <= strlen(s)",
    "countof(strcat(s, '#', t, '#'), '#') == countof(s, '#') + countof(t, '#') + 2",
    "(s == t) == (hash_sha256(s) == hash_sha256(t))",
    "hash(s, 10) between (0 .. 9) and hash(s) == hash_xxhash64(s)",
    "strrep(s, 3) == strcat(s, s, s)",
    "extract('(?s)^(.*)$', 1, s) == s",
    "strcat(s, t) startswith_cs s and strcat(s, t) endswith_cs t and strcat(s, t) contains_cs t",
    "set_equals(set_union(pack_array(s), pack_array(t)), pack_array(t, s, t))",
    "array_length(set_intersect(pack_array(s), pack_array(t))) == iff(s == t, 1, 0)",
    "array_length(set_difference(pack_array(s), pack_array(t))) == iff(s == t, 0, 1)",
    "isempty(s) == (strlen(s) == 0) and isnotempty(s) != isempty(s)",
    "array_length(parse_csv(strcat('\"', replace_string(s, '\"', '\"\"'), '\",x'))) == 2",
    "tostring(parse_csv(strcat('\"', replace_string(s, '\"', '\"\"'), '\",x'))[0]) == s",
];

/// Laws of two whole numbers, `n` and `m`.
const OF_NUMBERS: &[&str] = &[
    "binary_xor(binary_xor(n, m), m) == n",
    "binary_not(binary_not(n)) == n",
    "bitset_count_ones(n) + bitset_count_ones(binary_not(n)) == 64",
    "binary_and(n, m) + binary_or(n, m) == n + m",
    "tolong(tostring(n)) == n",
    "todecimal(tostring(n)) == todecimal(n)",
    "n < 0 or tolong(strcat('0x', tohex(n))) == n",
    "n % 7 >= 0 and n % 7 < 7 and (n % 7 == n % -7)",
    "coalesce(bin(n, 7) + n % 7 == n, true)",
    "min_of(n, m) + max_of(n, m) == n + m",
    "parse_ipv4(format_ipv4(binary_and(n, 4294967295))) == binary_and(n, 4294967295)",
    "array_sum(dynamic([1, 2, 3])) == 6 and array_length(range(1, 5)) == 5",
    "array_index_of(pack_array(n, m), m) == iff(n == m, 0, 1)",
    "tostring(array_sort_asc(pack_array(n, m))) == tostring(array_reverse(array_sort_desc(pack_array(n, m))))",
    "tostring(array_rotate_right(array_rotate_left(pack_array(n, m, 5), 2), 2)) == tostring(pack_array(n, m, 5))",
    "tostring(array_concat(array_slice(pack_array(n, m, 5), 0, 0), array_slice(pack_array(n, m, 5), 1, -1))) == tostring(pack_array(n, m, 5))",
];

/// Laws of two datetimes of the years 1970 to 2100, `d` and `e`.
const OF_TIMES: &[&str] = &[
    "todatetime(tostring(d)) == d",
    "totimespan(tostring(d - e)) == d - e",
    "d - e + e == d",
    "datetime_add('day', datetime_diff('day', d, e), startofday(e)) == startofday(d)",
    "datetime_diff('hour', d, e) == (bin(d, 1h) - bin(e, 1h)) / 1h",
    "datetime_diff('month', d, e) == -datetime_diff('month', e, d)",
    "dayofweek(startofweek(d)) == 0s and d - startofweek(d) < 7d and d >= startofweek(d)",
    "endofday(d) + 1tick == startofday(d, 1)",
    "endofweek(d) + 1tick == startofweek(d, 1)",
    "endofmonth(d) + 1tick == startofmonth(d, 1)",
    "endofyear(d) + 1tick == startofyear(d, 1)",
    "make_datetime(getyear(d), monthofyear(d), dayofmonth(d)) == startofday(d)",
    "startofyear(d) + (dayofyear(d) - 1) * 1d == startofday(d)",
    "hourofday(d) * 1h <= d - startofday(d) and datetime_part('hour', d) == hourofday(d)",
    "datetime_local_to_utc(datetime_utc_to_local(d, 'Asia/Tokyo'), 'Asia/Tokyo') == d",
    "format_datetime(d, 'yyyy-MM-dd') == substring(tostring(d), 0, 10)",
    "format_timespan(d - startofday(d), 'hh:mm:ss') == substring(tostring(d), 11, 8)",
    "unixtime_microseconds_todatetime(tolong((bin(d, 1s) - datetime(1970-01-01)) / 1microsecond)) == bin(d, 1s)",
    "bin_at(d, 1h, e) <= d and d - bin_at(d, 1h, e) < 1h and (bin_at(d, 1h, e) - e) % 1h == 0s",
];

/// The text as a literal, all but letters and digits as escapes.
fn literal(text: &str) -> String {
    let escaped = |c: char| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' => c.to_string(),
        c if (c as u32) < 0x1_0000 => format!("\\u{:04x}", c as u32),
        c => c.to_string(),
    };
    format!("\"{}\"", text.chars().map(escaped).collect::<String>())
}

/// Asks all laws at once and names those that do not hold.
fn broken(values: &str, laws: &[&str]) -> Vec<String> {
    let columns: Vec<String> = laws.iter().enumerate().map(|(at, law)| format!("law{at} = {law}")).collect();
    let table = answer(&format!("{values} print {}", columns.join(", ")));
    let Some((_, row)) = table.split_once('\n') else { return vec![table] };
    let cells = row.split(" | ").zip(laws);
    cells.filter(|(cell, _)| *cell != "true").map(|(cell, law)| format!("{values} {law} is {cell}")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn functions_on_texts_agree(s in "[ -~éß\u{130}漢𝕏#\"\t]{0,12}", t in "[a-c #é\"]{0,4}") {
        let values = format!("let s = {}; let t = {};", literal(&s), literal(&t));
        prop_assert_eq!(broken(&values, OF_TEXTS), Vec::<String>::new());
    }

    #[test]
    fn functions_on_whole_numbers_agree(n in any::<i64>(), m in -5_i64..6) {
        let values = format!("let n = long({n}); let m = long({m});");
        prop_assert_eq!(broken(&values, OF_NUMBERS), Vec::<String>::new());
    }

    #[test]
    fn functions_on_times_agree(d in 0_i64..41_000_000_000_000_000, e in 0_i64..41_000_000_000_000_000) {
        // Ticks from 1970 to 2099.
        let values = format!("let d = datetime(1970-01-01) + {d} * 1tick; let e = datetime(1970-01-01) + {e} * 1tick;");
        prop_assert_eq!(broken(&values, OF_TIMES), Vec::<String>::new());
    }
}
