/// A frame as a TAP device with a virtio-net header hands it over: possibly many segments in one, its
/// checksum possibly still to be made.
///
/// Kernel: include/uapi/linux/virtio_net.h, `tun_put_user()`, `tun_get_user()` in drivers/net/tun.c.
struct SuperPacket {
    /// Bytes of struct virtio_net_hdr in front of the frame.
    static let prefix = 10

    private enum Flag {
        static let needsChecksum: UInt8 = 1
    }

    /// What the segments are, `VIRTIO_NET_HDR_GSO_*` without the ECN bit.
    private enum Segmentation: UInt8 {
        case none = 0
        case tcp4 = 1
        case tcp6 = 4
        case udp = 5
    }

    /// Prefix and frame.
    let source: UnsafeMutableRawBufferPointer
    /// The frame behind the prefix.
    let frame: UnsafeRawBufferPointer
    let view: PacketView
    private let segmentBytes: Int
    private let headerBytes: Int
    let segments: Int
    private let isTCP: Bool

    /// - Parameter source: the virtio-net header and the frame behind it.
    init(_ source: UnsafeMutableRawBufferPointer) {
        self.source = source
        frame = UnsafeRawBufferPointer(rebasing: source[min(Self.prefix, source.count)...])
        view = PacketView(frame: frame)
        let kind = source.count > Self.prefix ? Segmentation(rawValue: source[1] & 0x7f) : nil
        let size =
            source.count > Self.prefix ? Int(source.loadUnaligned(fromByteOffset: 4, as: UInt16.self)) : 0
        isTCP = kind == .tcp4 || kind == .tcp6
        let transportBytes =
            isTCP && view.transportOffset > 0 ? Int(frame[view.transportOffset + 12] >> 4) * 4 : 8
        headerBytes = view.transportOffset + transportBytes
        guard let kind, kind != .none, size > 0, view.transportOffset > 0, view.payloadBytes > size else {
            segmentBytes = view.payloadBytes
            segments = 1
            return
        }
        segmentBytes = size
        segments = (view.payloadBytes + size - 1) / size
    }

    /// Bytes of the frame that a segment alone would be.
    func frameBytes(of segment: Int) -> Int {
        segments == 1 ? source.count - Self.prefix : headerBytes + payloadBytes(of: segment..<segment + 1)
    }

    private func payloadBytes(of run: Range<Int>) -> Int {
        min(run.upperBound * segmentBytes, view.payloadBytes) - run.lowerBound * segmentBytes
    }

    /// What a segment is as a packet of its own.
    func view(of segment: Int) -> PacketView {
        guard segments > 1 else { return view }
        var result = view
        result.payloadBytes = payloadBytes(of: segment..<segment + 1)
        result.packetBytes = headerBytes - view.networkOffset + result.payloadBytes
        if isTCP {
            result.tcpFlags = flags(of: segment..<segment + 1)
            result.classifyTCP()
        }
        return result
    }

    /// FIN and PSH belong to the last segment, CWR to the first.
    private func flags(of run: Range<Int>) -> UInt8 {
        var flags = view.tcpFlags
        if run.upperBound < segments { flags &= ~0x09 }
        if run.lowerBound > 0 { flags &= ~0x80 }
        return flags
    }

    /// Writes some of the segments as a frame of its own, with its prefix.
    ///
    /// - Parameters:
    ///   - run: consecutive segments.
    ///   - finishes: whether the checksum is completed, so that the receiver verifies it; only for one segment.
    /// - Returns: bytes written. The workspace has room for the whole super-packet.
    func write(_ run: Range<Int>, to workspace: UnsafeMutableRawBufferPointer, finishes: Bool = false) -> Int
    {
        let bytes: Int
        if run.count == segments {
            workspace.copyMemory(from: UnsafeRawBufferPointer(source))
            bytes = source.count
        } else {
            bytes = cut(run, to: workspace)
        }
        if finishes { finishChecksum(UnsafeMutableRawBufferPointer(rebasing: workspace[..<bytes])) }
        return bytes
    }

    private func cut(_ run: Range<Int>, to workspace: UnsafeMutableRawBufferPointer) -> Int {
        let headers = Self.prefix + headerBytes
        let payload = payloadBytes(of: run)
        workspace.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<headers]))
        let start = headers + run.lowerBound * segmentBytes
        UnsafeMutableRawBufferPointer(rebasing: workspace[headers...]).copyMemory(
            from: UnsafeRawBufferPointer(rebasing: source[start..<start + payload]))
        if payload <= segmentBytes {
            // One packet: no segmentation left to do.
            workspace[1] = 0
            Self.put(0, to: workspace, at: 2, swapped: false)
            Self.put(0, to: workspace, at: 4, swapped: false)
        }
        let network = Self.prefix + view.networkOffset
        let transport = Self.prefix + view.transportOffset
        let transportBytes = headers - transport + payload
        if view.kinds.contains(.ipv6) {
            Self.put(headers - network - 40 + payload, to: workspace, at: network + 4)
        } else {
            Self.put(headers - network + payload, to: workspace, at: network + 2)
            let identification = Self.word(workspace, network + 4) + run.lowerBound
            Self.put(identification, to: workspace, at: network + 4)
            Self.put(0, to: workspace, at: network + 10)
            let header = UnsafeRawBufferPointer(workspace)[
                network..<network + Int(workspace[network] & 15) * 4]
            Self.put(~Self.fold(Self.sum(header)), to: workspace, at: network + 10)
        }
        if isTCP {
            let sequence = workspace.loadUnaligned(fromByteOffset: transport + 4, as: UInt32.self).bigEndian
            let moved = sequence &+ UInt32(truncatingIfNeeded: run.lowerBound * segmentBytes)
            workspace.storeBytes(of: moved.bigEndian, toByteOffset: transport + 4, as: UInt32.self)
            workspace[transport + 13] = flags(of: run)
            Self.put(pseudoSum(transportBytes, in: workspace), to: workspace, at: transport + 16)
        } else {
            Self.put(transportBytes, to: workspace, at: transport + 4)
            Self.put(pseudoSum(transportBytes, in: workspace), to: workspace, at: transport + 6)
        }
        return headers + payload
    }

    /// The sum over addresses, protocol and length that a partial checksum consists of.
    private func pseudoSum(_ transportBytes: Int, in workspace: UnsafeMutableRawBufferPointer) -> Int {
        let network = Self.prefix + view.networkOffset
        let addresses = view.kinds.contains(.ipv6) ? network + 8..<network + 40 : network + 12..<network + 20
        return Self.fold(
            Self.sum(UnsafeRawBufferPointer(workspace)[addresses]) + UInt64(isTCP ? 6 : 17)
                + UInt64(transportBytes))
    }

    private func finishChecksum(_ frame: UnsafeMutableRawBufferPointer) {
        guard frame.count > Self.prefix, frame[0] & Flag.needsChecksum != 0 else { return }
        let start = Self.prefix + Int(frame.loadUnaligned(fromByteOffset: 6, as: UInt16.self))
        let field = start + Int(frame.loadUnaligned(fromByteOffset: 8, as: UInt16.self))
        guard field + 2 <= frame.count else { return }
        let checksum = ~Self.fold(Self.sum(UnsafeRawBufferPointer(frame)[start...])) & 0xffff
        // RFC 768: a UDP checksum of 0 would say that there is none.
        Self.put(checksum == 0 && !isTCP ? 0xffff : checksum, to: frame, at: field)
        frame[0] = 0
    }

    private static func word(_ buffer: UnsafeMutableRawBufferPointer, _ offset: Int) -> Int {
        Int(buffer[offset]) << 8 | Int(buffer[offset + 1])
    }

    private static func put(
        _ value: Int, to buffer: UnsafeMutableRawBufferPointer, at offset: Int, swapped: Bool = true
    ) {
        let word = UInt16(truncatingIfNeeded: value)
        buffer.storeBytes(of: swapped ? word.bigEndian : word, toByteOffset: offset, as: UInt16.self)
    }

    /// The sum of the 16-bit words in network order; an odd last byte counts as if a zero followed (RFC 1071).
    private static func sum(_ bytes: Slice<UnsafeRawBufferPointer>) -> UInt64 {
        let buffer = UnsafeRawBufferPointer(rebasing: bytes)
        var sum: UInt64 = 0
        var offset = 0
        while offset + 1 < buffer.count {
            sum += UInt64(buffer[offset]) << 8 | UInt64(buffer[offset + 1])
            offset += 2
        }
        if offset < buffer.count { sum += UInt64(buffer[offset]) << 8 }
        return sum
    }

    private static func fold(_ sum: UInt64) -> Int {
        var sum = sum
        while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
        return Int(sum)
    }
}
