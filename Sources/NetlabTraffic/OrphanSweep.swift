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

    /// Where others have ended, a FIN may come a second time (after 200 ms), but not a third time (after 600 ms).
    static let secondTry: Int64 = 450_000_000

    /// However many go on ending: no phase waits longer.
    private static let longestWait: Int64 = 5_000_000_000

    /// A machine that stands still shows no sign either: so many looks in a row have to have seen nothing.
    private static let idleLooks = 12

    /// Looks again and again on a loop until none is left, or nothing has changed for their time, then destroys the rest.
    ///
    /// Where others have ended, an orphan is given up only after the kernel has repeated its FIN in vain: until then
    /// the segment may wait on a processor that has been taken away from this machine for a while.
    ///
    /// - Parameters:
    ///   - grace: nanoseconds without a sign of life, besides a round trip; 0: none is waited for.
    ///   - begun: when the connections began to be closed.
    ///   - lastSign: when the last one has ended.
    func run(
        on loop: EventLoop, grace: Int64, begun: Int64, lastSign: Int64, done: @escaping () -> Void
    ) {
        guard !places.isEmpty else { return done() }
        let limit = MonotonicClock.instant() + Self.longestWait
        let wait = Wait(loop: loop, grace: grace, begun: begun, limit: limit, done: done)
        look(wait, Looked(lastSign: max(begun, lastSign)))
    }

    private struct Wait {
        var loop: EventLoop
        var grace: Int64
        var begun: Int64
        var limit: Int64
        var done: () -> Void
    }

    /// What the looks so far have seen.
    private struct Looked {
        var lastSign: Int64
        /// Orphans at the last look.
        var left: Int?
        /// Looks since the last sign.
        var idle = 0
    }

    private func look(_ wait: Wait, _ before: Looked) {
        let found = orphans()
        guard !found.isEmpty else { return wait.done() }
        let now = MonotonicClock.instant()
        var looked = before
        looked.left = found.count
        looked.idle += 1
        // The first look counts from the last sign elsewhere; each that finds fewer than before is a sign itself.
        if let left = before.left, found.count < left {
            looked.lastSign = now
            looked.idle = 0
        }
        let isLively = looked.lastSign > wait.begun
        let roundTrip = found.compactMap { $0.1.tcpInfo.map { Int64(clamping: $0.rttMicroseconds) * 1000 } }
            .max()
        let patience = (isLively ? Self.secondTry : wait.grace) + (roundTrip ?? 0)
        let isSilent =
            now >= looked.lastSign + patience && looked.idle >= Self.idleLooks
            && (!isLively || found.allSatisfy { $0.1.retransmits > 0 })
        if wait.grace == 0 || now >= wait.limit || isSilent {
            // ENOENT: it has ended by itself meanwhile. EOPNOTSUPP: it has to end by itself.
            for (diagnostics, socket) in found { try? diagnostics.destroy(socket) }
            return wait.done()
        }
        _ = wait.loop.at(now + 5_000_000) { [looked] in look(wait, looked) }
    }
}
