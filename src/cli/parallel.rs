//! Work on many files at once, with the results in the order of the files.

use std::num::NonZero;
use std::sync::Mutex;
use std::thread;

/// Fewer items than this are not worth a thread.
const WORTH_A_THREAD: usize = 16;
/// That of the main thread on the systems where it is largest: what nests as deep as is allowed must fit.
const STACK_BYTES: usize = 8 << 20;

/// `work` done for each item, on as many threads as the machine has processors; the results are in the order of the items.
pub(super) fn map<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(items.len() / WORTH_A_THREAD);
    if threads < 2 {
        return items.into_iter().map(work).collect();
    }
    let queue = Mutex::new(items.into_iter().enumerate());
    let next = || queue.lock().ok().and_then(|mut items| items.next());
    let take = || {
        let mut done = Vec::new();
        while let Some((at, item)) = next() {
            done.push((at, work(item)));
        }
        done
    };
    let mut done = thread::scope(|scope| {
        let helper = || thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, take);
        // A thread that the system does not give is one less; this one does its work too.
        let helpers: Vec<_> = (1..threads).filter_map(|_| helper().ok()).collect();
        let mut done = take();
        for helper in helpers {
            done.extend(helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_stand_in_the_order_of_the_items() {
        for count in [0, 1, 15, 1_000] {
            let doubled = super::map((0..count).collect(), |item: usize| 2 * item);
            assert_eq!(doubled, (0..count).map(|item| 2 * item).collect::<Vec<_>>());
        }
    }
}
