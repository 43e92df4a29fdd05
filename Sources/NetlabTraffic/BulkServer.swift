import Glibc
import LinuxSystem
import NetlabModel

/// The serving end of a tcp-stream connection: swallows the data, or is their source if the flow is reversed.
final class BulkServer: ServedConnection, StreamSocketOwner {
    private unowned let endpoint: TCPEndpoint
    private let number: Int
    private let plan: StreamFlow
    private let socket: StreamSocket
    private var source: BulkSource?
    private var sink = BulkSink()
    private var peerEnded = false
    private var hasSentAll = false
    private let acceptedAt = MonotonicClock.instant()

    init(_ descriptor: Int32, number: Int, plan: StreamFlow, endpoint: TCPEndpoint) {
        self.endpoint = endpoint
        self.number = number
        self.plan = plan
        let behaviour = endpoint.behaviour.socket
        socket = StreamSocket(
            descriptor, on: endpoint.loop, behaviour: behaviour, unreadFrom: nil,
            now: MonotonicClock.instant())
        socket.discardsInput = BulkSink.discards(plan, behaviour)
    }

    var descriptor: Int32 { socket.descriptor }

    func begin() {
        socket.open(owner: self)
        guard plan.isReverse, !endpoint.behaviour.isMute else { return }
        let source = BulkSource(plan, socket: socket) { [unowned self] in sentAll() }
        self.source = source
        source.begin()
    }

    func streamReceived(_ bytes: UnsafeRawBufferPointer) {
        let verifies = plan.writeSize.bytes < BulkSource.fastWriteSize
        sink.take(bytes, verifies: verifies, at: MonotonicClock.instant())
        // Close with bytes unread: those that follow the first ones are never taken out.
        if endpoint.behaviour.socket.close == .unread { end() }
    }

    func streamDiscarded(_ count: Int) { sink.take(count, at: MonotonicClock.instant()) }

    func streamDrained() { source?.drained() }

    private func sentAll() {
        hasSentAll = true
        switch endpoint.behaviour.socket.close {
        case .fin, .unread, .half: socket.finishSending()
        case .rst: end()
        case .never: return
        }
        if peerEnded { end() }
    }

    func streamEnded() {
        endpoint.tally.add("server.peer_closed")
        peerEnded = true
        if source == nil || hasSentAll { end() }
    }

    func streamFailed(_ call: String, _ errno: Int32) {
        endpoint.noteError(errno)
        leave()
        socket.close()
        endpoint.closed(number)
    }

    private func end() {
        guard endpoint.behaviour.socket.close != .never else { return }
        leave()
        if endpoint.behaviour.socket.close == .rst { socket.abort() } else { socket.close() }
        endpoint.closed(number)
    }

    func shut() {
        leave()
        socket.isSending || !(peerEnded || socket.peerHasEnded) ? socket.abort() : socket.close()
    }

    func die() {
        leave()
        socket.close()
    }

    private func leave() {
        source?.stop()
        endpoint.tally.add("server.bytes_received", Int64(sink.bytes))
        endpoint.tally.add("server.bytes_sent", Int64(source?.bytes ?? 0))
        endpoint.tally.add("server.corrupted", Int64(sink.corrupted))
        // From the first moment at which bytes could come: a reader that was late has them all at once.
        endpoint.noteBulk(from: acceptedAt, to: sink.lastAt)
        sink = BulkSink()
        source = nil
    }
}
