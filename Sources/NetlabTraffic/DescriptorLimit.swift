import Glibc
import NetlabModel

/// Room for the descriptors that flows are going to need.
enum DescriptorLimit {
    /// Descriptors that the rest of the process may need besides.
    private static let reserve = 512

    /// Raises RLIMIT_NOFILE if the flows could not all be under way at once otherwise; as far as it is allowed.
    ///
    /// What is still missing then shows as EMFILE in the attempts' outcomes.
    /// Equivalent to: `ulimit -n`
    static func raise(for flows: [Flow]) {
        let needed = rlim_t(flows.reduce(reserve) { $0 + descriptors(of: $1) })
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < needed else { return }
        var wanted = limit
        wanted.rlim_cur = needed
        wanted.rlim_max = max(limit.rlim_max, needed)
        if setrlimit(resource, &wanted) == 0 { return }
        // Beyond the hard limit takes CAP_SYS_RESOURCE.
        wanted.rlim_cur = min(needed, limit.rlim_max)
        wanted.rlim_max = limit.rlim_max
        setrlimit(resource, &wanted)
    }

    /// Both ends of all that may be open at once.
    private static func descriptors(of flow: Flow) -> Int {
        switch flow.kind {
        case .tcpRequest(let plan): 2 * (plan.rate == nil ? min(plan.count, plan.concurrency) : plan.count)
        case .tcpConnect(let plan): 2 * (plan.holds || plan.rate != nil ? plan.count : plan.concurrency)
        case .tcpStream(let plan): 2 * plan.connections
        case .udpRequest(let plan): plan.rate == nil ? min(plan.count, plan.concurrency) : plan.count
        case .udpStream(let plan): plan.sources
        case .ping, .forge, .exec: 8
        }
    }
}
