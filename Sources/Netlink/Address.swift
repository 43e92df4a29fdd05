import CMnl
import Glibc

/// An address of a device.
public struct AddressInfo: Hashable, Sendable {
    /// The index of the device.
    public var index: Int32
    /// Four bytes (IPv4) or sixteen (IPv6), in network order.
    public var address: [UInt8]
    public var prefixLength: Int
    /// The other end's address on a point-to-point device, if it is another.
    public var peer: [UInt8]?
    public var broadcast: [UInt8]?
    /// `RT_SCOPE_*`: 0 global, 253 link, 254 host.
    public var scope: UInt8
    public var flags: AddressFlags

    /// Reads an `RTM_NEWADDR` message; nil if it is too short or holds no address.
    init?(_ message: NetlinkMessage) {
        guard message.type == RTM_NEWADDR, let header: ifaddrmsg = message.header() else { return nil }
        let attributes = message.attributes(after: ifaddrmsg.self)
        // With a peer, IFA_ADDRESS is the peer's and IFA_LOCAL the own one; IPv6 gives IFA_LOCAL only then.
        let remote = attributes[IFA_ADDRESS]?.bytes
        guard let own = attributes[IFA_LOCAL]?.bytes ?? remote else { return nil }
        index = Int32(bitPattern: header.ifa_index)
        address = own
        prefixLength = Int(header.ifa_prefixlen)
        peer = remote == own ? nil : remote
        broadcast = attributes[IFA_BROADCAST]?.bytes
        scope = header.ifa_scope
        flags = AddressFlags(rawValue: attributes[IFA_FLAGS]?.uint32 ?? UInt32(header.ifa_flags))
    }
}

/// Flags of an address.
///
/// Kernel: `IFA_F_*` in `linux/if_addr.h`.
public struct AddressFlags: OptionSet, Hashable, Sendable {
    public var rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let secondary = AddressFlags(rawValue: 0x01)
    /// IPv6: usable at once, without asking whether somebody else has it.
    public static let noDuplicateDetection = AddressFlags(rawValue: 0x02)
    /// IPv6: somebody else has it.
    public static let duplicate = AddressFlags(rawValue: 0x08)
    /// IPv6: detection is going on; the address cannot be used yet.
    public static let tentative = AddressFlags(rawValue: 0x40)
    public static let permanent = AddressFlags(rawValue: 0x80)
    /// The kernel adds no route to the prefix.
    public static let noPrefixRoute = AddressFlags(rawValue: 0x200)
}

extension RouteSocket {
    /// Gives a device an address.
    ///
    /// - Parameters:
    ///   - address: four bytes (IPv4) or sixteen (IPv6), in network order.
    ///   - prefixLength: in bits; the kernel adds a route to that prefix.
    ///   - peer: the other end's address, which the prefix then belongs to.
    ///   - detectsDuplicates: IPv6 only. An address with detection stays tentative, and cannot be used, for a
    ///     second or more after the device is up.
    ///   - addsPrefixRoute: whether the kernel adds the route to the prefix.
    /// - Throws: `NetlinkError`: EEXIST if the device has it, ENODEV without such a device.
    ///
    /// Kernel: `RTM_NEWADDR`; `inet_rtm_newaddr()`, `inet6_rtm_newaddr()`.
    /// Equivalent to: `ip address add ADDRESS/PREFIX dev NAME [nodad] [noprefixroute]`
    public func addAddress(
        _ address: [UInt8], prefixLength: Int, to link: String, peer: [UInt8]? = nil,
        broadcast: [UInt8]? = nil, detectsDuplicates: Bool = false, addsPrefixRoute: Bool = true
    ) throws(NetlinkError) {
        let operation = "add address \(AddressText.text(address))/\(prefixLength) to \(link)"
        var request = try addressRequest(
            RTM_NEWADDR, flags: NLM_F_CREATE | NLM_F_EXCL, address, prefixLength, link, peer, operation)
        if let broadcast { request.put(IFA_BROADCAST, "IFA_BROADCAST", bytes: broadcast) }
        var flags = AddressFlags()
        if address.count == 16 && !detectsDuplicates { flags.insert(.noDuplicateDetection) }
        if !addsPrefixRoute { flags.insert(.noPrefixRoute) }
        if !flags.isEmpty { request.put(IFA_FLAGS, "IFA_FLAGS", flags.rawValue) }
        try socket.send(request, operation)
    }

    /// Takes an address from a device.
    ///
    /// Equivalent to: `ip address delete ADDRESS/PREFIX dev NAME`
    /// - Throws: `NetlinkError`: EADDRNOTAVAIL if the device does not have it, ENODEV without such a device.
    public func deleteAddress(
        _ address: [UInt8], prefixLength: Int, from link: String, peer: [UInt8]? = nil
    ) throws(NetlinkError) {
        let operation = "delete address \(AddressText.text(address))/\(prefixLength) from \(link)"
        let request = try addressRequest(RTM_DELADDR, flags: 0, address, prefixLength, link, peer, operation)
        try socket.send(request, operation)
    }

    /// The addresses of a device, or of all.
    ///
    /// Equivalent to: `ip address show [dev NAME]`
    public func addresses(ofLink link: String? = nil) throws(NetlinkError) -> [AddressInfo] {
        var header = ifaddrmsg()
        if let link { header.ifa_index = UInt32(bitPattern: try index(ofLink: link)) }
        let request = MessageBuilder(type: RTM_GETADDR, header: header)
        // Kernels before 4.20 ignore the device that was asked for.
        return try socket.send(request, as: .dump, "list addresses").compactMap(AddressInfo.init)
            .filter { link == nil || UInt32(bitPattern: $0.index) == header.ifa_index }
    }

    private func addressRequest(
        _ type: Int, flags: Int32, _ address: [UInt8], _ prefixLength: Int, _ link: String, _ peer: [UInt8]?,
        _ operation: String
    ) throws(NetlinkError) -> MessageBuilder {
        var header = ifaddrmsg()
        header.ifa_family = try AddressText.family(of: address, operation)
        header.ifa_prefixlen = UInt8(clamping: prefixLength)
        header.ifa_index = UInt32(bitPattern: try index(ofLink: link))
        var request = MessageBuilder(type: type, flags: flags, header: header)
        request.put(IFA_LOCAL, "IFA_LOCAL", bytes: address)
        request.put(IFA_ADDRESS, "IFA_ADDRESS", bytes: peer ?? address)
        return request
    }
}
