import LinuxSystem
import Synchronization

/// What a lab owns outside its namespaces: the names by which `ip netns` finds its nodes, and settings of the
/// whole machine. All of it is written down before it is made, so that the next start can undo it after a
/// SIGKILL.
final class LabOwner: Sendable {
    private let wanted: String
    let record: InstanceRecord
    private let state: Mutex<State>

    private struct State {
        var label: String
        var names: [NamedNamespace] = []
    }

    /// - Parameter name: as a user calls the lab.
    init(claiming name: String) throws {
        wanted = name
        record = try InstanceRecord(title: name)
        state = Mutex(State(label: name))
    }

    /// The lab's name among those alive: the wanted one, or with a number behind it.
    var name: String { state.withLock(\.label) }

    /// Makes a node findable as `LAB.NODE` for `ip netns`.
    func publish(_ node: String, _ namespace: NetworkNamespace) throws {
        try state.withLock { state in
            for attempt in 1...1000 {
                // Only before the first node has a name may the label still change.
                if state.names.isEmpty, attempt > 1 { state.label = "\(wanted)-\(attempt)" }
                do throws(NamedNamespaceError) {
                    state.names.append(
                        try NamedNamespace("\(state.label).\(node)", for: namespace, record: record))
                    return
                } catch {
                    guard case .taken = error, state.names.isEmpty else { throw error }
                }
            }
            throw LabLimit("a thousand labs called \(wanted) are alive; `netlab clean` removes the dead ones")
        }
    }

    /// Takes the names of the nodes away again.
    ///
    /// - Returns: what could not be undone.
    func withdrawNames() -> [String] {
        state.withLock { state in
            var leaks: [String] = []
            for name in state.names.reversed() {
                do { try name.remove() } catch { leaks.append("name \(name.name): \(error)") }
            }
            state.names = []
            return leaks
        }
    }

    /// Ends the ownership.
    ///
    /// - Returns: what could not be undone.
    func release() -> [String] {
        var leaks = withdrawNames()
        do { try record.close() } catch { leaks.append("\(error)") }
        return leaks
    }
}
