import LinuxSystem
import NetlabModel
import Netlink

/// The live thing that a plan describes: namespaces, links, addresses, rules.
///
/// `withLab` is the only way to one, so that it is taken down on every path.
public actor Lab {
    /// How long taking a lab down took and what it could not undo.
    public struct Teardown: Sendable {
        public var time: Duration
        public var leaks: [String]
    }

    /// What a lab is allowed to do beyond its own namespaces.
    public struct Permissions: Sendable {
        public var hostChanges: Bool

        public init(hostChanges: Bool = false) { self.hostChanges = hostChanges }
    }

    /// The name of the lab; `NAME.node` is what `ip netns` calls a node of it.
    public nonisolated var name: String { owner.name }
    let permissions: Permissions
    /// Link → the impairments it has in each state to come: the driver has to suit all of them.
    let foreseen: [String: [[NamedImpairment]]]
    /// Which iptables takes lines that name none; what is not here is left to the machine.
    let iptables: [Iptables.Family: Iptables.Choice]
    let owner: LabOwner
    var nodes: [String: LabNode] = [:]
    var links: [String: any LiveLink] = [:]
    var state = LabState()
    var sysctlsBefore: [String: String] = [:]
    /// What devices had before a setting of theirs was changed for the first time.
    var devicesBefore: [InterfaceID: DeviceBefore] = [:]
    var host: HostSettings?
    var hostSysctls: [String: HostSysctl] = [:]
    var undo = UndoStack()
    private nonisolated let executor: LabExecutor

    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private init(
        name: String, permissions: Permissions, states: [LabState],
        iptables: [Iptables.Family: Iptables.Choice]
    ) throws {
        self.foreseen = Dictionary(grouping: states.flatMap(\.links), by: \.name).mapValues {
            $0.map(\.impairments)
        }
        self.owner = try LabOwner(claiming: name)
        self.permissions = permissions
        self.iptables = iptables
        executor = try LabExecutor()
    }

    deinit { executor.stop() }

    /// Gives a closure an empty lab and takes it down afterwards, whatever happened inside.
    ///
    /// - Parameter name: as a user calls it; a number is appended if another lab of that name is alive.
    /// - Parameter states: those that the lab is going to be in; they decide how links are made.
    /// - Parameter iptables: what preflight chose for lines that name neither backend.
    /// - Returns: the closure's result or error, and what became of the teardown. A leak does not hide the
    ///   first error.
    public static func withLab<Success: Sendable>(
        named name: String, permissions: Permissions = Permissions(), foreseeing states: [LabState] = [],
        iptables: [Iptables.Family: Iptables.Choice] = [:],
        _ body: @Sendable (Lab) async throws -> Success
    ) async throws -> (result: Result<Success, any Error>, teardown: Teardown) {
        let lab = try Lab(name: name, permissions: permissions, states: states, iptables: iptables)
        let result: Result<Success, any Error>
        do {
            result = .success(try await body(lab))
        } catch {
            result = .failure(error)
        }
        // Not a child of this task: a cancelled run has to be taken down all the same.
        let teardown = await Task { await lab.tearDown() }.value
        return (result, teardown)
    }

    /// The namespaces of the plan's nodes by name; those that netlab put between them are not among these.
    public var namespaces: [String: NetworkNamespace] {
        nodes.filter { state.node($0.key) != nil }.mapValues(\.namespace)
    }

    /// Files that programs see in place of the machine's: node → path → text.
    public var programFiles: [String: [String: String]] {
        nodes.mapValues { node in node.programFiles.withLock { $0 } }
    }

    /// Where rules of iptables stand that the kernel could not give a name, by node.
    public var rulePlaces: [String: IptablesPlaces] {
        nodes.mapValues { node in node.rulePlaces.withLock { $0 } }.filter { !$0.value.isEmpty }
    }

    /// How each link was made and why, and which iptables a node's lines were given to.
    public var drivers: [String: String] {
        var drivers = links.mapValues(\.description)
        for (name, node) in nodes {
            let used = node.iptablesUsed.withLock { $0.sorted() }
            if !used.isEmpty { drivers["\(name) iptables"] = used.joined(separator: ", ") }
        }
        return drivers
    }

    /// Counters of the links' impairments and their books, by link.
    public func linkReadings() throws -> [String: LinkReadings] { try links.mapValues { try $0.look() } }

    /// Changes the lab from the state it is in to another.
    ///
    /// - Parameter waits: whether to return only when every link that can be used is usable. An interface that
    ///   was set up needs up to a second; the next of several timed changes must not wait for it.
    /// - Returns: what was changed, in order.
    /// - Throws: `LabError` naming the change that the kernel refused. The lab is then somewhere in between,
    ///   and only good for being taken down.
    @discardableResult
    public func change(to next: LabState, waits: Bool = true) async throws -> [Change] {
        let changes = Change.between(state, next)
        for change in changes {
            do {
                try await carryOut(change, towards: next)
            } catch let error as LabError {
                throw error
            } catch {
                throw LabError(stage: change.text, node: change.node, cause: error)
            }
        }
        state = next
        if waits { try await waitUntilUsable() }
        return changes
    }

    /// Takes the lab down and starts from nothing, for a phase that must not inherit anything.
    ///
    /// - Returns: what could not be undone.
    public func startAfresh() async -> [String] {
        await unmake()
    }

    private func tearDown() async -> Teardown {
        let start = MonotonicClock.now()
        var leaks = await unmake()
        leaks += owner.release()
        return Teardown(time: MonotonicClock.elapsed(since: start), leaks: leaks)
    }

    private func unmake() async -> [String] {
        var leaks: [String] = []
        for link in links.values { await link.stop() }
        let steps = undo
        undo = UndoStack()
        leaks += await steps.unwind()
        leaks += restoreHost()
        leaks += owner.withdrawNames()
        // Closing the last descriptors takes namespaces, devices and rules down together; deleting links one
        // by one would cost 20 ms each.
        links = [:]
        nodes = [:]
        state = LabState()
        sysctlsBefore = [:]
        devicesBefore = [:]
        return leaks
    }

    /// Every interface that is up at both ends has carrier and a qdisc: the kernel attaches them up to a
    /// second later.
    private func waitUntilUsable() async throws {
        var waits: [(LabNode, [String])] = []
        for node in state.nodes {
            guard let live = nodes[node.name] else { continue }
            let names = node.interfaces.filter { interface in
                let id = InterfaceID(node: node.name, interface: interface.name)
                guard interface.isUp, interface.hasCarrier, let link = state.link(at: id) else {
                    return false
                }
                return link.ends.count > 2
                    || link.opposite(of: id).flatMap { state.interface($0) }?.isUp == true
            }.map(\.name)
            if !names.isEmpty { waits.append((live, names)) }
        }
        for link in state.links {
            guard let live = links[link.name], let hidden = live.hidden else { continue }
            let ends = link.ends.map { end in
                state.interface(end).map { $0.isUp && $0.hasCarrier } ?? false
            }
            waits.append((hidden, live.hiddenInterfaces(ends: ends)))
        }
        let pending = waits
        do {
            try await BlockingWork.run(named: "netlab-ready") {
                for (node, names) in pending { try node.route.waitUntilUsable(links: names) }
            }
        } catch {
            throw LabError(stage: "waiting for the links", cause: error)
        }
    }
}
