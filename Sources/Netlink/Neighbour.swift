import CMnl
import Glibc

/// States of a neighbour.
///
/// Kernel: `NUD_*`, RFC 4861 section 7.3.2.
public struct NeighbourState: OptionSet, Hashable, Sendable {
    public var rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let incomplete = NeighbourState(rawValue: 0x01)
    public static let reachable = NeighbourState(rawValue: 0x02)
    public static let stale = NeighbourState(rawValue: 0x04)
    public static let delay = NeighbourState(rawValue: 0x08)
    public static let probe = NeighbourState(rawValue: 0x10)
    public static let failed = NeighbourState(rawValue: 0x20)
    /// The device needs no neighbour addresses.
    public static let noARP = NeighbourState(rawValue: 0x40)
    /// Set by an administrator; never asked for, never forgotten.
    public static let permanent = NeighbourState(rawValue: 0x80)

    /// The names that `ip neighbour` prints.
    public var names: [String] {
        let all: [(NeighbourState, String)] = [
            (.incomplete, "INCOMPLETE"), (.reachable, "REACHABLE"), (.stale, "STALE"), (.delay, "DELAY"),
            (.probe, "PROBE"), (.failed, "FAILED"), (.noARP, "NOARP"), (.permanent, "PERMANENT"),
        ]
        return all.filter { contains($0.0) }.map(\.1)
    }
}

/// An entry of the neighbour table: who has which address on a link.
public struct NeighbourInfo: Hashable, Sendable {
    public var deviceIndex: Int32
    /// Four or sixteen bytes.
    public var address: [UInt8]
    /// Absent as long as it is not known.
    public var mac: [UInt8]?
    public var state: NeighbourState
    /// How many probes were sent since the last answer.
    public var probes: UInt32?
    /// Since the entry was last used, confirmed and updated, in clock ticks of 1/100 s.
    public var usedTicks: UInt32?
    public var confirmedTicks: UInt32?
    public var updatedTicks: UInt32?

    /// Reads an `RTM_NEWNEIGH` message; nil if it is too short or holds no address.
    init?(_ message: NetlinkMessage) {
        guard message.type == RTM_NEWNEIGH, let header: ndmsg = message.header() else { return nil }
        let attributes = message.attributes(after: ndmsg.self)
        guard let address = attributes[NDA_DST]?.bytes else { return nil }
        self.address = address
        deviceIndex = header.ndm_ifindex
        mac = attributes[NDA_LLADDR]?.bytes
        state = NeighbourState(rawValue: header.ndm_state)
        probes = attributes[NDA_PROBES]?.uint32
        let cache = attributes[NDA_CACHEINFO]?.payload
        confirmedTicks = cache?.integer(at: 0)
        usedTicks = cache?.integer(at: 4)
        updatedTicks = cache?.integer(at: 8)
    }
}

extension RouteSocket {
    /// Adds an entry to the neighbour table.
    ///
    /// Equivalent to: `ip neighbour add ADDRESS lladdr MAC dev NAME nud STATE`
    /// - Throws: `NetlinkError` with EEXIST if there is one for the address.
    public func addNeighbour(
        _ address: [UInt8], mac: [UInt8]?, device: String, state: NeighbourState = .permanent
    ) throws(NetlinkError) {
        try change(
            address, mac, device, state, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_EXCL,
            "add neighbour \(AddressText.text(address)) on \(device)")
    }

    /// Adds an entry, or replaces the one for the address.
    ///
    /// Equivalent to: `ip neighbour replace ADDRESS lladdr MAC dev NAME nud STATE`
    public func replaceNeighbour(
        _ address: [UInt8], mac: [UInt8]?, device: String, state: NeighbourState = .permanent
    ) throws(NetlinkError) {
        try change(
            address, mac, device, state, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE,
            "replace neighbour \(AddressText.text(address)) on \(device)")
    }

    /// Deletes an entry. An entry in use stays for a moment, in state failed.
    ///
    /// Equivalent to: `ip neighbour delete ADDRESS dev NAME`
    /// - Throws: `NetlinkError` with ENOENT if there is none.
    public func deleteNeighbour(_ address: [UInt8], device: String) throws(NetlinkError) {
        try change(
            address, nil, device, [], RTM_DELNEIGH, 0,
            "delete neighbour \(AddressText.text(address)) on \(device)")
    }

    /// The neighbours on a device, or on all. Entries that need no resolution (loopback, multicast) are left out.
    ///
    /// Equivalent to: `ip neighbour show [dev NAME]`
    public func neighbours(
        _ family: AddressFamily, device: String? = nil
    ) throws(NetlinkError) -> [NeighbourInfo] {
        var header = ndmsg()
        header.ndm_family = family.rawValue
        var request = MessageBuilder(type: RTM_GETNEIGH, header: header)
        var index: Int32?
        if let device {
            index = try self.index(ofLink: device)
            request.put(NDA_IFINDEX, "NDA_IFINDEX", index ?? 0)
        }
        return try socket.send(request, as: .dump, "list neighbours").compactMap(NeighbourInfo.init)
            .filter { (index == nil || $0.deviceIndex == index) && !$0.state.contains(.noARP) }
    }

    private func change(
        _ address: [UInt8], _ mac: [UInt8]?, _ device: String, _ state: NeighbourState, _ type: Int,
        _ flags: Int32,
        _ operation: String
    ) throws(NetlinkError) {
        var header = ndmsg()
        header.ndm_family = try AddressText.family(of: address, operation)
        header.ndm_ifindex = try index(ofLink: device)
        header.ndm_state = state.rawValue
        var request = MessageBuilder(type: type, flags: flags, header: header)
        request.put(NDA_DST, "NDA_DST", bytes: address)
        if let mac { request.put(NDA_LLADDR, "NDA_LLADDR", bytes: mac) }
        try socket.send(request, operation)
    }
}
