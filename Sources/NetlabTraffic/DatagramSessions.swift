import CNetlab
import Glibc
import LinuxSystem
import NetlabModel

/// The UDP side of a standalone server: counts the datagrams of announced sessions, echoes all others.
final class DatagramSessions: Endpoint, @unchecked Sendable {
    private final class Session {
        let salt: UInt64
        let size: Int
        var ledger = SequenceLedger()
        var receipt = StandaloneReceipt()
        var firstAt: Int64?
        var lastAt: Int64 = 0

        init(salt: UInt64, size: Int) {
            self.salt = salt
            self.size = size
        }
    }

    private let loop: EventLoop
    private var descriptor: Int32
    private var watch: EventLoop.Watch?
    private var sessions: [Session] = []
    private var echoes: Int64 = 0
    private let batch = DatagramBatch(slots: 64, size: 65536)

    init(port: Int, address: IPAddress?, isIPv6: Bool, loop: EventLoop) throws(SystemError) {
        self.loop = loop
        var behaviour = SocketBehaviour()
        behaviour.bindAddress = address
        // A flood from another machine must not be lost for want of a buffer; without the privilege it is cut.
        behaviour.receiveBuffer = ByteCount(8 << 20)
        descriptor = try NewSocket.make(
            .datagram, in: .home, isIPv6: isIPv6, behaviour: behaviour, port: port)
        batch.enableCoalescing(descriptor)
    }

    func begin() {
        watch = try? loop.watch(descriptor, .readable) { [self] _ in read() }
    }

    func open(salt: UInt64, size: Int) { sessions.append(Session(salt: salt, size: size)) }

    /// Ends a session and says what has come.
    func end(salt: UInt64) -> StandaloneReceipt {
        guard let index = sessions.firstIndex(where: { $0.salt == salt }) else { return StandaloneReceipt() }
        let session = sessions.remove(at: index)
        var receipt = session.receipt
        receipt.distinct = UInt64(session.ledger.distinct)
        receipt.duplicated = UInt64(session.ledger.duplicated)
        receipt.reordered = UInt64(session.ledger.reordered)
        receipt.extent = UInt64(session.ledger.largestExtent)
        receipt.jitter = UInt64(max(0, session.ledger.jitter))
        receipt.duration = UInt64(max(0, session.lastAt - (session.firstAt ?? session.lastAt)))
        return receipt
    }

    private func read() {
        for _ in 0..<16 {
            let count = batch.receiveWithSenders(from: descriptor) { bytes, peer in take(bytes, from: peer) }
            if count < batch.slots { return }
        }
    }

    private func take(_ bytes: UnsafeRawBufferPointer, from peer: SocketAddress) {
        let now = MonotonicClock.instant()
        for session in sessions {
            guard let header = DatagramHeader(from: bytes, salt: session.salt) else { continue }
            let rest = UnsafeRawBufferPointer(rebasing: bytes[DatagramHeader.length...])
            session.receipt.received += 1
            session.receipt.bytes += UInt64(bytes.count)
            if session.firstAt == nil { session.firstAt = now }
            session.lastAt = now
            if session.size == 0 || bytes.count == session.size,
                PayloadPattern.matches(rest, from: DatagramHeader.length)
            {
                session.ledger.enter(number: header.number, transit: now - header.sentAt)
            } else {
                session.receipt.corrupted += 1
            }
            return
        }
        echoes += 1
        _ = peer.withPointer {
            sendto(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT), $0, $1)
        }
    }

    func close(grace: Int64, closed: @escaping () -> Void) {
        if let watch { loop.unwatch(watch) }
        watch = nil
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
        closed()
    }

    var values: [String: Int64] { ["server.echoes": echoes] }
}
