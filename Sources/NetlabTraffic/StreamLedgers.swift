/// The books of a udp-stream: one ledger, or one for each source where several send at once.
///
/// Order is a matter of one stream (RFC 4737): datagrams of two sources that overtake one another are not reordered.
struct StreamLedgers {
    private var ledgers: [SequenceLedger]
    private let lanes: DatagramLanes?

    /// - Parameter expected: datagrams in all.
    init(_ lanes: DatagramLanes, expected: Int) {
        let count = lanes.threads > 1 ? lanes.sources : 1
        self.lanes = count > 1 ? lanes : nil
        let share = count > 1 ? expected / count + lanes.group : expected
        ledgers = [SequenceLedger](repeating: SequenceLedger(expected: share), count: count)
    }

    mutating func enter(number: Int, transit: Int64?) {
        guard let lanes else { return ledgers[0].enter(number: number, transit: transit) }
        let place = lanes.place(of: number)
        ledgers[place.source].enter(number: place.number, transit: transit)
    }

    var distinct: Int { ledgers.reduce(0) { $0 + $1.distinct } }
    var duplicated: Int { ledgers.reduce(0) { $0 + $1.duplicated } }
    var reordered: Int { ledgers.reduce(0) { $0 + $1.reordered } }
    var largestExtent: Int { ledgers.map(\.largestExtent).max() ?? 0 }
    /// Of the stream where it is largest.
    var jitter: Double { ledgers.map(\.jitter).max() ?? 0 }
}
