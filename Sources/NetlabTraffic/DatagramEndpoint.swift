import Glibc
import LinuxSystem
import NetlabModel

/// A UDP port of one node that answers each datagram with one of a given size.
///
/// The socket is made by `init` on the caller's thread; everything else happens on the servers' loop. The first 24
/// bytes of an answer repeat those of the question, so that the client can tell answers apart.
final class DatagramEndpoint: Endpoint, @unchecked Sendable {
    private let behaviour: ServerBehaviour
    private let loop: EventLoop
    private var descriptor: Int32
    private var watch: EventLoop.Watch?
    private var timers: [Int: TimerQueue.Identifier] = [:]
    private var timerCount = 0
    private var allowance: ReadAllowance
    /// The bytes of an answer; its mark changes from one to the next.
    private var response: [UInt8]
    private var requests = 0
    private var bytesReceived = 0
    private var answers = 0
    private var bytesSent = 0
    private var tally = OutcomeTally(zeros: [])

    /// Binds the port.
    ///
    /// - Throws: `SystemError` of socket, setsockopt or bind (EADDRINUSE, EADDRNOTAVAIL).
    init(
        port: Int, isIPv6: Bool, behaviour: ServerBehaviour, responseLength: Int,
        namespace: NetworkNamespace, loop: EventLoop
    ) throws(SystemError) {
        self.behaviour = behaviour
        response = PayloadPattern.bytes(responseLength)
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
            requests += 1
            bytesReceived += count
            guard !behaviour.isMute else { continue }
            let mark = UnsafeRawBufferPointer(rebasing: scratch[0..<min(count, DatagramHeader.length)])
            let delay = behaviour.answerDelay.nanoseconds
            if delay > 0 {
                let mark = Array(mark)
                later(delay) { [self] in mark.withUnsafeBytes { answer($0, to: peer) } }
            } else {
                answer(mark, to: peer)
            }
        }
    }

    private func answer(_ mark: UnsafeRawBufferPointer, to peer: SocketAddress) {
        if response.count >= DatagramHeader.length {
            response.withUnsafeMutableBytes { bytes in
                bytes.copyMemory(from: PayloadPattern.slice(from: 0, count: DatagramHeader.length))
                bytes.copyMemory(from: mark)
            }
        }
        let count = peer.withPointer { sendto(descriptor, response, response.count, 0, $0, $1) }
        if count >= 0 {
            answers += 1
            bytesSent += count
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

    var values: [String: Int64] {
        var values = tally.values.filter { $0.key.hasPrefix("server.") }
        for (name, count) in [
            ("requests", requests), ("answers", answers), ("bytes_received", bytesReceived),
            ("bytes_sent", bytesSent),
        ] {
            values["server." + name] = Int64(count)
        }
        return values
    }
}
