/// What a TCP header says beyond what every packet is asked for: read only by those who need it.
struct TCPSegmentHeader {
    /// From the sender of this segment.
    let connection: PeerTimestamps.Connection
    /// TSval of the timestamps option (RFC 7323 section 3.2); nil without one.
    let timestamp: UInt32?

    /// The same connection from the receiver's side.
    var reversed: PeerTimestamps.Connection {
        PeerTimestamps.Connection(
            peer: connection.host, host: connection.peer, peerPort: connection.hostPort,
            hostPort: connection.peerPort)
    }

    /// nil if the segment is cut off.
    ///
    /// - Parameter frame: the bytes that the view describes.
    init?(_ view: PacketView, _ frame: UnsafeRawBufferPointer) {
        let start = view.transportOffset
        guard view.kinds.contains(.tcp), start > 0, start + 20 <= frame.count else { return nil }
        let isIPv6 = view.kinds.contains(.ipv6)
        let addresses = view.networkOffset + (isIPv6 ? 8 : 12)
        guard addresses + (isIPv6 ? 32 : 8) <= frame.count else { return nil }
        func address(_ offset: Int) -> PeerTimestamps.Address {
            guard isIPv6 else {
                return PeerTimestamps.Address(
                    low: UInt64(frame.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
            }
            return PeerTimestamps.Address(
                high: frame.loadUnaligned(fromByteOffset: offset, as: UInt64.self),
                low: frame.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
        }
        connection = PeerTimestamps.Connection(
            peer: address(addresses), host: address(addresses + (isIPv6 ? 16 : 4)), peerPort: view.sourcePort,
            hostPort: view.destinationPort)
        timestamp = Self.timestamp(in: frame, from: start + 20, to: start + Int(frame[start + 12] >> 4) * 4)
    }

    private static func timestamp(in frame: UnsafeRawBufferPointer, from start: Int, to end: Int) -> UInt32? {
        let end = min(end, frame.count)
        var offset = start
        while offset < end {
            switch frame[offset] {
            case 0: return nil
            case 1: offset += 1
            default:
                guard offset + 1 < end else { return nil }
                let length = Int(frame[offset + 1])
                if frame[offset] == 8, length == 10, offset + 10 <= end {
                    return UInt32(
                        bigEndian: frame.loadUnaligned(fromByteOffset: offset + 2, as: UInt32.self))
                }
                guard length >= 2 else { return nil }
                offset += length
            }
        }
        return nil
    }
}
