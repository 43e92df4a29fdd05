/// Finds packets again that left one end of a link, where they arrive at the other.
///
/// Packets have to be given in the order of their times. Memory is bounded: after `limit` packets no more are kept.
struct PacketPairing {
    /// A packet and its arrivals; times are those of the real-time clock in nanoseconds.
    struct Passage: Hashable, Sendable {
        var link: String
        var from: String?
        var at: UInt64
        var length: Int
        var summary: String
        var arrivals: [(interface: String, at: UInt64)] = []
        /// Of its IP and transport headers; nil if it has none.
        var headers: UInt64?

        static func == (left: Passage, right: Passage) -> Bool {
            left.link == right.link && left.from == right.from && left.at == right.at
                && left.arrivals.map(\.interface) == right.arrivals.map(\.interface)
        }

        func hash(into hasher: inout Hasher) { hasher.combine(at) }
    }

    private struct Key: Hashable {
        var link: String
        var fingerprint: UInt64
    }

    /// Interface → the link it is an end of.
    let links: [String: String]
    let limit: Int
    private(set) var passages: [Passage] = []
    /// Packets that came after the limit.
    private(set) var omitted = 0
    private var sent: [Key: [Int]] = [:]

    init(links: [String: String], limit: Int) {
        self.links = links
        self.limit = limit
    }

    /// Takes one more packet, as it was seen at an interface.
    mutating func add(
        interface: String, at time: UInt64, isOutgoing: Bool, length: Int, frame: UnsafeRawBufferPointer
    ) {
        guard let link = links[interface] else { return }
        let key = Key(link: link, fingerprint: FrameText.fingerprint(of: frame, length: length))
        if !isOutgoing, let index = origin(of: key, arrivingAt: interface) {
            passages[index].arrivals.append((interface, time))
            return
        }
        guard passages.count < limit else {
            omitted += 1
            return
        }
        var passage = Passage(
            link: link, from: isOutgoing ? interface : nil, at: time, length: length,
            summary: FrameText.summary(of: frame), headers: FrameText.fingerprint(ofHeadersIn: frame))
        if isOutgoing {
            sent[key, default: []].append(passages.count)
        } else {
            passage.arrivals = [(interface, time)]
        }
        passages.append(passage)
    }

    /// The oldest of the same packets that has not arrived there, else the newest: then this is a copy.
    private func origin(of key: Key, arrivingAt interface: String) -> Int? {
        let candidates = (sent[key] ?? []).filter { passages[$0].from != interface }
        return candidates.first { index in
            !passages[index].arrivals.contains { $0.interface == interface }
        } ?? candidates.last
    }
}
