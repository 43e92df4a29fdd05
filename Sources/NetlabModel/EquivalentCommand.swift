/// The commands that a person would type for a change. They are for reading and for reproducing by hand:
/// netlab itself speaks to the kernel, and runs none of them.
public struct EquivalentCommand: Sendable {
    /// Whether the lines are for a script, in which `$LAB` stands before every node's name and nothing is said twice.
    public var isScript: Bool
    /// `NODE NAME` of sysctls, `NODE/INTERFACE address` and `NODE/INTERFACE offloads` that a script has to remember before
    /// it changes them, since it puts them back later.
    public var remembered: Set<String>

    public init(isScript: Bool = false, remembered: Set<String> = []) {
        self.isScript = isScript
        self.remembered = remembered
    }

    /// The lines for one change as a person types them, in their order.
    public static func lines(for change: Change) -> [String] { EquivalentCommand().lines(for: change) }

    /// The lines for one change, in the order in which they have to be typed.
    public func lines(for change: Change) -> [String] {
        switch change {
        case .addNode(let node):
            return ["ip netns add \(name(node))", "ip -n \(name(node)) link set dev lo up"]
        case .addLink(let link, let ends): return linkLines(link, ends)
        case .setSysctl(let node, let setting): return sysctlLines(node, setting)
        case .resetSysctl(let node, let name):
            return isScript
                ? ["reset_sysctl \(node) \(name)"] : ["# \(node): \(name) back to its default"]
        case .setHostSysctl(let setting):
            let kernels = setting.kernel.map { ", kernels \($0)" } ?? ""
            return isScript
                ? [onKernels(of: setting) + "host_sysctl \(setting.name) \(Self.quoted(setting.value))"]
                : ["sysctl -w \(setting.name)=\(Self.quoted(setting.value))   # the whole machine\(kernels)"]
        case .resetHostSysctl(let name):
            return isScript ? ["reset_host_sysctl \(name)"] : ["# \(name) back to what it was"]
        case .setMTU(let id, let mtu): return [device(id, "mtu \(mtu)")]
        case .setMAC(let id, let mac): return remembering(id, "address") + [device(id, "address \(mac)")]
        case .resetMAC(let id):
            return isScript
                ? ["reset_address \(id.node) \(id.interface)"]
                : ["# \(id): the address that it was made with"]
        case .setTxQueueLength(let id, let length): return [device(id, "txqueuelen \(length)")]
        case .setOffloads(let id, let features):
            return remembering(id, "offloads") + [offloads(features, id.interface, in: id.node)]
        case .resetOffloads(let id, let names):
            return isScript
                ? ["reset_offloads \(id.node) \(id.interface)"]
                : ["# \(id): \(names.joined(separator: ", ")) back to the device's defaults"]
        case .setQdisc(let id, nil): return ["\(tc(id.node)) qdisc del dev \(id.interface) root"]
        case .setQdisc(let id, .some(let qdisc)): return qdiscLines(qdisc, at: id)
        case .setRPS(let id, let cpus):
            let path = "/sys/class/net/\(id.interface)/queues/rx-0/rps_cpus"
            return [inNode(id.node, "sh -c 'echo \(String(cpus, radix: 16)) > \(path)'")]
        case .setUp(let id, let isUp): return [device(id, isUp ? "up" : "down")]
        case .setCarrier(let id, let link, let has):
            guard let port = link.ends.firstIndex(of: id) else { return [] }
            let plug = InterfaceID(node: Self.hiddenNode(of: link), interface: "p\(port)")
            return [device(plug, has ? "up" : "down")]
        case .addAddress(let id, let prefix):
            let noDAD = prefix.address.isIPv6 ? " nodad" : ""
            return ["\(ip(id.node)) address add \(prefix) dev \(id.interface)\(noDAD)"]
        case .removeAddress(let id, let prefix):
            return ["\(ip(id.node)) address del \(prefix) dev \(id.interface)"]
        case .addRoute(let node, let route):
            return ["\(ip(node)) route replace \(Self.routeArguments(route))"]
        case .removeRoute(let node, let route):
            let line = "\(ip(node)) route del \(Self.routeArguments(route))"
            // A route goes with its device, or with the address that it was reached by.
            return [isScript ? line + " 2>/dev/null || true" : line]
        case .addNeighbour(let node, let neighbour):
            let entry = "\(neighbour.address) lladdr \(neighbour.mac) dev \(neighbour.device) nud permanent"
            return ["\(ip(node)) neigh replace \(entry)"]
        case .removeNeighbour(let node, let neighbour):
            return ["\(ip(node)) neigh del \(neighbour.address) dev \(neighbour.device)"]
        case .setFirewall(let node, let old, let new): return firewallLines(node, old, new)
        case .setImpairments(let old, let new): return impairmentLines(old, new)
        case .setNames(let node, let hosts, let resolver): return nameLines(node, hosts, resolver)
        }
    }

    // MARK: Places

    /// A node's namespace as a command line names it.
    func name(_ node: String) -> String { isScript ? "\"$LAB.\(node)\"" : node }

    func ip(_ node: String) -> String { "ip -n \(name(node))" }

    func tc(_ node: String) -> String { "tc -n \(name(node))" }

    func inNode(_ node: String, _ command: String) -> String { "ip netns exec \(name(node)) \(command)" }

    func device(_ id: InterfaceID, _ setting: String) -> String {
        "\(ip(id.node)) link set dev \(id.interface) \(setting)"
    }

    func offloads(_ features: [String: Bool], _ interface: String, in node: String) -> String {
        // ethtool has no short name for the segmentation of UDP.
        let words = features.map { ($0.key == "uso" ? "tx-udp-segmentation" : $0.key, $0.value) }
            .sorted { $0.0 < $1.0 }.map { "\($0.0) \($0.1 ? "on" : "off")" }
        let line = inNode(node, "ethtool -K \(interface) \(words.joined(separator: " "))")
        return isScript ? line + " >/dev/null" : line
    }

    /// What a script does before it changes something for the first time that it has to put back.
    private func remembering(_ id: InterfaceID, _ what: String) -> [String] {
        remembered.contains("\(id) \(what)") ? ["remember_\(what) \(id.node) \(id.interface)"] : []
    }

    // MARK: Nodes

    private func sysctlLines(_ node: String, _ setting: SysctlSetting) -> [String] {
        let word = isScript ? "sysctl -qw" : "sysctl -w"
        let line = inNode(node, "\(word) \(setting.name)=\(Self.quoted(setting.value))")
        let kernels = isScript ? "" : setting.kernel.map { "   # kernels \($0)" } ?? ""
        let lines = [onKernels(of: setting) + line + kernels]
        guard remembered.contains("\(node) \(setting.name)") else { return lines }
        return [onKernels(of: setting) + "remember_sysctl \(node) \(setting.name)"] + lines
    }

    /// What a script says before a command that is for some kernels only.
    private func onKernels(of setting: SysctlSetting) -> String {
        guard isScript, let range = setting.kernel else { return "" }
        return "on_kernels '\(range.atLeast)' '\(range.below)' "
    }

    private func qdiscLines(_ qdisc: Qdisc, at id: InterfaceID) -> [String] {
        let tc = tc(id.node)
        switch qdisc {
        case .htb(let rate, let limit):
            return [
                "\(tc) qdisc replace dev \(id.interface) root handle 1: htb default 1",
                "\(tc) class replace dev \(id.interface) parent 1: classid 1:1 htb rate \(rate.tcText)",
                "\(tc) qdisc replace dev \(id.interface) parent 1:1 pfifo limit \(limit)",
            ]
        case .netem(let impairments):
            return [netem(impairments.compactMap(Self.netemArguments), on: id.interface, in: id.node)]
        case .tbf, .pfifo, .bfifo, .fqCodel:
            return ["\(tc) qdisc replace dev \(id.interface) root \(Self.qdiscArguments(qdisc))"]
        }
    }

    /// A script tells a kernel without netem what it leaves out, instead of failing.
    func netem(_ words: [String], on interface: String, in node: String) -> String {
        let words = words.joined(separator: " ")
        return isScript
            ? "netem \(name(node)) \(interface) \(words)"
            : "\(tc(node)) qdisc replace dev \(interface) root netem \(words)"
    }

    private func firewallLines(_ node: String, _ old: Firewall, _ new: Firewall) -> [String] {
        var lines: [String] = []
        let wait = isScript ? " -w" : ""
        func iptables(_ rule: IptablesRule, _ arguments: [String]) -> String {
            inNode(node, rule.program + wait + " " + arguments.map(Self.quoted).joined(separator: " "))
        }
        for rule in old.iptables where !new.iptables.contains(rule) {
            lines.append(iptables(rule, rule.undoing(rule.arguments)))
        }
        if old.rules != new.rules || old.nft != new.nft {
            lines.append(nft(NftText.script(from: old, to: new), in: node))
        }
        for rule in new.iptables where !old.iptables.contains(rule) {
            lines.append(iptables(rule, rule.arguments))
        }
        return lines
    }

    func nft(_ text: String, in node: String) -> String { inNode(node, "nft -f - <<'EOF'\n\(text)EOF") }

    private func nameLines(_ node: String, _ hosts: [String: IPAddress], _ resolver: String?) -> [String] {
        let directory = isScript ? "\"/etc/netns/$LAB.\(node)\"" : "/etc/netns/\(node)"
        var lines = ["mkdir -p \(directory)"]
        if hosts.isEmpty {
            lines.append("rm -f \(directory)/hosts")
        } else {
            let words = Node.hostsText(hosts).split(separator: "\n").map { Self.quoted(String($0)) }
            lines.append("printf '%s\\n' \(words.joined(separator: " ")) > \(directory)/hosts")
        }
        if let resolver {
            lines.append("printf %s \(Self.quoted(resolver)) > \(directory)/resolv.conf")
        } else {
            lines.append("rm -f \(directory)/resolv.conf")
        }
        return lines
    }

    /// One word for a shell, in single quotes if it has to be.
    static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_./:,=+@%".utf8.contains(byte)
            }
        }
        if isPlain, !word.isEmpty { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
            + "'"
    }
}
