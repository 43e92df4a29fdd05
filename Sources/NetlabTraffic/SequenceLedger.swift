/// Which numbered datagrams came, how often, in what order and how unevenly: pure accounting.
struct SequenceLedger {
    /// How far back a number is remembered for telling a late datagram from a second copy.
    static let window = 1 << 20

    /// Datagrams with a valid number, copies included.
    private(set) var arrived = 0
    /// Different numbers seen.
    private(set) var distinct = 0
    /// Copies of a number seen before.
    private(set) var duplicated = 0
    /// Type-P-Reordered of RFC 4737, section 3.3: first copies whose number is smaller than one that came before.
    private(set) var reordered = 0
    /// The largest reordering extent seen (RFC 4737, section 4.2.1): how many earlier arrivals had a larger
    /// number, counted up to the first of them.
    private(set) var largestExtent = 0
    /// Interarrival jitter of RFC 3550, section 6.4.1, in nanoseconds.
    private(set) var jitter = 0.0

    /// NextExp of RFC 4737.
    private var nextExpected = 0
    private var seen: [UInt64]
    private var previousTransit: Int64?
    /// Arrival indices of recent first copies with rising numbers, for the extent.
    private var recent: [(number: Int, index: Int)] = []

    /// - Parameter expected: how many numbers there will be, if that is known; saves memory below `window`.
    init(expected: Int = SequenceLedger.window) {
        let bits = min(max(expected, 64), Self.window)
        seen = [UInt64](repeating: 0, count: (bits + 63) / 64)
    }

    private var capacity: Int { seen.count * 64 }

    /// Enters an arrival.
    ///
    /// - Parameters:
    ///   - number: from 0.
    ///   - transit: arrival time minus send time in nanoseconds; only its changes matter.
    mutating func enter(number: Int, transit: Int64?) {
        arrived += 1
        if let transit {
            if let previousTransit {
                // J(i) = J(i-1) + (|D(i-1,i)| - J(i-1))/16
                jitter += (Double((transit - previousTransit).magnitude) - jitter) / 16
            }
            previousTransit = transit
        }
        if number >= nextExpected {
            forget(from: nextExpected, through: number)
            mark(number)
            nextExpected = number + 1
            distinct += 1
            if recent.count == 1024 { recent.removeFirst(512) }
            recent.append((number, distinct))
        } else if number >= nextExpected - capacity, isMarked(number) {
            duplicated += 1
        } else {
            if number >= nextExpected - capacity { mark(number) }
            distinct += 1
            reordered += 1
            if let earliest = recent.first(where: { $0.number > number }) {
                largestExtent = max(largestExtent, distinct - earliest.index)
            }
        }
    }

    /// The ring of marks holds `capacity` numbers: those that come into it now replace the oldest.
    private mutating func forget(from first: Int, through last: Int) {
        for number in max(first, last - capacity + 1)...last {
            seen[(number % capacity) / 64] &= ~(1 << UInt64(number % 64))
        }
    }

    private mutating func mark(_ number: Int) {
        seen[(number % capacity) / 64] |= 1 << UInt64(number % 64)
    }

    private func isMarked(_ number: Int) -> Bool {
        seen[(number % capacity) / 64] & (1 << UInt64(number % 64)) != 0
    }
}
