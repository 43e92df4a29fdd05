import CNetlab
import LinuxSystem
import NetlabModel
import Synchronization

/// Counts packets of some kinds that pass an interface, in either direction, and keeps the fields of the latest of
/// each kind: `packet:synack mss`.
///
/// Every packet is copied into a ring, cut behind its headers, and looked at when somebody asks. The ring holds
/// some ten thousand; what found no room is told, and makes the count no count.
/// Kernel: `AF_PACKET` with `TPACKET_V3`. Equivalent to: `tcpdump -i eth0`, and counting lines.
public final class PacketWatch: Sendable {
    /// What was seen so far.
    public struct Seen: Sendable {
        /// Counter ID → value. A field of a kind that was never seen is not there; its count is 0.
        public var values: [String: Int64]
        /// Packets that found no room, and may have been of any kind.
        public var missed: UInt64
    }

    /// As the readings call the interface: `server/eth0`.
    public let name: String
    private let kinds: Set<String>
    private let state: Mutex<State>

    private struct State {
        var reader: PacketRingReader
        var counts: [String: Int64] = [:]
        var latest: [String: [String: Int64]] = [:]
    }

    /// Starts to watch: what passes from now on is counted.
    ///
    /// - Parameter kinds: words of `PacketField.kinds`.
    /// - Throws: `SystemError`: ENODEV without such an interface, EPERM without CAP_NET_RAW.
    public init(
        of interface: String, named name: String, kinds: Set<String>, in namespace: NetworkNamespace
    ) throws(SystemError) {
        self.name = name
        self.kinds = kinds
        let ring = try PacketRing(
            interface: interface, in: namespace, blockBytes: 128 << 10, blockCount: 32, cut: 160,
            milliseconds: 4)
        try ring.start()
        state = Mutex(State(reader: PacketRingReader(ring, interface: 0, startTime: 0)))
    }

    /// Takes what the kernel has handed over; waits for what it still holds, but not for long.
    public func look() async throws(SystemError) -> Seen {
        let deadline = ContinuousClock.now + .milliseconds(200)
        while true {
            let result = state.withLock { state in
                Result { () throws(SystemError) in try drain(&state) }
            }
            let (seen, isComplete) = try result.get()
            if isComplete || ContinuousClock.now > deadline || Task.isCancelled { return seen }
            try? await Task.sleep(for: .milliseconds(1))
        }
    }

    private func drain(_ state: inout State) throws(SystemError) -> (Seen, isComplete: Bool) {
        try state.reader.readStatistics()
        state.reader.holdNewBlocks()
        while state.reader.hasPacket {
            let packet = state.reader.packet
            let bytes = UnsafeRawBufferPointer(start: packet.bytes, count: Int(packet.captured))
            let facts = PacketFacts(bytes, length: Int(packet.length))
            for kind in facts.kinds.intersection(kinds) {
                state.counts[kind, default: 0] += 1
                state.latest[kind] = facts.fields
            }
            state.reader.take()
        }
        var values: [String: Int64] = [:]
        for kind in kinds {
            values[Self.id(kind, "count")] = state.counts[kind] ?? 0
            for (field, value) in state.latest[kind] ?? [:] { values[Self.id(kind, field)] = value }
        }
        return (Seen(values: values, missed: state.reader.dropped), state.reader.isComplete)
    }

    private static func id(_ kind: String, _ field: String) -> String {
        CounterID(.packet, field, selector: kind).description
    }
}
