import Synchronization

/// What a host with tcp_tw_recycle remembers of its peers: of each address the newest TCP timestamp of the connections
/// that the host closed first.
///
/// Kernel: before 4.12, net/ipv4/tcp_metrics.c: `tcp_remember_stamp()` writes when a connection enters TIME-WAIT,
/// `tcp_peer_is_proven()` compares when a SYN comes.
final class PeerTimestamps: Sendable {
    struct Address: Hashable, Sendable {
        var high: UInt64 = 0
        var low: UInt64 = 0
    }

    /// A connection as the peer sees it.
    struct Connection: Hashable, Sendable {
        var peer: Address
        var host: Address
        var peerPort: Int
        var hostPort: Int
    }

    private struct Stamp {
        var timestamp: UInt32
        var time: Int64
    }

    private struct State {
        var closing: [Connection: Int64] = [:]
        var newest: [Address: Stamp] = [:]
    }

    /// TCP_PAWS_MSL: how long a timestamp counts, ns.
    private static let lifetime: Int64 = 60 * 1_000_000_000
    /// TCP_PAWS_WINDOW: timestamps may be older by so much.
    private static let window: Int32 = 1
    /// Addresses and connections remembered at most.
    private static let capacity = 65_536

    private let state = Mutex(State())

    /// The host has sent its FIN.
    func hostCloses(_ connection: Connection, now: Int64) {
        state.withLock { state in
            if state.closing.count >= Self.capacity {
                state.closing = state.closing.filter { now - $0.value < Self.lifetime }
                if state.closing.count >= Self.capacity { state.closing.removeAll() }
            }
            state.closing[connection] = now
        }
    }

    /// The peer has sent its FIN. If the host's came before, the host enters TIME-WAIT and remembers the timestamp.
    ///
    /// - Parameter timestamp: nil if the connection has none.
    /// - Returns: whether the host's came before.
    func peerCloses(_ connection: Connection, timestamp: UInt32?, now: Int64) -> Bool {
        state.withLock { state in
            guard state.closing.removeValue(forKey: connection) != nil else { return false }
            guard let timestamp else { return true }
            if let known = state.newest[connection.peer], now - known.time <= Self.lifetime,
                Int32(bitPattern: known.timestamp &- timestamp) > 0
            {
                return true
            }
            if state.newest.count >= Self.capacity {
                state.newest = state.newest.filter { now - $0.value.time < Self.lifetime }
                if state.newest.count >= Self.capacity { state.newest.removeAll() }
            }
            state.newest[connection.peer] = Stamp(timestamp: timestamp, time: now)
            return true
        }
    }

    /// Whether the host accepts a SYN: nothing newer is remembered of its source.
    func accepts(_ connection: Connection, timestamp: UInt32?, now: Int64) -> Bool {
        state.withLock { state in
            state.closing[connection] = nil
            guard let known = state.newest[connection.peer], now - known.time < Self.lifetime else {
                return true
            }
            guard let timestamp else { return false }
            return Int32(bitPattern: known.timestamp &- timestamp) <= Self.window
        }
    }
}
