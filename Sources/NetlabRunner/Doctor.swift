import Glibc
import LinuxSystem
import NetlabModel

/// What this kernel, this container and this user can do.
public enum Doctor {
    /// Tries everything that scenarios may need; changes nothing that outlives the call.
    public static func examine() -> [Ability] {
        let preflight = Preflight()
        let questions: [(Need, name: String, purpose: String)] = [
            (.networkNamespaces, "network namespaces", "every lab"),
            (.device("veth"), "veth", "every link"),
            (.device("bridge"), "bridge", "switches, impaired links"),
            (.nftables, "nftables", "firewall rules, exact packet patterns"),
            (.program("iptables"), "iptables", "scenarios with iptables lines"),
            (.conntrack, "connection tracking", "NAT, stateful rules"),
            (.tun, "/dev/net/tun", "the user-space wire: delay, reorder, corruption without netem"),
            (.qdisc("tbf"), "qdisc tbf", "rate limits in the kernel"),
            (.qdisc("netem"), "qdisc netem", "delay, reorder, corruption in the kernel"),
            (.dropReasons, "drop reasons", "where each packet died"),
            (.congestionControl("cubic"), "cubic", "scenarios that compare congestion control"),
            (.congestionControl("bbr"), "bbr", "scenarios that compare congestion control"),
            (.cpus(2), "two CPUs", "receive packet steering"),
        ]
        var abilities: [Ability] = [identity()]
        for (need, name, purpose) in questions {
            let obstacle = preflight.obstacle(to: need)
            abilities.append(
                Ability(
                    name: name, isAvailable: obstacle == nil, detail: obstacle?.reason ?? "works",
                    cure: obstacle?.cure ?? "", purpose: purpose))
        }
        return abilities
    }

    private static func identity() -> Ability {
        let host = HostFacts.description
        return Ability(
            name: "this host", isAvailable: true,
            detail: "Linux \(host.kernel) \(host.machine), \(host.cpus) CPUs, \(host.privilege)", purpose: "")
    }
}
