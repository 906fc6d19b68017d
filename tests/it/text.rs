//! Laws of places in text: positions, edits, and the way from an embedded text back to its file.

use proptest::prelude::*;
use sentinelc::text::{Edit, Embedded, Segment, Source, Span, apply};

#[test]
fn columns_count_characters_and_skip_the_byte_order_mark() {
    let source = Source::new("x.yaml", "\u{feff}näme: a\r\nq: b\n");
    let at = |needle: &str| {
        let offset = u32::try_from(source.text().find(needle).expect("needle is in the text")).expect("short text");
        let position = source.position(offset);
        (position.line, position.column)
    };
    assert_eq!(at("n"), (1, 1));
    assert_eq!(at("me"), (1, 3));
    assert_eq!(at("b\n"), (2, 4));
    assert_eq!(source.slice(source.line_span(1)), "\u{feff}näme: a");
    assert_eq!(source.line_span(9), Span::at(u32::try_from(source.text().len()).expect("short text")));
}

#[test]
fn bytes_that_are_no_text_are_refused_with_their_place() {
    let error = Source::from_bytes("r.yaml".as_ref(), b"id: 1\nname: \xff".to_vec()).expect_err("no UTF-8");
    insta::assert_snapshot!(error, @"r.yaml:2:7: is not UTF-8 text (byte 0xFF at offset 12); save the file as UTF-8");
}

#[test]
fn overlapping_edits_change_nothing() {
    let edits = [Edit::replace(Span::new(0, 3), "x"), Edit::replace(Span::new(2, 4), "y")];
    insta::assert_snapshot!(apply("abcdef", &edits).expect_err("they overlap"),
        @"the change at bytes 2..4 overlaps another change or lies outside the text");
}

/// A block of lines indented by two in a file, and its decoded text.
fn block() -> impl Strategy<Value = (String, String, Vec<Segment>)> {
    proptest::collection::vec("[a-zé|'= ]{0,12}", 1..8).prop_map(|lines| {
        let (mut file, mut inner, mut segments) = ("query: |\n".to_owned(), String::new(), Vec::new());
        for line in lines {
            file.push_str("  ");
            let segment = Segment {
                inner: u32::try_from(inner.len()).expect("short text"),
                outer: u32::try_from(file.len()).expect("short text"),
                len: u32::try_from(line.len()).expect("short text"),
            };
            segments.push(segment);
            file.push_str(&line);
            inner.push_str(&line);
            file.push('\n');
            inner.push('\n');
        }
        (file, inner, segments)
    })
}

proptest! {
    #[test]
    fn every_character_of_a_block_is_found_in_its_file((file, inner, segments) in block()) {
        let embedded = Embedded::new(&file, Span::from_range(7..file.len()), inner.clone(), segments);
        for (at, character) in inner.char_indices().filter(|(_, character)| *character != '\n') {
            let span = Span::from_range(at..at + character.len_utf8());
            let outer = embedded.exact(span).expect("a character of a line is mapped");
            prop_assert_eq!(outer.slice(&file), span.slice(&inner));
        }
    }

    #[test]
    fn segments_that_lie_are_not_believed((file, inner, segments) in block(), shift in 1u32..5) {
        let moved = segments.iter().map(|segment| Segment { outer: segment.outer + shift, ..*segment }).collect();
        let embedded = Embedded::new(&file, Span::from_range(7..file.len()), inner.clone(), moved);
        for (at, character) in inner.char_indices().filter(|(_, character)| *character != '\n') {
            let span = Span::from_range(at..at + character.len_utf8());
            if let Some(outer) = embedded.exact(span) {
                prop_assert_eq!(outer.slice(&file), span.slice(&inner));
            }
        }
    }

    #[test]
    fn edits_apply_in_any_order(text in "[a-zé]{0,20}", cuts in proptest::collection::vec(0usize..20, 0..6)) {
        let mut at: Vec<usize> = cuts.into_iter().filter(|cut| text.is_char_boundary(*cut) && *cut <= text.len()).collect();
        at.sort_unstable();
        at.dedup();
        let offset = |cut: &usize| u32::try_from(*cut).expect("short text");
        let forward: Vec<Edit> = at.iter().map(|cut| Edit::insert(offset(cut), "|")).collect();
        let backward: Vec<Edit> = forward.iter().rev().cloned().collect();
        let result = apply(&text, &forward).expect("insertions at different places do not overlap");
        prop_assert_eq!(&result, &apply(&text, &backward).expect("nor in another order"));
        prop_assert_eq!(result.replace('|', ""), text);
    }
}
