import NetlabModel

/// Finds what a plan needs of the host from what it does.
enum NeedDeriver {
    static func needs(of phases: [PhasePlan]) -> Set<Need> {
        var needs: Set<Need> = [.networkNamespaces]
        for phase in phases {
            for state in [phase.state] + phase.steps.map(\.state) {
                for node in state.nodes { add(node, to: &needs) }
                for link in state.links { add(link, to: &needs) }
                needs.formUnion(state.host.map { .hostChange($0.name) })
            }
            for flow in phase.flows { add(flow, to: &needs) }
            for expectation in phase.expectations {
                for case .counter(_, let id) in expectation.predicate.quantities.flatMap(\.leaves) {
                    if id.family == .drop { needs.insert(.dropReasons) }
                    if id.family == .conntrack { needs.insert(.conntrack) }
                }
            }
        }
        return needs
    }

    private static func add(_ node: Node, to needs: inout Set<Need>) {
        if !node.firewall.rules.isEmpty || node.firewall.nft != nil { needs.insert(.nftables) }
        if node.firewall.rules.contains(where: { $0.isNAT || $0.action.hasPrefix("ct ") }) {
            needs.insert(.conntrack)
        }
        for rule in node.firewall.iptables {
            needs.insert(.program(rule.program))
        }
        for interface in node.interfaces {
            switch interface.qdisc {
            case .tbf: needs.insert(.qdisc("tbf"))
            case .pfifo: needs.insert(.qdisc("pfifo"))
            case .bfifo: needs.insert(.qdisc("bfifo"))
            case .htb: needs.insert(.qdisc("htb"))
            case .fqCodel: needs.insert(.qdisc("fq_codel"))
            case .netem: needs.insert(.qdisc("netem"))
            case nil: break
            }
        }
        for setting in node.sysctls where setting.name == "net.ipv4.tcp_congestion_control" {
            needs.insert(.congestionControl(setting.value))
        }
        if node.sysctls.contains(where: { $0.name.hasPrefix("net.netfilter.nf_conntrack_") }) {
            needs.insert(.conntrack)
        }
    }

    private static func add(_ link: Link, to needs: inout Set<Need>) {
        needs.insert(.device("veth"))
        if link.ends.count > 2 { needs.insert(.device("bridge")) }
        switch link.driver {
        case .direct: break
        case .wire, .auto: needs.insert(.tun)
        case .kernel:
            needs.insert(.device("bridge"))
            let queued = link.impairments.filter { !$0.isForRules }
            if queued.count < link.impairments.count { needs.insert(.nftables) }
            for end in link.ends {
                let leaving = queued.filter { $0.from == nil || $0.from != end }
                if leaving.isEmpty { continue }
                let isRateAlone = leaving.count == 1 && leaving[0].isRate
                needs.insert(.qdisc(isRateAlone ? "tbf" : "netem"))
            }
        }
    }

    private static func add(_ flow: Flow, to needs: inout Set<Need>) {
        if case .exec(let exec) = flow.kind, let program = exec.command.first {
            needs.formUnion([.exec(program), .program(program)])
        }
        for socket in [flow.client, flow.server.socket] {
            if let algorithm = socket.congestionControl { needs.insert(.congestionControl(algorithm)) }
        }
    }
}
