/// The first 24 bytes of a numbered datagram: number, send time and a check over both.
///
/// Behind them follows `PayloadPattern` from position 24. Shorter datagrams are pattern alone.
struct DatagramHeader: Hashable {
    static let length = 24

    /// From 0.
    var number: Int
    /// `MonotonicClock` at the moment before the send call; 0 if unknown.
    var sentAt: Int64

    /// - Parameter salt: differs from flow to flow, so that a stray datagram of another flow does not fit.
    func write(to buffer: UnsafeMutableRawBufferPointer, salt: UInt64) {
        buffer.storeBytes(of: UInt64(number).littleEndian, toByteOffset: 0, as: UInt64.self)
        buffer.storeBytes(of: UInt64(bitPattern: sentAt).littleEndian, toByteOffset: 8, as: UInt64.self)
        buffer.storeBytes(of: check(salt: salt).littleEndian, toByteOffset: 16, as: UInt64.self)
    }

    /// nil if the datagram is too short or was changed on its way.
    init?(from buffer: UnsafeRawBufferPointer, salt: UInt64) {
        guard buffer.count >= Self.length else { return nil }
        let number = UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        guard number < 1 << 62 else { return nil }
        self.number = Int(number)
        sentAt = Int64(
            bitPattern: UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        let check = UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
        guard check == self.check(salt: salt) else { return nil }
    }

    init(number: Int, sentAt: Int64) {
        self.number = number
        self.sentAt = sentAt
    }

    /// The finalizer of MurmurHash3: every bit of the input changes half of the output's bits.
    private func check(salt: UInt64) -> UInt64 {
        var hash = UInt64(number) &* 0x9e37_79b9_7f4a_7c15 ^ UInt64(bitPattern: sentAt) &+ salt
        hash = (hash ^ hash >> 33) &* 0xff51_afd7_ed55_8ccd
        hash = (hash ^ hash >> 33) &* 0xc4ce_b9fe_1a85_ec53
        return hash ^ hash >> 33
    }
}
