/// Held packets by the time they leave; those of the same time in order of arrival. A binary heap.
struct HoldQueue {
    struct Entry {
        var release: Int64
        /// Orders packets that leave at the same time.
        var sequence: UInt64
        var frame: HeldFrame
    }

    private var entries: [Entry] = []

    var count: Int { entries.count }

    /// When the first packet leaves; nil if none is held.
    var nextRelease: Int64? { entries.first?.release }

    mutating func push(_ entry: Entry) {
        entries.append(entry)
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard Self.isBefore(entries[child], entries[parent]) else { return }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes out the first packet if it leaves no later than `time`.
    mutating func pop(until time: Int64) -> Entry? {
        guard let first = entries.first, first.release <= time else { return nil }
        let last = entries.removeLast()
        guard !entries.isEmpty else { return first }
        entries[0] = last
        var parent = 0
        while true {
            var least = parent
            let left = 2 * parent + 1
            for child in left..<min(left + 2, max(entries.count, left))
            where Self.isBefore(entries[child], entries[least]) {
                least = child
            }
            if least == parent { return first }
            entries.swapAt(parent, least)
            parent = least
        }
    }

    private static func isBefore(_ left: Entry, _ right: Entry) -> Bool {
        left.release != right.release ? left.release < right.release : left.sequence < right.sequence
    }
}
