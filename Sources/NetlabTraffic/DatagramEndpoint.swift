import Glibc
import LinuxSystem
import NetlabModel

/// A UDP port of one node that answers each datagram with one of a given size.
///
/// The socket is made by `init` on the caller's thread; everything else happens on the servers' loop. The first 24
/// bytes of an answer repeat those of the question, so that the client can tell answers apart.
final class DatagramEndpoint: Endpoint, @unchecked Sendable {
    private let behaviour: ServerBehaviour
    private let responseLength: Int
    private let loop: EventLoop
    private var descriptor: Int32
    private var watch: EventLoop.Watch?
    private var timers: [Int: TimerQueue.Identifier] = [:]
    private var timerCount = 0
    private var allowance: ReadAllowance
    private var tally = OutcomeTally(zeros: [
        "server.requests", "server.answers", "server.bytes_received", "server.bytes_sent",
    ])

    /// Binds the port.
    ///
    /// - Throws: `SystemError` of socket, setsockopt or bind (EADDRINUSE, EADDRNOTAVAIL).
    init(
        port: Int, isIPv6: Bool, behaviour: ServerBehaviour, responseLength: Int,
        namespace: NetworkNamespace, loop: EventLoop
    ) throws(SystemError) {
        self.behaviour = behaviour
        self.responseLength = responseLength
        self.loop = loop
        allowance = ReadAllowance(behaviour.socket.read, start: MonotonicClock.instant())
        descriptor = try NewSocket.make(
            .datagram, in: namespace, isIPv6: isIPv6, behaviour: behaviour.socket, port: port)
    }

    func begin() {
        if let life = behaviour.socket.dies {
            later(life.nanoseconds) { [self] in close(grace: 0) {} }
        }
        if case .never = behaviour.socket.read { return }
        do {
            watch = try loop.watch(descriptor, .readable) { [self] _ in read() }
        } catch {
            tally.add("server.errno." + ErrnoName.name(error.errno))
        }
    }

    private func read() {
        for _ in 0..<64 {
            switch allowance.permit(at: MonotonicClock.instant()) {
            case .now: break
            case .notBefore(let time): return pause(until: time)
            case .never: return stop()
            }
            var count = 0
            let scratch = loop.scratch
            let peer = SocketAddress { address, length in
                count = recvfrom(
                    descriptor, scratch.baseAddress, scratch.count, Int32(MSG_DONTWAIT), address, length)
            }
            guard count >= 0 else {
                // An ICMP error about an earlier answer, with IP_RECVERR.
                if errno != EAGAIN { tally.add("server.errno." + ErrnoName.name(errno)) }
                return
            }
            allowance.took(max(1, count))
            tally.add("server.requests")
            tally.add("server.bytes_received", Int64(count))
            guard !behaviour.isMute else { continue }
            let mark = [UInt8](scratch[0..<min(count, DatagramHeader.length)])
            let delay = behaviour.answerDelay.nanoseconds
            if delay > 0 {
                later(delay) { [self] in answer(mark, to: peer) }
            } else {
                answer(mark, to: peer)
            }
        }
    }

    private func answer(_ mark: [UInt8], to peer: SocketAddress) {
        var bytes = PayloadPattern.bytes(responseLength)
        if responseLength >= DatagramHeader.length { bytes.replaceSubrange(0..<mark.count, with: mark) }
        let count = peer.withPointer { sendto(descriptor, bytes, bytes.count, 0, $0, $1) }
        if count >= 0 {
            tally.add("server.answers")
            tally.add("server.bytes_sent", Int64(count))
        } else {
            tally.add("server.errno." + ErrnoName.name(errno))
        }
    }

    private func pause(until time: Int64) {
        if let watch { loop.change(watch, to: []) }
        later(time - MonotonicClock.instant()) { [self] in
            if let watch { loop.change(watch, to: .readable) }
        }
    }

    private func later(_ delay: Int64, _ action: @escaping () -> Void) {
        timerCount += 1
        let number = timerCount
        timers[number] = loop.at(MonotonicClock.instant() + delay) { [self] in
            timers[number] = nil
            action()
        }
    }

    private func stop() {
        if let watch { loop.unwatch(watch) }
        watch = nil
    }

    func close(grace: Int64, closed: @escaping () -> Void) {
        stop()
        for timer in timers.values { loop.cancel(timer) }
        timers = [:]
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
        closed()
    }

    var values: [String: Int64] { tally.values.filter { $0.key.hasPrefix("server.") } }
}
