import CNetlab
import Glibc
import LinuxSystem
import NetlabModel
import Netlink

/// Puts finished IP packets onto the wire: through a raw socket, or below IP where the kernel would mend them.
final class RawSender: @unchecked Sendable {
    private let descriptor: Int32
    private let destination: SocketAddress?
    private let link: (index: Int32, mac: [UInt8])?

    /// - Parameter belowIP: whether packets go to the device without passing through the IP layer. The destination's
    ///   link-layer address is then taken from the neighbour table, or asked for by an ARP request.
    /// - Throws: `SystemError` of socket (EPERM without CAP_NET_RAW); EHOSTUNREACH if nobody answers to ARP; for
    ///   what netlink refuses, its errno.
    init(to address: IPAddress, in namespace: NetworkNamespace, belowIP: Bool) throws(SystemError) {
        let flags = Int32(SOCK_CLOEXEC.rawValue)
        if belowIP {
            destination = nil
            link = try Self.resolve(address, in: namespace)
            descriptor = try namespace.run { () throws(SystemError) -> Int32 in
                let descriptor = socket(AF_PACKET, Int32(SOCK_DGRAM.rawValue) | flags, 0)
                guard descriptor >= 0 else { throw .last("socket", on: "AF_PACKET") }
                return descriptor
            }
        } else {
            destination = SocketAddress(address, port: 0)
            link = nil
            descriptor = try namespace.run { () throws(SystemError) -> Int32 in
                let family = address.isIPv6 ? AF_INET6 : AF_INET
                // IPPROTO_RAW implies that the IP header comes from us.
                let descriptor = socket(family, Int32(SOCK_RAW.rawValue) | flags, Int32(IPPROTO_RAW))
                guard descriptor >= 0 else { throw .last("socket", on: "IPPROTO_RAW") }
                return descriptor
            }
            // Where the kernel refuses it, so does sendto(2) to a broadcast address, with EACCES.
            try? SocketOptions.set(descriptor, SOL_SOCKET, SO_BROADCAST, true, "SO_BROADCAST")
        }
    }

    deinit { close(descriptor) }

    /// Sends one packet. Returns errno, or nil.
    func send(_ packet: [UInt8]) -> Int32? {
        var count: Int
        repeat {
            if let link {
                count = link.mac.withUnsafeBufferPointer {
                    cnetlab_send_link(descriptor, packet, packet.count, link.index, 0x0800, $0.baseAddress)
                }
            } else if let destination {
                count = destination.withPointer { sendto(descriptor, packet, packet.count, 0, $0, $1) }
            } else {
                return EDESTADDRREQ
            }
        } while count < 0 && errno == EINTR
        return count < 0 ? errno : nil
    }

    private static func resolve(_ address: IPAddress, in namespace: NetworkNamespace) throws(SystemError) -> (
        index: Int32, mac: [UInt8]
    ) {
        do throws(NetlinkError) {
            let netlink = try RouteSocket(in: namespace)
            let route = try netlink.route(to: address.bytes)
            guard let index = route.deviceIndex else {
                throw NetlinkError(operation: "look up route to \(address)", errno: ENETUNREACH)
            }
            let hop = route.gateway ?? address.bytes
            guard let device = try netlink.links().first(where: { $0.index == index }) else {
                throw NetlinkError(operation: "look up the device to \(address)", errno: ENODEV)
            }
            // A loopback device has no neighbours; its own address is all zeros.
            if device.flags.contains(.loopback) { return (index, [0, 0, 0, 0, 0, 0]) }
            let known = try netlink.neighbours(.ipv4, device: device.name).first { $0.address == hop }
            if let mac = known?.mac { return (index, mac) }
            let source = route.source ?? [0, 0, 0, 0]
            guard device.mac.count == 6 else {
                throw NetlinkError(operation: "look up the address of \(device.name)", errno: EADDRNOTAVAIL)
            }
            let question = ARPQuestion(index: index, mac: device.mac, source: source, target: hop)
            guard let mac = question.ask(in: namespace) else {
                throw NetlinkError(
                    operation: "ask by ARP for \(IPAddress(bytes: hop)) on \(device.name)",
                    errno: EHOSTUNREACH)
            }
            return (index, mac)
        } catch {
            throw SystemError(error.operation, errno: error.errno)
        }
    }
}

/// An ARP request of one's own, for packets that do not pass through the kernel's neighbour table.
private struct ARPQuestion {
    var index: Int32
    var mac: [UInt8]
    var source: [UInt8]
    var target: [UInt8]

    /// RFC 826 for Ethernet and IPv4.
    private var body: [UInt8] {
        [0, 1, 8, 0, 6, 4, 0, 1] + mac + source + [0, 0, 0, 0, 0, 0] + target
    }

    /// Asks three times, 300 ms each; blocks the calling thread meanwhile.
    func ask(in namespace: NetworkNamespace) -> [UInt8]? {
        let protocolNumber = UInt16(0x0806)
        let descriptor = namespace.run {
            socket(
                AF_PACKET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue),
                Int32(protocolNumber.bigEndian))
        }
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let broadcast = [UInt8](repeating: 0xff, count: 6)
        for _ in 0..<3 {
            guard cnetlab_send_link(descriptor, body, body.count, index, protocolNumber, broadcast) >= 0
            else {
                return nil
            }
            let deadline = MonotonicClock.instant() + 300_000_000
            while MonotonicClock.instant() < deadline {
                let left = max(0, deadline - MonotonicClock.instant())
                guard cnetlab_wait_readable(descriptor, -1, left) > 0 else { break }
                var reply = [UInt8](repeating: 0, count: 64)
                let count = recv(descriptor, &reply, reply.count, Int32(MSG_DONTWAIT))
                // Operation 2, from the address that was asked for.
                if count >= 28, reply[7] == 2, Array(reply[14..<18]) == target { return Array(reply[8..<14]) }
            }
        }
        return nil
    }
}
