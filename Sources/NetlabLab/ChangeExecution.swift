import LinuxSystem
import NetlabModel
import Netlink

extension Lab {
    /// Carries out one change. No `default`: a new kind of change has to be written here too.
    func carryOut(_ change: Change, towards next: LabState) async throws {
        switch change {
        case .addNode(let name):
            let node = try LabNode(named: name)
            nodes[name] = node
            try owner.publish(name, node.namespace)
        case .addLink(let link, let ends):
            links[link.name] = try await make(link, ends)
        case .setSysctl(let name, let setting):
            try setSysctl(setting, in: node(name))
        case .resetSysctl(let name, let sysctl):
            guard let before = sysctlsBefore["\(name) \(sysctl)"] else { return }
            try Sysctl.write(sysctl, before, in: node(name).namespace)
        case .setHostSysctl(let setting):
            try setHostSysctl(setting)
        case .resetHostSysctl(let sysctl):
            try resetHostSysctl(sysctl)
        case .setMTU(let id, let mtu):
            try node(id).setLink(id.interface, LinkChange(mtu: UInt32(mtu)))
        case .setMAC(let id, let mac):
            if devicesBefore[id]?.mac == nil {
                devicesBefore[id, default: DeviceBefore()].mac = try node(id).link(named: id.interface).mac
            }
            try node(id).setLink(id.interface, LinkChange(mac: mac.bytes))
        case .resetMAC(let id):
            // One that was never set is what the device was made with.
            guard let before = devicesBefore[id]?.mac else { return }
            try node(id).setLink(id.interface, LinkChange(mac: before))
        case .setTxQueueLength(let id, let length):
            try node(id).setLink(id.interface, LinkChange(txQueueLength: UInt32(length)))
        case .setUp(let id, let isUp):
            let port = next.link(at: id).flatMap { link in
                link.ends.firstIndex(of: id).map { (link: links[link.name], number: $0) }
            }
            // What is sent into a link of which one end is down is lost there, and the link has to know in time.
            if !isUp, let port { try port.link?.setAttended(false, port: port.number) }
            try node(id).setLink(id.interface, LinkChange(isUp: isUp))
            if isUp, let port { try port.link?.setAttended(true, port: port.number) }
        case .setCarrier(let id, let link, let has):
            guard let port = link.ends.firstIndex(of: id) else { return }
            try links[link.name]?.setCarrier(has, port: port, of: link)
        case .setOffloads(let id, let features):
            let before = try node(id.node).setOffloads(features, on: id.interface)
            devicesBefore[id, default: DeviceBefore()].offloads.merge(before) { first, _ in first }
        case .resetOffloads(let id, let names):
            try node(id.node).resetOffloads(
                names, to: devicesBefore[id]?.offloads ?? [:], on: id.interface)
        case .setQdisc(let id, let qdisc):
            try node(id.node).setQdisc(qdisc, on: id.interface)
        case .setRPS(let id, let cpus):
            try node(id.node).setRPS(cpus, on: id.interface)
        case .addAddress(let id, let prefix):
            try node(id).addAddress(prefix.address.bytes, prefixLength: prefix.length, to: id.interface)
        case .removeAddress(let id, let prefix):
            try node(id).deleteAddress(prefix.address.bytes, prefixLength: prefix.length, from: id.interface)
        case .addRoute(let name, let route):
            try node(name).route.replaceRoute(Netlink.Route(route))
        case .removeRoute(let name, let route):
            try node(name).removeRoute(route)
        case .addNeighbour(let name, let neighbour):
            try node(name).route.replaceNeighbour(
                neighbour.address.bytes, mac: neighbour.mac.bytes, device: neighbour.device)
        case .removeNeighbour(let name, let neighbour):
            try node(name).route.deleteNeighbour(neighbour.address.bytes, device: neighbour.device)
        case .setFirewall(let name, let old, let new):
            try await self.node(name).setFirewall(from: old, to: new, iptables: iptables)
        case .setImpairments(_, let link):
            try await links[link.name]?.impair(link)
        case .setNames(let name, let hosts, let resolver):
            try node(name).setNames(hosts: hosts, resolver: resolver)
        }
    }

    func node(_ name: String) throws -> LabNode {
        guard let node = nodes[name] else { throw LabLimit("there is no node \(name) in this lab") }
        return node
    }

    private func node(_ id: InterfaceID) throws -> RouteSocket { try node(id.node).route }

    private func make(_ link: Link, _ ends: [InterfaceID: Interface]) async throws -> any LiveLink {
        func options(_ end: InterfaceID) -> (mtu: UInt32, mac: [UInt8]?) {
            (UInt32(ends[end]?.mtu ?? 1500), ends[end]?.mac?.bytes)
        }
        switch try driver(of: link) {
        case (.kernel, let why):
            return try MiddleLink(link, ends: ends, nodes: { try self.node($0.node) }, why: why)
        case (.wire, let why):
            return try WireLink(link, ends: ends, nodes: { try self.node($0.node) }, why: why)
        case (.direct, _), (.auto, _): break
        }
        guard link.ends.count == 2 else {
            let made = try SwitchLink(for: link)
            for (port, end) in link.ends.enumerated() {
                try made.plug(
                    end.interface, of: node(end.node), port: port, mtu: options(end).mtu,
                    mac: options(end).mac)
            }
            return made
        }
        let (left, right) = (link.ends[0], link.ends[1])
        try node(left).createVethPair(
            name: left.interface, mtu: options(left).mtu, mac: options(left).mac, isUp: false,
            peerName: right.interface, peerNamespace: node(right.node).namespace, peerMTU: options(right).mtu,
            peerMAC: options(right).mac)
        return DirectLink()
    }

    private func setSysctl(_ setting: SysctlSetting, in node: LabNode) throws {
        let key = "\(node.name) \(setting.name)"
        // Nothing is to be done where the kernel knows nothing else.
        if setting.isWhatOlderKernelsDo, try Sysctl.scope(of: setting.name) == .absent { return }
        if sysctlsBefore[key] == nil {
            sysctlsBefore[key] = try Sysctl.read(setting.name, in: node.namespace)
        }
        try Sysctl.write(setting.name, setting.value, in: node.namespace)
    }
}

extension Change {
    /// The node it concerns, or nothing if it concerns the lab as a whole.
    var node: String {
        switch self {
        case .addNode(let node), .setSysctl(let node, _), .resetSysctl(let node, _), .addRoute(let node, _),
            .removeRoute(let node, _), .addNeighbour(let node, _), .removeNeighbour(let node, _),
            .setFirewall(let node, _, _), .setNames(let node, _, _):
            node
        case .setMTU(let id, _), .setMAC(let id, _), .setTxQueueLength(let id, _), .setOffloads(let id, _),
            .resetMAC(let id), .resetOffloads(let id, _), .setQdisc(let id, _), .setRPS(let id, _),
            .setUp(let id, _), .setCarrier(let id, _, _),
            .addAddress(let id, _), .removeAddress(let id, _):
            id.node
        case .addLink, .setHostSysctl, .resetHostSysctl, .setImpairments: ""
        }
    }
}

extension Netlink.Route {
    /// The plan's route in the words of rtnetlink.
    init(_ route: NetlabModel.Route) {
        let type: RouteType =
            switch route.kind {
            case .unicast: .unicast
            case .blackhole: .blackhole
            case .unreachable: .unreachable
            case .prohibit: .prohibit
            case .throw: .throw
            }
        self.init(
            to: route.destination.network.address.bytes, prefixLength: route.destination.length, type: type,
            gateway: route.gateway?.bytes, device: route.device, source: route.source?.bytes,
            metric: route.metric.map(UInt32.init), isOnLink: route.isOnLink)
        metrics.mtu = route.mtu.map(UInt32.init)
        metrics.isMTULocked = route.isMTULocked
        metrics.advmss = route.advertisedMSS.map(UInt32.init)
        metrics.initcwnd = route.initialCongestionWindow.map(UInt32.init)
        metrics.initrwnd = route.initialReceiveWindow.map(UInt32.init)
        metrics.quickack = route.quickACK ? true : nil
    }
}
