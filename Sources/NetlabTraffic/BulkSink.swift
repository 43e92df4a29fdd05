import NetlabModel

/// Counts, and where the writes are small enough verifies, the bulk data that arrives on one connection.
struct BulkSink {
    private(set) var bytes = 0
    private(set) var corrupted = 0
    private(set) var firstAt: Int64?
    private(set) var lastAt: Int64?

    static func discards(_ plan: StreamFlow, _ behaviour: SocketBehaviour) -> Bool {
        plan.writeSize.bytes >= BulkSource.fastWriteSize && behaviour.read == .atOnce
            && behaviour.close != .unread
    }

    mutating func take(_ received: UnsafeRawBufferPointer, verifies: Bool, at now: Int64) {
        if verifies, !PayloadPattern.matches(received, from: bytes) { corrupted += 1 }
        take(received.count, at: now)
    }

    mutating func take(_ count: Int, at now: Int64) {
        bytes += count
        if firstAt == nil { firstAt = now }
        lastAt = now
    }
}
