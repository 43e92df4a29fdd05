import Glibc
import LinuxSystem

/// A netlink request that could not be carried out: what was attempted, errno, and the kernel's own words.
public struct NetlinkError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was attempted, as a person would say it: `create veth client-eth0`.
    public var operation: String
    /// The positive errno value. Match on this one; texts differ from kernel to kernel.
    public var errno: Int32
    /// The kernel's explanation, or nil where it gave none.
    ///
    /// Kernel: `NLMSGERR_ATTR_MSG` of an extended acknowledgement.
    public var kernelText: String?
    /// The attribute that the kernel complained about, innermost name only: `IFLA_MTU`.
    ///
    /// Kernel: `NLMSGERR_ATTR_OFFS`, resolved through the offsets at which the request's attributes were put;
    /// for a missing attribute `NLMSGERR_ATTR_MISS_NEST` and `NLMSGERR_ATTR_MISS_TYPE` (since 6.1).
    public var attribute: String?
    /// The whole way to `attribute`, outermost first: `IFLA_LINKINFO`, `IFLA_INFO_DATA`, …
    public var attributePath: [String]
    /// What the kernel would have to have for this to work: `CONFIG_NF_CT_NETLINK (modprobe …)`; nil unless the
    /// error means that it lacks something.
    public var need: String?

    /// Whether the kernel lacks what was asked for, rather than refusing it.
    public var isUnsupported: Bool { need != nil }

    /// An error of the given operation; everything but errno may be unknown.
    public init(
        operation: String, errno: Int32, kernelText: String? = nil, attribute: String? = nil,
        attributePath: [String] = []
    ) {
        self.operation = operation
        self.errno = errno
        self.kernelText = kernelText
        self.attribute = attribute ?? attributePath.last
        self.attributePath = attributePath
    }

    /// `create veth a: Invalid argument (EINVAL): mtu less than device minimum [IFLA_MTU]`
    public var description: String {
        var text = "\(operation): \(ErrnoName.text(errno)) (\(ErrnoName.name(errno)))"
        if let kernelText { text += ": \(kernelText)" }
        if let attribute { text += " [\(attribute)]" }
        if let need { text += "; this kernel lacks \(need)" }
        if let nextStep { text += "; \(nextStep)" }
        return text
    }

    /// What to try, where errno alone tells.
    private var nextStep: String? {
        switch errno {
        case EPERM: "run as root, or in a user namespace that owns the network namespace (CAP_NET_ADMIN)"
        case ENOBUFS: "the answer was lost: look whether the change was made"
        case EMSGSIZE: "the request, or one attribute of it, is too long"
        default: nil
        }
    }

    /// The same error, as one of a kernel that lacks something, if errno says so.
    func needing(_ need: String, whenErrnoIs numbers: [Int32]) -> NetlinkError {
        var error = self
        if numbers.contains(errno) { error.need = need }
        return error
    }
}
