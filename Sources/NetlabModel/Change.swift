/// One step from a lab's state to the next: what the hands on the kernel carry out, what a report tells as
/// "changed", and what `netlab plan` prints as commands are the same values.
public enum Change: Hashable, Sendable {
    case addNode(String)
    /// Makes the link and its ends, down, with MTU and MAC.
    case addLink(Link, ends: [InterfaceID: Interface])
    case setSysctl(node: String, SysctlSetting)
    /// Back to the value that the namespace was born with.
    case resetSysctl(node: String, name: String)
    case setHostSysctl(SysctlSetting)
    case resetHostSysctl(name: String)
    case setMTU(InterfaceID, Int)
    case setMAC(InterfaceID, MACAddress)
    /// Back to the address that the device was made with.
    case resetMAC(InterfaceID)
    case setTxQueueLength(InterfaceID, Int)
    case setOffloads(InterfaceID, [String: Bool])
    /// Back to what the device had of these when it was made.
    case resetOffloads(InterfaceID, [String])
    /// nil: back to the default of the device.
    case setQdisc(InterfaceID, Qdisc?)
    case setRPS(InterfaceID, cpus: UInt64)
    case setUp(InterfaceID, Bool)
    /// Plugs one end of a link in, or pulls it out.
    case setCarrier(InterfaceID, of: Link, Bool)
    case addAddress(InterfaceID, IPPrefix)
    case removeAddress(InterfaceID, IPPrefix)
    /// Adds the route or replaces the one of its key.
    case addRoute(node: String, Route)
    case removeRoute(node: String, Route)
    case addNeighbour(node: String, Neighbour)
    case removeNeighbour(node: String, Neighbour)
    case setFirewall(node: String, from: Firewall, to: Firewall)
    /// Replaces the impairments of a link by others.
    case setImpairments(from: Link, to: Link)
    /// `/etc/hosts` and `/etc/resolv.conf` of programs run in the node.
    case setNames(node: String, hosts: [String: IPAddress], resolver: String?)

    /// The steps that lead from one state to another, in an order in which the kernel accepts them. Every
    /// node and link has to exist in both states unless `old` is empty: a phase changes a lab, it does not
    /// grow it.
    public static func between(_ old: LabState, _ new: LabState) -> [Change] {
        var changes: [Change] = []
        changes += hostChanges(old.host, new.host)
        let added = new.nodes.filter { old.node($0.name) == nil }
        changes += added.map { .addNode($0.name) }
        for link in new.links where !old.links.contains(where: { $0.name == link.name }) {
            let ends = link.ends.map { ($0, new.interface($0) ?? Interface(name: $0.interface)) }
            changes.append(.addLink(link, ends: Dictionary(ends) { first, _ in first }))
        }
        for node in new.nodes {
            changes += nodeChanges(old.node(node.name) ?? blank(of: node), node)
        }
        for link in new.links {
            guard let before = old.links.first(where: { $0.name == link.name }) else { continue }
            if before.impairments != link.impairments {
                changes.append(.setImpairments(from: before, to: link))
            }
        }
        for link in new.links {
            for end in link.ends {
                let has = new.interface(end)?.hasCarrier ?? true
                let had = old.interface(end)?.hasCarrier ?? true
                if has != had { changes.append(.setCarrier(end, of: link, has)) }
            }
        }
        return changes
    }

    /// The state a node has right after its devices were made: they carry MTU and MAC already and are down.
    private static func blank(of node: Node) -> Node {
        var blank = Node(name: node.name)
        blank.interfaces = node.interfaces.map { interface in
            var bare = Interface(name: interface.name)
            bare.mtu = interface.mtu
            bare.mac = interface.mac
            bare.isUp = false
            return bare
        }
        return blank
    }

    private static func hostChanges(_ old: [SysctlSetting], _ new: [SysctlSetting]) -> [Change] {
        let reset = old.filter { setting in !new.contains { $0.name == setting.name } }
        return new.filter { !old.contains($0) }.map { .setHostSysctl($0) }
            + reset.map { .resetHostSysctl(name: $0.name) }
    }

    private static func nodeChanges(_ old: Node, _ new: Node) -> [Change] {
        var changes: [Change] = []
        let resets = old.sysctls.filter { setting in !new.sysctls.contains { $0.name == setting.name } }
        changes += resets.map { .resetSysctl(node: new.name, name: $0.name) }
        changes += new.sysctls.filter { !old.sysctls.contains($0) }.map { .setSysctl(node: new.name, $0) }

        var mustRestoreRoutes = false
        for interface in new.interfaces {
            guard let before = old.interfaces.first(where: { $0.name == interface.name }) else { continue }
            let id = InterfaceID(node: new.name, interface: interface.name)
            changes += interfaceChanges(id, before, interface)
            // The kernel drops routes with their device, and IPv6 altogether below an MTU of 1280.
            let regainsIPv6 = !before.carriesIPv6 && interface.carriesIPv6
            mustRestoreRoutes = mustRestoreRoutes || regainsIPv6 || (interface.isUp && !before.isUp)
            if regainsIPv6 {
                let own = "net.ipv6.conf.\(interface.name)."
                changes += new.sysctls.filter { $0.name.hasPrefix(own) }.map {
                    .setSysctl(node: new.name, $0)
                }
            }
        }
        let before = old.usableRoutes
        let gone = before.filter { route in !new.routes.contains { $0.key == route.key } }
        changes += gone.map { .removeRoute(node: new.name, $0) }
        changes += new.usableRoutes.filter { mustRestoreRoutes || !before.contains($0) }
            .map { .addRoute(node: new.name, $0) }
        changes += old.neighbours.filter { !new.neighbours.contains($0) }.map {
            .removeNeighbour(node: new.name, $0)
        }
        changes += new.neighbours.filter { mustRestoreRoutes || !old.neighbours.contains($0) }
            .map { .addNeighbour(node: new.name, $0) }
        if old.firewall != new.firewall {
            changes.append(.setFirewall(node: new.name, from: old.firewall, to: new.firewall))
        }
        if old.hosts != new.hosts || old.resolver != new.resolver {
            changes.append(.setNames(node: new.name, hosts: new.hosts, resolver: new.resolver))
        }
        return changes
    }

    private static func interfaceChanges(_ id: InterfaceID, _ old: Interface, _ new: Interface) -> [Change] {
        var changes: [Change] = []
        if old.isUp, !new.isUp {
            changes.append(.setUp(id, false))
            // The kernel takes addresses of IPv6 away with that, and those of IPv4 not.
            if old.carriesIPv6, new.carriesIPv6 {
                changes += old.addresses.filter { $0.address.isIPv6 && new.addresses.contains($0) }
                    .map { .addAddress(id, $0) }
            }
        }
        if let mac = new.mac {
            if mac != old.mac { changes.append(.setMAC(id, mac)) }
        } else if old.mac != nil {
            changes.append(.resetMAC(id))
        }
        if old.mtu != new.mtu { changes.append(.setMTU(id, new.mtu)) }
        // DEFAULT_TX_QUEUE_LEN, which veth and TAP devices begin with.
        if let length = new.txQueueLength ?? (old.txQueueLength == nil ? nil : 1000),
            length != old.txQueueLength
        {
            changes.append(.setTxQueueLength(id, length))
        }
        // Before the others, since one name may stand for what another one stands for as well.
        let reset = old.offloads.keys.filter { new.offloads[$0] == nil }.sorted()
        if !reset.isEmpty { changes.append(.resetOffloads(id, reset)) }
        if !new.offloads.isEmpty, new.offloads != old.offloads {
            changes.append(.setOffloads(id, new.offloads))
        }
        if let cpus = new.rpsCPUs ?? (old.rpsCPUs == nil ? nil : 0), cpus != old.rpsCPUs {
            changes.append(.setRPS(id, cpus: cpus))
        }
        // Below an MTU of 1280 a device has no IPv6, and no addresses of it either.
        changes += old.addresses.filter { prefix in
            !new.addresses.contains(prefix)
                && (!prefix.address.isIPv6
                    || (old.carriesIPv6 && new.carriesIPv6 && (new.isUp || !old.isUp)))
        }.map { .removeAddress(id, $0) }
        changes += new.addresses.filter { prefix in
            let isNew = !old.addresses.contains(prefix)
            return prefix.address.isIPv6 ? new.carriesIPv6 && (isNew || !old.carriesIPv6) : isNew
        }.map { .addAddress(id, $0) }
        if !old.isUp, new.isUp { changes.append(.setUp(id, true)) }
        if old.qdisc != new.qdisc { changes.append(.setQdisc(id, new.qdisc)) }
        return changes
    }
}
