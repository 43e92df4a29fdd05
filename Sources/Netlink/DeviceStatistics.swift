import CNetlab
import Glibc
import LinuxSystem

extension RouteSocket {
    /// The counters that a device's driver keeps besides those of every device, by the driver's own names.
    ///
    /// A veth has some for each queue; TAP devices and bridges have none.
    ///
    /// Kernel: `ETHTOOL_GSTRINGS` and `ETHTOOL_GSTATS` of `SIOCETHTOOL`, which netlink has no message for.
    /// Equivalent to: `ethtool -S NAME`
    /// - Throws: `NetlinkError` with ENODEV if there is no such device.
    public func deviceStatistics(_ name: String) throws(NetlinkError) -> [(name: String, value: UInt64)] {
        // The number of counters may grow between two questions, with the number of queues.
        for _ in 0..<8 {
            let count = cnetlab_device_statistics_count(socket.fileDescriptor, name)
            if count < 0, errno == EOPNOTSUPP { return [] }
            guard count >= 0 else { throw Self.error(name) }
            if count == 0 { return [] }
            var names = [CChar](repeating: 0, count: Int(count) * Self.nameLength)
            var values = [UInt64](repeating: 0, count: Int(count))
            let filled = cnetlab_device_statistics(
                socket.fileDescriptor, name, &names, &values, UInt32(count))
            if filled < 0, errno == ERANGE { continue }
            guard filled >= 0 else { throw Self.error(name) }
            return (0..<Int(filled)).map { index in
                let bytes = names[index * Self.nameLength..<(index + 1) * Self.nameLength]
                let text = String(
                    decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
                return (text, values[index])
            }
        }
        throw NetlinkError(
            operation: "read statistics of \(name)", errno: EAGAIN,
            kernelText: "the driver changed the number of its counters again and again")
    }

    private static let nameLength = Int(CNETLAB_STATISTIC_NAME)

    private static func error(_ name: String) -> NetlinkError {
        NetlinkError(operation: "read statistics of \(name)", errno: Glibc.errno)
    }
}
