import LinuxSystem
import NetlabModel
import Netlink
import Synchronization

/// One node of a live lab: its namespace and what speaks to the kernel on its behalf.
final class LabNode: Sendable {
    let name: String
    let namespace: NetworkNamespace
    let route: RouteSocket
    /// The iptables programs that have changed this node, with version and backend.
    let iptablesUsed = Mutex<Set<String>>([])
    /// Where the rules of iptables stand, if the kernel cannot bear their names.
    let rulePlaces = Mutex(IptablesPlaces())
    /// Path → text of files that programs in this node see in place of the machine's.
    let programFiles = Mutex<[String: String]>([:])

    /// Makes the namespace and sets its loopback device up.
    init(named name: String) throws {
        self.name = name
        self.namespace = try NetworkNamespace.create()
        self.route = try RouteSocket(in: namespace)
        try route.setLink("lo", LinkChange(isUp: true))
    }
}
