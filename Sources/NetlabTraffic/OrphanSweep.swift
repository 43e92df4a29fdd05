import LinuxSystem
import NetlabModel
import Netlink

/// Ends what closed connections have left behind in the kernel and would go on retransmitting.
///
/// close(2) returns at once; the FIN, and data before it, stay with an orphan in FIN-WAIT-1, CLOSING or LAST-ACK
/// that repeats them for minutes if the path is broken: into the next phase. A healthy path needs no sweep.
struct OrphanSweep: Sendable {
    /// Where to look, and for which port of the serving end.
    struct Place: Hashable, Sendable {
        var namespace: ObjectIdentifier
        var isIPv6: Bool
        var port: UInt16
        /// Whether the port is the remote one there: the client's end.
        var isClient: Bool
    }

    private let namespaces: [ObjectIdentifier: NetworkNamespace]
    private let places: Set<Place>

    init(_ flows: [Flow], namespaces: [String: NetworkNamespace]) {
        var known: [ObjectIdentifier: NetworkNamespace] = [:]
        var places: Set<Place> = []
        for flow in flows {
            switch flow.kind {
            case .tcpRequest, .tcpConnect, .tcpStream: break
            default: continue
            }
            for (node, isClient) in [(flow.from, true), (flow.to.node, false)] {
                guard let namespace = node.flatMap({ namespaces[$0] }) else { continue }
                known[ObjectIdentifier(namespace)] = namespace
                places.insert(
                    Place(
                        namespace: ObjectIdentifier(namespace), isIPv6: flow.to.address.isIPv6,
                        port: UInt16(truncatingIfNeeded: flow.to.port), isClient: isClient))
            }
        }
        self.namespaces = known
        self.places = places
    }

    private static let states: Set<TCPState> = [.finWait1, .closing, .lastAck]

    /// The orphans there are now. A kernel without sock_diag shows none.
    private func orphans() -> [(SocketDiagnostics, SocketInfo)] {
        var result: [(SocketDiagnostics, SocketInfo)] = []
        for place in places {
            guard let namespace = namespaces[place.namespace],
                let diagnostics = try? SocketDiagnostics(in: namespace),
                let sockets = try? diagnostics.sockets(
                    .tcp, place.isIPv6 ? .ipv6 : .ipv4, states: Self.states,
                    localPort: place.isClient ? nil : place.port,
                    remotePort: place.isClient ? place.port : nil)
            else { continue }
            // An orphan belongs to no file any more.
            result += sockets.filter { $0.inode == 0 }.map { (diagnostics, $0) }
        }
        return result
    }

    /// How long the slowest of them may need for a FIN and its acknowledgement, in nanoseconds.
    private static func patience(_ sockets: [SocketInfo]) -> Int64 {
        let roundTrips = sockets.compactMap { $0.tcpInfo.map { Int64(clamping: $0.rttMicroseconds) * 1000 } }
        return max(100_000_000, 3 * (roundTrips.max() ?? 0))
    }

    /// Looks again and again on a loop until none is left or their time is over, then destroys the rest.
    func run(on loop: EventLoop, grace: Int64, done: @escaping () -> Void) {
        let begun = MonotonicClock.instant()
        look(on: loop, deadline: grace == 0 ? begun : nil, begun: begun, done: done)
    }

    private func look(
        on loop: EventLoop, deadline: Int64?, begun: Int64, done: @escaping () -> Void
    ) {
        let found = orphans()
        guard !found.isEmpty else { return done() }
        let limit = deadline ?? begun + Self.patience(found.map(\.1))
        let now = MonotonicClock.instant()
        if now >= limit {
            // ENOENT: it has ended by itself meanwhile. EOPNOTSUPP: it has to end by itself.
            for (diagnostics, socket) in found { try? diagnostics.destroy(socket) }
            return done()
        }
        _ = loop.at(min(limit, now + 5_000_000)) { look(on: loop, deadline: limit, begun: begun, done: done) }
    }
}
