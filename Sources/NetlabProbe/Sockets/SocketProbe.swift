import NetlabModel
import Netlink

/// Accept queues, states and memory of a node's TCP and UDP sockets, over both IP versions.
///
/// Sockets are named by their local port; several on one port (of both IP versions, or sharing it by SO_REUSEPORT) add up.
///
/// Kernel: `inet_diag_dump_icsk()`, `udp_dump()`.
/// Equivalent to: `ss -tan`, `ss -tlnm`, `ss -uanm`
enum SocketProbe {
    /// `listen:PORT recv_q` (connections waiting to be accepted), `send_q` (the most that may), `drops`.
    static func listeners(_ sockets: [SocketInfo]) -> Readings {
        var readings = Readings()
        for (port, group) in Dictionary(grouping: sockets, by: \.localPort) {
            func add(_ name: String, _ value: (SocketInfo) -> UInt32?) {
                let values = group.compactMap(value)
                guard values.count == group.count else { return }
                readings.add(
                    CounterID(.listen, name, selector: "\(port)"), values.reduce(0) { $0 + Int64($1) })
            }
            add("recv_q", \.acceptQueueLength)
            add("send_q", \.acceptQueueLimit)
            add("drops", \.memory?.drops)
        }
        return readings
    }

    /// How many TCP sockets are in each state: `sockets:TIME_WAIT`; a state that none is in reads as 0.
    ///
    /// `sockets:ORPHAN` counts those that no process holds any more although they still have something to send or to
    /// wait for; they are in their state's number, too.
    static func states(_ sockets: [SocketInfo]) -> Readings {
        var counts: [String: Int64] = ["ORPHAN": 0]
        for state in TCPState.allCases { counts[state.kernelName] = 0 }
        for socket in sockets {
            counts[socket.state.kernelName, default: 0] += 1
            if socket.isOrphan { counts["ORPHAN", default: 0] += 1 }
        }
        var readings = Readings()
        for (name, count) in counts { readings.add(CounterID(.sockets, "", selector: name), count) }
        return readings
    }

    /// `skmem:PORT rmem` and `rcvbuf` in bytes, and `drops`, of UDP sockets that take datagrams from anyone.
    ///
    /// Sockets that are connected to one peer are left out: their ports are most often chosen by chance.
    static func memory(_ sockets: [SocketInfo]) -> Readings {
        var readings = Readings()
        let open = sockets.filter { $0.remotePort == 0 && $0.localPort != 0 }
        for (port, group) in Dictionary(grouping: open, by: \.localPort) {
            func add(_ name: String, _ value: (SocketMemory) -> UInt32?) {
                let values = group.compactMap { $0.memory.flatMap(value) }
                guard values.count == group.count else { return }
                readings.add(
                    CounterID(.socketMemory, name, selector: "\(port)"), values.reduce(0) { $0 + Int64($1) })
            }
            add("rmem") { $0.receiveAllocated }
            add("rcvbuf") { $0.receiveBuffer }
            add("drops") { $0.drops }
        }
        return readings
    }
}

extension TCPState {
    /// The kernel's own name without `TCP_`. A request that waits for the last part of the handshake is a
    /// `NEW_SYN_RECV` within the kernel only; everywhere it is shown it is SYN_RECV.
    var kernelName: String {
        switch self {
        case .established: "ESTABLISHED"
        case .synSent: "SYN_SENT"
        case .synReceived, .newSynReceived: "SYN_RECV"
        case .finWait1: "FIN_WAIT1"
        case .finWait2: "FIN_WAIT2"
        case .timeWait: "TIME_WAIT"
        case .close: "CLOSE"
        case .closeWait: "CLOSE_WAIT"
        case .lastAck: "LAST_ACK"
        case .listen: "LISTEN"
        case .closing: "CLOSING"
        case .boundInactive: "BOUND_INACTIVE"
        }
    }
}

extension SocketInfo {
    /// Whether its process has closed it and the kernel carries on alone.
    ///
    /// Connections that wait to be accepted have no file yet either, but cannot be in these states; what is left of
    /// a connection in TIME-WAIT, or in FIN-WAIT-2 on the same timer, is no full socket any more.
    var isOrphan: Bool {
        guard inode == 0, timer != .timeWait else { return false }
        switch state {
        case .finWait1, .finWait2, .closing, .lastAck: return true
        case .established, .synSent, .synReceived, .newSynReceived, .timeWait, .close, .closeWait, .listen,
            .boundInactive:
            return false
        }
    }
}
