/// Pending timers of one event loop, earliest first; equal times in the order they were set.
struct TimerQueue {
    /// Names a timer for cancelling; never reused.
    struct Identifier: Hashable {
        fileprivate let number: UInt64
    }

    private struct Entry {
        let deadline: Int64
        let number: UInt64

        func precedes(_ other: Entry) -> Bool {
            deadline == other.deadline ? number < other.number : deadline < other.deadline
        }
    }

    private var heap: [Entry] = []
    private var actions: [UInt64: () -> Void] = [:]
    private var last: UInt64 = 0

    /// Timers that are set and not cancelled.
    var count: Int { actions.count }
    var isEmpty: Bool { actions.isEmpty }

    mutating func add(deadline: Int64, action: @escaping () -> Void) -> Identifier {
        last += 1
        actions[last] = action
        push(Entry(deadline: deadline, number: last))
        return Identifier(number: last)
    }

    /// Forgets a timer; one that has fired or was cancelled before is no error.
    mutating func cancel(_ identifier: Identifier) {
        guard actions.removeValue(forKey: identifier.number) != nil else { return }
        // Cancelled timers stay in the heap until they surface. Most timers here are time-outs that never fire,
        // so the heap is rebuilt before it holds more dead entries than live ones.
        if heap.count > 2 * actions.count + 1024 {
            let live = heap.filter { actions[$0.number] != nil }.sorted { $0.precedes($1) }
            heap = live
        }
    }

    /// The deadline of the earliest timer, if any.
    mutating func nextDeadline() -> Int64? {
        while let first = heap.first {
            if actions[first.number] != nil { return first.deadline }
            pop()
        }
        return nil
    }

    /// Takes the earliest timer whose time has come.
    mutating func takeDue(at now: Int64) -> (() -> Void)? {
        guard let deadline = nextDeadline(), deadline <= now else { return nil }
        let entry = heap[0]
        pop()
        return actions.removeValue(forKey: entry.number)
    }

    private mutating func push(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].precedes(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func pop() {
        let tail = heap.removeLast()
        guard !heap.isEmpty else { return }
        heap[0] = tail
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].precedes(heap[least]) {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
