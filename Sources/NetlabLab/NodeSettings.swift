import Glibc
import LinuxSystem
import NetlabModel
import Netlink

extension LabNode {
    /// Keeps a node that is not the author's silent: no IPv6, so no router solicitations and no multicast
    /// reports.
    func quieten() throws {
        // Kernels without IPv6 have no such setting, and are silent already.
        for scope in ["all", "default"] where try hasIPv6() {
            try Sysctl.write("net.ipv6.conf.\(scope).disable_ipv6", "1", in: namespace)
        }
    }

    private func hasIPv6() throws -> Bool {
        namespace.run { access("/proc/sys/net/ipv6", F_OK) == 0 }
    }

    /// Removes a route. One that went away with its device or its address is as good as removed.
    func removeRoute(_ plan: NetlabModel.Route) throws {
        let route = Netlink.Route(plan)
        do {
            try self.route.deleteRoute(route)
        } catch {
            guard error.errno == ESRCH else { throw error }
            let network = plan.destination.network
            let left = try self.route.routes(network.address.isIPv6 ? .ipv6 : .ipv4).contains {
                $0.destination == network.address.bytes && $0.prefixLength == network.length
                    && $0.type != .local && ($0.metric ?? 0) == (route.metric ?? 0)
                    && $0.gateway == route.gateway
            }
            if left { throw error }
        }
    }
}
