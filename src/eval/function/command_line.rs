//! `parse_command_line`: the arguments of a command line as Windows finds them (Microsoft: "`parse_command_line()`",
//! "`CommandLineToArgvW` function"). The first argument is the program and follows rules of its own; behind it, blanks part
//! the arguments, quotes keep them together and backslashes escape quotes.

use std::iter::Peekable;
use std::str::Chars;

use super::arguments::{strings, text};
use super::{Call, Failure, Function};
use crate::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[Function::strict("parse_command_line", 2, parse_command_line)];

fn parse_command_line(args: &[Value], _: &Call) -> Result<Value, Failure> {
    if !text(args, 1).eq_ignore_ascii_case("windows") {
        return Ok(Value::Null);
    }
    let line = text(args, 0);
    if line.is_empty() {
        return Ok(strings([]));
    }
    let mut letters = line.chars().peekable();
    let mut found = vec![program(&mut letters)];
    while letters.peek().is_some() {
        while letters.next_if(|letter| is_blank(*letter)).is_some() {}
        found.extend(argument(&mut letters));
    }
    Ok(strings(found))
}

const fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\t')
}

/// What stands before the first blank, or before the second quote when a quote comes first; empty behind blanks.
fn program(letters: &mut Peekable<Chars<'_>>) -> String {
    let mut name = String::new();
    if letters.next_if_eq(&'"').is_some() {
        name.extend(letters.take_while(|letter| *letter != '"'));
    } else {
        while let Some(letter) = letters.next_if(|letter| !is_blank(*letter)) {
            name.push(letter);
        }
    }
    name
}

/// The argument up to the next blank outside quotes. The last of three quotes in a row is a letter, as is the second of two
/// that stand inside quotes: it ends them.
fn argument(letters: &mut Peekable<Chars<'_>>) -> Option<String> {
    letters.peek()?;
    let mut found = String::new();
    let mut quotes = 0;
    while let Some(letter) = letters.next_if(|letter| quotes == 1 || !is_blank(*letter)) {
        match letter {
            '\\' => {
                let mut backslashes = 1;
                while letters.next_if_eq(&'\\').is_some() {
                    backslashes += 1;
                }
                let escapes = letters.peek() == Some(&'"');
                found.extend(std::iter::repeat_n('\\', if escapes { backslashes / 2 } else { backslashes }));
                if escapes && backslashes % 2 == 1 {
                    found.extend(letters.next());
                }
            }
            '"' => {
                quotes += 1;
                while letters.next_if_eq(&'"').is_some() {
                    quotes += 1;
                    if quotes == 3 {
                        found.push('"');
                        quotes = 0;
                    }
                }
                quotes %= 2;
            }
            _ => found.push(letter),
        }
    }
    Some(found)
}
