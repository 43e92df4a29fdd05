import LinuxSystem
import NetlabModel
import Netlink

extension Lab {
    /// The driver a link gets and why. `auto` takes the kernel where it can do all that any phase asks for,
    /// else the wire.
    func driver(of link: Link) throws -> (Link.Driver, why: String) {
        func reasonAgainstKernel(_ link: Link) -> String? {
            for impairments in [link.impairments] + (foreseen[link.name] ?? []) {
                var phase = link
                phase.impairments = impairments
                if let reason = DriverChoice.reasonAgainstKernel(phase) { return reason }
            }
            return nil
        }

        switch link.driver {
        case .direct: return (.direct, "")
        case .kernel:
            if let reason = reasonAgainstKernel(link) {
                throw LabLimit(
                    "the kernel driver cannot do all that \(link.name) asks for: \(reason); leave its driver out, or write driver: wire"
                )
            }
            return (.kernel, "asked for")
        case .wire: return (.wire, "asked for")
        case .auto:
            if let reason = reasonAgainstKernel(link) { return (.wire, reason) }
            return (.kernel, "this kernel can do all of its impairments")
        }
    }
}

/// Which impairments the kernel driver can carry out, and what it needs for them.
public enum DriverChoice {
    /// Why the kernel driver cannot do a link's impairments here, or nil if it can.
    public static func reasonAgainstKernel(_ link: Link) -> String? {
        let queued = link.impairments.filter { !$0.isForRules }
        for named in queued {
            if let obstacle = MiddleShaping.obstacle(to: named) { return obstacle }
            // A rate that shares its direction with nothing is a token bucket.
            let isAlone = queued.allSatisfy {
                $0 == named || $0.from != nil && named.from != nil && $0.from != named.from
            }
            if named.isRate, isAlone { continue }
            if KernelAbilities.obstacle(toQdisc: "netem") != nil { return "this kernel has no netem" }
        }
        return nil
    }
}
