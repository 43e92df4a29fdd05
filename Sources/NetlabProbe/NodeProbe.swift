import Glibc
import LinuxSystem
import NetlabModel
import Netlink

/// Reads one node; keeps the sockets that it needs for as long as it lives.
final class NodeProbe: Sendable {
    let subject: LabProbe.Subject
    private let route: RouteSocket

    init(_ subject: LabProbe.Subject) throws(NetlinkError) {
        self.subject = subject
        route = try RouteSocket(in: subject.namespace)
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
        snapshot.add(node, at: subject.node)

        attempt(.link, in: &snapshot) { snapshot in
            for link in try route.links() where subject.interfaces.contains(link.name) {
                snapshot.add(LinkProbe.readings(of: link), at: "\(subject.node)/\(link.name)")
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
