import Glibc
import LinuxSystem
import NetlabModel
import Netlink

/// Reads one node; keeps the sockets that it needs for as long as it lives.
final class NodeProbe: Sendable {
    let subject: LabProbe.Subject
    private let route: RouteSocket
    private let diagnostics: SocketDiagnostics
    /// Nil where libnftables cannot speak to the kernel, with the reason in `absentRules`.
    private let nftables: Nftables?
    private let absentRules: String?
    /// Nil where the kernel remembers nothing of TCP connections.
    private let metrics: TCPMetricsSocket?
    /// Only where procfs does not show what it shows.
    private let conntrack: ConntrackSocket?

    /// - Throws: `NetlinkError` if a socket of this family cannot be opened; all kernels have these two.
    init(_ subject: LabProbe.Subject) throws(NetlinkError) {
        self.subject = subject
        route = try RouteSocket(in: subject.namespace)
        diagnostics = try SocketDiagnostics(in: subject.namespace)
        do {
            metrics = try TCPMetricsSocket(in: subject.namespace)
        } catch  where error.errno == ENOENT {
            metrics = nil
        }
        // Asked only where tracking is there already: the question alone would load its modules.
        let needsConntrack = subject.namespace.run {
            access(ProcNetFile.conntrackMaximum.path, F_OK) == 0
                && access(ProcNetFile.conntrack.path, F_OK) != 0
        }
        conntrack = needsConntrack ? try? ConntrackSocket(in: subject.namespace) : nil
        do {
            nftables = try Nftables(in: subject.namespace)
            absentRules = nil
        } catch {
            nftables = nil
            absentRules = "\(error)"
        }
    }

    /// Adds everything that the node and its interfaces show to a snapshot.
    func read(into snapshot: inout Snapshot) {
        var node = Readings()
        let (files, errors) = ProcNetProbe.probe(ProcNetFile.ofNamespace, in: subject.namespace)
        node.merge(files)
        for (family, error) in errors { note(error, family, in: &snapshot) }

        attempt(.neighbour, in: &snapshot) { _ in
            node.merge(
                NeighbourProbe.readings(
                    of: try bothFamilies { (family) throws(NetlinkError) in try route.neighbours(family) }))
        }
        attempt(.mtu, in: &snapshot) { _ in
            node.merge(RouteCacheProbe.readings(of: try bothFamilies(route.cachedRoutes)))
        }
        if let conntrack {
            attempt(.conntrack, in: &snapshot) { _ in
                node.merge(
                    ConntrackProbe.readings(of: try conntrack.statistics(), try conntrack.globalCounts()))
                node.unsupported[CounterFamily.conntrack.rawValue] = nil
            }
        }
        readSockets(into: &node, &snapshot)
        if let metrics {
            attempt(.tcpMetrics, in: &snapshot) { _ in
                node.merge(TCPMetricsProbe.readings(of: try metrics.entries()))
            }
        } else {
            node.unsupported[CounterFamily.tcpMetrics.rawValue] = "this kernel has no tcp_metrics (since 3.6)"
        }
        if let nftables {
            attempt(.rule, in: &snapshot) { _ in
                node.merge(NftablesCounterProbe.readings(of: try nftables.counters()))
            }
            attempt(.set, in: &snapshot) { _ in
                node.merge(NftablesSetProbe.readings(of: try nftables.setElements()))
            }
        } else {
            node.unsupported[CounterFamily.rule.rawValue] = absentRules
            node.unsupported[CounterFamily.set.rawValue] = absentRules
        }
        snapshot.add(node, at: subject.node)
        readInterfaces(into: &snapshot)
    }

    private func readInterfaces(into snapshot: inout Snapshot) {
        var subjects: [Int32: String] = [:]
        attempt(.link, in: &snapshot) { snapshot in
            for link in try route.links() where subject.interfaces.contains(link.name) {
                let interface = "\(subject.node)/\(link.name)"
                subjects[link.index] = interface
                snapshot.add(LinkProbe.readings(of: link), at: interface)
                attempt(.ethtool, in: &snapshot) { snapshot in
                    snapshot.add(
                        DriverProbe.readings(of: try route.deviceStatistics(link.name)), at: interface)
                }
                guard link.kind == "bridge" || link.master != nil else { continue }
                attempt(.bridge, in: &snapshot) { snapshot in
                    let counters = try route.bridgeStatistics(link.name)
                    snapshot.add(BridgeProbe.readings(of: counters), at: interface)
                }
            }
        }
        readQueues(of: subjects, into: &snapshot)
    }

    /// Queues of the interfaces given by index. What most devices have not is asked for only where it can be.
    private func readQueues(of subjects: [Int32: String], into snapshot: inout Snapshot) {
        attempt(.qdisc, in: &snapshot) { snapshot in
            let qdiscs = try route.qdiscs()
            for (index, interface) in subjects.sorted(by: { $0.key < $1.key }) {
                let own = qdiscs.filter { $0.deviceIndex == index }
                for qdisc in own where qdisc.parent == .root {
                    snapshot.add(QdiscProbe.readings(of: qdisc), at: interface)
                }
                // A qdisc that lets itself be seen below the root is a device's queue, or a class's.
                let inner = own.filter { $0.parent != .root && $0.parent != .ingress }
                let name = String(interface.drop { $0 != "/" }.dropFirst())
                attempt(.trafficClass, in: &snapshot) { snapshot in
                    let isClassful = own.contains { Self.classful.contains($0.kind) }
                    let classes = isClassful ? try route.classes(device: name) : []
                    snapshot.add(TrafficControlProbe.readings(ofInner: inner + classes), at: interface)
                }
                guard own.contains(where: { $0.parent == .ingress }) else { continue }
                attempt(.filter, in: &snapshot) { snapshot in
                    for (hook, parent) in [
                        ("ingress", TrafficHandle.ingressFilters), ("egress", .egressFilters),
                    ] {
                        let filters = try route.filters(device: name, at: parent)
                        snapshot.add(
                            TrafficControlProbe.readings(of: filters, at: hook), at: interface)
                    }
                }
            }
        }
    }

    /// Kinds of qdiscs that have classes worth a look; those of fq and its like are flows.
    private static let classful: Set = ["htb", "hfsc", "prio", "drr", "qfq", "ets", "multiq", "mq"]

    /// Sockets of both transports and IP versions with all details, listeners first.
    func sockets() throws(NetlinkError) -> [SocketInfo] {
        var all: [SocketInfo] = []
        for transport in [Transport.tcp, .udp] {
            all += try bothFamilies { (family) throws(NetlinkError) in
                try diagnostics.sockets(transport, family)
            }
        }
        return all.sorted { left, right in
            (left.state == .listen ? 0 : 1, left.localPort, left.remotePort, left.cookie)
                < (right.state == .listen ? 0 : 1, right.localPort, right.remotePort, right.cookie)
        }
    }

    /// What the node tracks; empty where nothing has loaded connection tracking, which the question alone would do.
    func trackedConnections() throws(NetlinkError) -> [ConntrackSocket.Entry] {
        guard subject.namespace.run({ access(ProcNetFile.conntrackMaximum.path, F_OK) }) == 0 else {
            return []
        }
        return try ConntrackSocket(in: subject.namespace).entries()
    }

    private func readSockets(into node: inout Readings, _ snapshot: inout Snapshot) {
        let others = Set(TCPState.allCases).subtracting([.listen])
        do {
            let listeners = try bothFamilies { (family) throws(NetlinkError) in
                try diagnostics.sockets(.tcp, family, states: [.listen])
            }
            // tcp_info of thousands of connections would cost more than all the rest; their states are enough here.
            let connections = try bothFamilies { (family) throws(NetlinkError) in
                try diagnostics.sockets(.tcp, family, states: others, withDetails: false)
            }
            node.merge(SocketProbe.listeners(listeners))
            node.merge(SocketProbe.states(listeners + connections))
        } catch {
            note(error, [.listen, .sockets], without: "CONFIG_INET_TCP_DIAG (tcp_diag)", &node, &snapshot)
        }
        do {
            let datagrams = try bothFamilies { (family) throws(NetlinkError) in
                try diagnostics.sockets(.udp, family)
            }
            node.merge(SocketProbe.memory(datagrams))
        } catch {
            note(error, [.socketMemory], without: "CONFIG_INET_UDP_DIAG (udp_diag)", &node, &snapshot)
        }
    }

    private func note(
        _ error: NetlinkError, _ families: [CounterFamily], without option: String, _ node: inout Readings,
        _ snapshot: inout Snapshot
    ) {
        for family in families {
            if error.errno == ENOENT {
                node.unsupported[family.rawValue] = "this kernel cannot list such sockets: no \(option)"
            } else {
                note("\(error)", family.rawValue, in: &snapshot)
            }
        }
    }

    /// What a dump yields for IPv4 and IPv6; a kernel without IPv6 has nothing to add.
    private func bothFamilies<Entry>(
        _ list: (AddressFamily) throws(NetlinkError) -> [Entry]
    ) throws(NetlinkError) -> [Entry] {
        var entries = try list(.ipv4)
        do {
            entries += try list(.ipv6)
        } catch  where error.errno == EOPNOTSUPP || error.errno == EAFNOSUPPORT {}
        return entries
    }

    private func attempt(
        _ family: CounterFamily, in snapshot: inout Snapshot, _ body: (inout Snapshot) throws -> Void
    ) {
        do {
            try body(&snapshot)
        } catch {
            note("\(error)", family.rawValue, in: &snapshot)
        }
    }

    private func note(_ error: String, _ family: String, in snapshot: inout Snapshot) {
        snapshot.errors[family] = "\(subject.node): \(error)"
    }
}

extension Snapshot {
    /// Adds readings of one subject, and what this kernel lacks.
    mutating func add(_ new: Readings, at subject: String) {
        readings[subject, default: [:]].merge(new.values) { $1 }
        unsupported.merge(new.unsupported) { $1 }
    }
}
