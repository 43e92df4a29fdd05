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

    private let subjects: [Subject]

    /// Prepares to read the given nodes.
    ///
    /// - Throws: what opening a socket in a node's namespace throws.
    public init(subjects: [Subject]) throws {
        self.subjects = subjects
    }

    /// Reads everything once, node after node.
    ///
    /// Nothing is thrown: a family that could not be read stands in `errors` with the reason, one that this kernel
    /// lacks in `unsupported`. Counters of firewall rules that others hold, and of impairments, are for the caller to
    /// add. Host-wide families are read once and stand under every node with the same values.
    ///
    /// - Parameter nanoseconds: nanoseconds since the start of the run, kept as they are.
    public func snapshot(at nanoseconds: Int64) -> Snapshot {
        var snapshot = Snapshot(takenAt: nanoseconds)
        let host = ProcNetProbe.probe(ProcNetFile.ofHost, in: .home)
        snapshot.unsupported.merge(host.readings.unsupported) { $1 }
        snapshot.errors.merge(host.errors) { $1 }
        for subject in subjects {
            let (readings, errors) = ProcNetProbe.probe(ProcNetFile.ofNamespace, in: subject.namespace)
            snapshot.readings[subject.node, default: [:]].merge(host.readings.values) { $1 }
            snapshot.readings[subject.node, default: [:]].merge(readings.values) { $1 }
            snapshot.unsupported.merge(readings.unsupported) { $1 }
            for (family, error) in errors { snapshot.errors[family] = "\(subject.node): \(error)" }
        }
        return snapshot
    }
}
