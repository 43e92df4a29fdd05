import LinuxSystem
import NetlabModel
import NetlabProbe

/// Where drop reasons come from on this host: the best that it allows.
enum DropSource: Sendable {
    /// By namespace, so that they are evidence about one node.
    case namespaces(DropCounter)
    /// Of the whole machine, other programs' among them: told, and never judged.
    case wholeMachine(HostWideDropTrace, instead: DropCounterError)
    case nothing(DropCounterError)

    /// Takes the counter if there is one, else a trace if that can be had.
    static func best(
        _ counter: Result<DropCounter, DropCounterError>,
        trace: () throws(SystemError) -> HostWideDropTrace = { () throws(SystemError) in
            try HostWideDropTrace()
        }
    ) -> DropSource {
        switch counter {
        case .success(let counter): return .namespaces(counter)
        case .failure(let error):
            guard let trace = try? trace() else { return .nothing(error) }
            return .wholeMachine(trace, instead: error)
        }
    }

    var counter: DropCounter? {
        if case .namespaces(let counter) = self { counter } else { nil }
    }

    /// Why reasons cannot be judged; nil if they can.
    var unsupported: String? {
        switch self {
        case .namespaces: nil
        case .wholeMachine(_, let error): "\(error); the drops of the whole machine are told besides"
        case .nothing(let error): "\(error)"
        }
    }

    /// What stands for the node in drops of the whole machine.
    static let wholeMachineName = "(whole machine)"

    /// All drops of the machine so far; nil where they are told by namespace, or not at all.
    func dropsOfWholeMachine() throws -> [DropRecord]? {
        guard case .wholeMachine(let trace, _) = self else { return nil }
        return try trace.counts().map {
            DropRecord(
                node: Self.wholeMachineName, interface: nil, reason: $0.reason, location: $0.location,
                count: Int64(clamping: $0.count))
        }
    }
}
