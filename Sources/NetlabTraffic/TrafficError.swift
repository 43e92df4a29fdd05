import LinuxSystem

/// Traffic could not be started at all; nothing of it is left running.
public enum TrafficError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kernel refused a descriptor or a thread that every flow depends on.
    case system(SystemError)
    /// A flow names a node for which no namespace was handed in.
    case unknownNode(flow: String, node: String)
    /// Two flows bear the same name, or one waits for a flow that does not exist or waits for it.
    case order(flow: String, problem: String)
    /// The resolver knows no address of this name.
    case unknownHost(String, words: String)

    public var description: String {
        switch self {
        case .system(let error): "traffic: \(error)"
        case .unknownNode(let flow, let node):
            "flow \(flow): there is no node \(node); name one of the lab's nodes"
        case .order(let flow, let problem): "flow \(flow): \(problem)"
        case .unknownHost(let host, let words): "\(host): \(words)"
        }
    }
}
