import CMnl
import Glibc
import LinuxSystem

/// Features and rings of devices, by generic netlink.
///
/// Kernel: family `ethtool`, `CONFIG_ETHTOOL_NETLINK` (5.6).
/// Equivalent to: `ethtool -k`, `ethtool -K`, `ethtool -g`, `ethtool -l`
public final class EthtoolSocket: Sendable {
    private let socket: NetlinkSocket
    private let family: Int

    private static let version: UInt8 = 1

    /// Opens a socket in a namespace. The calling thread must be at home.
    ///
    /// - Throws: `NetlinkError` with `need` set on kernels without the family.
    public init(in namespace: NetworkNamespace) throws(NetlinkError) {
        socket = try NetlinkSocket(family: NETLINK_GENERIC, in: namespace)
        var request = MessageBuilder(
            type: Int(GENL_ID_CTRL),
            header: genlmsghdr(cmd: UInt8(CTRL_CMD_GETFAMILY), version: 1, reserved: 0))
        request.put(CTRL_ATTR_FAMILY_NAME, "CTRL_ATTR_FAMILY_NAME", "ethtool")
        let operation = "look up generic netlink family ethtool"
        do throws(NetlinkError) {
            let replies = try socket.send(request, as: .question, operation)
            guard let number = replies.first?.attributes(after: genlmsghdr.self)[CTRL_ATTR_FAMILY_ID]?.uint16
            else { throw NetlinkError(operation: operation, errno: EBADMSG) }
            family = Int(number)
        } catch {
            throw error.needing("CONFIG_ETHTOOL_NETLINK (Linux 5.6)", whenErrnoIs: [ENOENT])
        }
    }

    /// Offloads and other features of a device, by the kernel's names such as `tx-tcp-segmentation`,
    /// `tx-generic-segmentation`, `rx-gro`, `tx-checksum-ip-generic`, `tx-udp-segmentation`, `tx-scatter-gather`.
    public struct Features: Hashable, Sendable {
        /// Every feature that the kernel knows.
        public var known: Set<String>
        /// Those that the device could have.
        public var supported: Set<String>
        /// Those that were asked for; some may wait for others.
        public var wanted: Set<String>
        /// Those in effect.
        public var active: Set<String>
        /// Those that cannot be changed on any device.
        public var fixed: Set<String>
    }

    /// The features of a device.
    ///
    /// Equivalent to: `ethtool -k NAME`
    /// - Throws: `NetlinkError` with ENODEV if there is no such device.
    public func features(device: String) throws(NetlinkError) -> Features {
        let request = message(ETHTOOL_MSG_FEATURES_GET, device, header: ETHTOOL_A_FEATURES_HEADER)
        let reply = try answer(to: request, "show features of \(device)")
        let supported = BitSet(reply[ETHTOOL_A_FEATURES_HW]?.nested)
        return Features(
            known: supported.listed, supported: supported.set,
            wanted: BitSet(reply[ETHTOOL_A_FEATURES_WANTED]?.nested).set,
            active: BitSet(reply[ETHTOOL_A_FEATURES_ACTIVE]?.nested).set,
            fixed: BitSet(reply[ETHTOOL_A_FEATURES_NOCHANGE]?.nested).set)
    }

    /// Switches features of a device on or off, all in one request.
    ///
    /// Features depend on one another: without `tx-scatter-gather` or a checksum there is no segmentation.
    ///
    /// Equivalent to: `ethtool -K NAME FEATURE on|off …`
    /// - Throws: `NetlinkError`: EOPNOTSUPP with the names of those that the device did not take; the others
    ///   have been changed. EOPNOTSUPP or EINVAL for names unknown to the kernel; then nothing has been changed.
    public func setFeatures(device: String, _ features: [String: Bool]) throws(NetlinkError) {
        if features.isEmpty { return }
        let operation = "set features of \(device)"
        var request = message(ETHTOOL_MSG_FEATURES_SET, device, header: ETHTOOL_A_FEATURES_HEADER)
        request.nest(ETHTOOL_A_FEATURES_WANTED, "ETHTOOL_A_FEATURES_WANTED") { set in
            set.nest(ETHTOOL_A_BITSET_BITS, "ETHTOOL_A_BITSET_BITS") { bits in
                for (name, isOn) in features.sorted(by: { $0.key < $1.key }) {
                    bits.nest(ETHTOOL_A_BITSET_BITS_BIT, "ETHTOOL_A_BITSET_BITS_BIT") { bit in
                        bit.put(ETHTOOL_A_BITSET_BIT_NAME, "ETHTOOL_A_BITSET_BIT_NAME", name)
                        if isOn { bit.putFlag(ETHTOOL_A_BITSET_BIT_VALUE, "ETHTOOL_A_BITSET_BIT_VALUE") }
                    }
                }
            }
        }
        let reply = try answer(to: request, operation)
        // The answer lists what differs between the request and what has come of it.
        let refused = BitSet(reply[ETHTOOL_A_FEATURES_WANTED]?.nested).listed.intersection(features.keys)
        if !refused.isEmpty {
            throw NetlinkError(
                operation: operation, errno: EOPNOTSUPP,
                kernelText: "the device keeps \(refused.sorted().joined(separator: ", ")) as it is")
        }
    }

    /// A count of something a device has, and the most it could have; nil where the device has none of it.
    public struct Capacity: Hashable, Sendable {
        public var current: UInt32?
        public var maximum: UInt32?
    }

    /// The lengths of a device's receive and transmit rings, in packets.
    ///
    /// Equivalent to: `ethtool -g NAME`
    /// - Throws: `NetlinkError` with EOPNOTSUPP for devices without rings.
    public func rings(device: String) throws(NetlinkError) -> (receive: Capacity, transmit: Capacity) {
        let request = message(ETHTOOL_MSG_RINGS_GET, device, header: ETHTOOL_A_RINGS_HEADER)
        let reply = try answer(to: request, "show rings of \(device)")
        return (
            Capacity(
                current: reply[ETHTOOL_A_RINGS_RX]?.uint32, maximum: reply[ETHTOOL_A_RINGS_RX_MAX]?.uint32),
            Capacity(
                current: reply[ETHTOOL_A_RINGS_TX]?.uint32, maximum: reply[ETHTOOL_A_RINGS_TX_MAX]?.uint32)
        )
    }

    /// The numbers of a device's receive and transmit queues.
    ///
    /// Equivalent to: `ethtool -l NAME`
    /// - Throws: `NetlinkError` with EOPNOTSUPP for devices without channels.
    public func channels(
        device: String
    ) throws(NetlinkError) -> (receive: Capacity, transmit: Capacity, combined: Capacity) {
        let request = message(ETHTOOL_MSG_CHANNELS_GET, device, header: ETHTOOL_A_CHANNELS_HEADER)
        let reply = try answer(to: request, "show channels of \(device)")
        func capacity(_ current: Int, _ maximum: Int) -> Capacity {
            Capacity(current: reply[current]?.uint32, maximum: reply[maximum]?.uint32)
        }
        return (
            capacity(ETHTOOL_A_CHANNELS_RX_COUNT, ETHTOOL_A_CHANNELS_RX_MAX),
            capacity(ETHTOOL_A_CHANNELS_TX_COUNT, ETHTOOL_A_CHANNELS_TX_MAX),
            capacity(ETHTOOL_A_CHANNELS_COMBINED_COUNT, ETHTOOL_A_CHANNELS_COMBINED_MAX)
        )
    }

    private func message(_ command: Int, _ device: String, header attribute: Int) -> MessageBuilder {
        var request = MessageBuilder(
            type: family, header: genlmsghdr(cmd: UInt8(command), version: Self.version, reserved: 0))
        request.nest(attribute, "ETHTOOL_A_HEADER") {
            $0.put(ETHTOOL_A_HEADER_DEV_NAME, "ETHTOOL_A_HEADER_DEV_NAME", device)
        }
        return request
    }

    private func answer(to request: MessageBuilder, _ operation: String) throws(NetlinkError)
        -> AttributeReader
    {
        try socket.send(request, as: .question, operation).first?.attributes(after: genlmsghdr.self)
            ?? AttributeReader([])
    }
}

/// A set of named bits.
///
/// Kernel: `ETHTOOL_A_BITSET_*`, the form with names.
private struct BitSet {
    /// The names mentioned.
    var listed: Set<String> = []
    /// Of those the ones whose bit is one.
    var set: Set<String> = []

    init(_ attributes: AttributeReader?) {
        // Without a mask the list holds the ones only, and carries no values.
        let isList = attributes?[ETHTOOL_A_BITSET_NOMASK] != nil
        for bit in attributes?[ETHTOOL_A_BITSET_BITS]?.nested.attributes ?? [] {
            guard let name = bit.nested[ETHTOOL_A_BITSET_BIT_NAME]?.string else { continue }
            listed.insert(name)
            if isList || bit.nested[ETHTOOL_A_BITSET_BIT_VALUE] != nil { set.insert(name) }
        }
    }
}
