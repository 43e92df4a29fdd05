import LinuxSystem
import Netlink

/// What this kernel can do for labs, found out by trying it in a namespace that is thrown away.
public enum KernelAbilities {
    /// Tries to put a qdisc of a kind on a device.
    ///
    /// - Returns: nil if it works, else the kernel's answer.
    public static func obstacle(toQdisc kind: String) -> String? {
        switch kind {
        case "netem": netem
        case "tbf": attempt { try $0.replaceQdisc(device: "lo", .tbf(bucket)) }
        case "htb": attempt { try $0.replaceQdisc(device: "lo", .htb(defaultClass: 0)) }
        case "pfifo": attempt { try $0.replaceQdisc(device: "lo", .pfifo(limitPackets: 1)) }
        case "bfifo": attempt { try $0.replaceQdisc(device: "lo", .bfifo(limitBytes: 1)) }
        case "fq_codel": attempt { try $0.replaceQdisc(device: "lo", .fqCodel(FQCodel())) }
        default: "netlab does not know the qdisc \(kind)"
        }
    }

    /// Tries to make a device of a kind.
    public static func obstacle(toDevice kind: String) -> String? {
        switch kind {
        case "veth":
            attempt { route in
                try route.createVethPair(
                    name: "a", isUp: false, peerName: "b", peerNamespace: route.namespace)
            }
        case "bridge": attempt { try $0.createBridge(name: "a", isUp: false) }
        case "dummy": attempt { try $0.createDummy(name: "a", isUp: false) }
        case "ifb": attempt { try $0.createIFB(name: "a", isUp: false) }
        default: "netlab does not know the link type \(kind)"
        }
    }

    /// Tries to load a rule.
    public static let nftables: String? = attempt { route in
        try Nftables(in: route.namespace).run(
            "add table inet t\nadd chain inet t c { type filter hook input priority 0; }\nadd rule inet t c counter"
        )
    }

    /// Tries a rule that needs connection tracking.
    public static let conntrack: String? = attempt { route in
        try Nftables(in: route.namespace).run(
            "add table ip t\nadd chain ip t c { type nat hook postrouting priority 100; }\nadd rule ip t c masquerade"
        )
    }

    private static let netem: String? = attempt { try $0.replaceQdisc(device: "lo", .netem(Netem())) }

    private static let bucket = TokenBucket(rateBytesPerSecond: 125_000, burstBytes: 3200, limitBytes: 6400)

    private static func attempt(_ body: (RouteSocket) throws -> Void) -> String? {
        do {
            try body(RouteSocket(in: NetworkNamespace.create()))
            return nil
        } catch {
            return "\(error)"
        }
    }
}
