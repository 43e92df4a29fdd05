import LinuxSystem
import NetlabModel

/// Reads all counters and gauges of the nodes of a lab.
///
/// It leaves no trace in what it reads: sockets that it needs are opened once and kept, so that two snapshots of an
/// idle node differ in nothing. Safe to use from several threads.
public final class LabProbe: Sendable {
    /// One node: its name in the snapshot, its namespace, and the interfaces to read.
    public struct Subject: Sendable {
        public var node: String
        public var namespace: NetworkNamespace
        /// Names as the kernel has them in that namespace.
        public var interfaces: [String]

        public init(node: String, namespace: NetworkNamespace, interfaces: [String]) {
            self.node = node
            self.namespace = namespace
            self.interfaces = interfaces
        }
    }

    private let nodes: [NodeProbe]
    /// Nil where the kernel's log may not be read, with the reason in `absentLog`.
    private let log: KernelLogProbe?
    private let absentLog: String?

    /// Prepares to read the given nodes: opens the netlink sockets that it keeps.
    ///
    /// - Throws: `NetlinkError` with the errno of socket(2) or bind(2).
    public init(subjects: [Subject]) throws {
        nodes = try subjects.map { try NodeProbe($0) }
        do throws(SystemError) {
            log = try KernelLogProbe()
            absentLog = nil
        } catch {
            log = nil
            absentLog = "\(error)"
        }
    }

    /// Reads everything once, node after node.
    ///
    /// Nothing is thrown: a family that could not be read stands in `errors` with the reason, one that this kernel
    /// lacks in `unsupported`. Counters of impairments and of iptables rules are for the caller to add. Host-wide
    /// families are read once and stand under every node with the same values.
    ///
    /// - Parameter nanoseconds: nanoseconds since the start of the run, kept as they are.
    public func snapshot(at nanoseconds: Int64) -> Snapshot {
        var snapshot = Snapshot(takenAt: nanoseconds)
        var host = ProcNetProbe.probe(ProcNetFile.ofHost, in: .home)
        snapshot.errors = host.errors
        do throws(SystemError) {
            if let log { host.readings.merge(try log.read()) }
        } catch {
            snapshot.errors[CounterFamily.log.rawValue] = "\(error)"
        }
        host.readings.unsupported[CounterFamily.log.rawValue] = absentLog
        for node in nodes {
            snapshot.add(host.readings, at: node.subject.node)
            node.read(into: &snapshot)
        }
        return snapshot
    }

    /// Every TCP and UDP socket of the nodes with its memory, timer and `tcp_info`, in order of node and ports.
    ///
    /// - Parameter most: of each node at most so many, the others are counted.
    /// - Returns: the sockets, and how many were left out.
    /// - Throws: `NetlinkError` if this kernel cannot list them.
    public func sockets(most: Int) throws -> (sockets: [SocketRecord], omitted: Int) {
        var (sockets, omitted) = ([SocketRecord](), 0)
        for node in nodes {
            let all = try node.sockets()
            sockets += all.prefix(most).map { SocketListing.record($0, of: node.subject.node) }
            omitted += max(0, all.count - most)
        }
        return (sockets, omitted)
    }

    /// The connections that the nodes track, in order of node and as the kernel lists them.
    ///
    /// - Parameter most: of each node at most so many, the others are counted.
    /// - Returns: the connections, and how many were left out.
    /// - Throws: `NetlinkError` if this kernel cannot list them.
    public func trackedConnections(most: Int) throws -> (connections: [TrackedConnection], omitted: Int) {
        var (connections, omitted) = ([TrackedConnection](), 0)
        for node in nodes {
            let all = try node.trackedConnections()
            connections += all.prefix(most).map { ConntrackListing.record($0, of: node.subject.node) }
            omitted += max(0, all.count - most)
        }
        return (connections, omitted)
    }
}
