import LinuxSystem
import NetlabModel
import Netlink

extension Lab {
    /// The driver a link gets and why. `auto` takes the kernel where it can do all that any phase asks for,
    /// else the wire.
    func driver(of link: Link) throws -> (Link.Driver, why: String) {
        switch link.driver {
        case .direct: return (.direct, "")
        case .kernel: return (.kernel, "asked for")
        case .wire: return (.wire, "asked for")
        case .auto:
            var all = link
            all.impairments = foreseen[link.name] ?? link.impairments
            if let reason = DriverChoice.reasonAgainstKernel(all) { return (.wire, reason) }
            return (.kernel, "this kernel can do all of its impairments")
        }
    }
}

/// Which impairments the kernel driver can carry out, and what it needs for them.
public enum DriverChoice {
    /// Why the kernel driver cannot do a link's impairments here, or nil if it can.
    public static func reasonAgainstKernel(_ link: Link) -> String? {
        for named in link.impairments where !MiddleRules.takes(named) {
            if case .pattern(let pattern) = named.impairment {
                return
                    "nftables cannot \(pattern.action == .duplicate ? "duplicate" : "hold or change") single packets"
            }
            if case .emulate(let emulation) = named.impairment {
                return "no qdisc and no rule emulates \(emulation.rawValue)"
            }
            if !named.match.terms.isEmpty { return "a qdisc cannot tell packets of a kind apart" }
            if case .rate = named.impairment, link.impairments.count == 1 { continue }
            if KernelAbilities.obstacle(toQdisc: "netem") != nil { return "this kernel has no netem" }
            if case .delay(let model) = named.impairment, model.keepsOrder, model.jitter != .zero {
                return "netem reorders packets of different delay"
            }
        }
        return nil
    }
}
