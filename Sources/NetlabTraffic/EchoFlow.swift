import Glibc
import LinuxSystem
import NetlabModel

/// A ping flow: ICMP echo at an interval, or with a rising TTL until the target answers.
///
/// Kernel: a raw ICMP socket, CAP_NET_RAW in the node's user namespace.
/// Equivalent to: `ping -c COUNT -i INTERVAL -s SIZE [-M do]`, `traceroute -I -q 1 -N 1`
final class EchoFlow: FlowDriver, @unchecked Sendable {
    let flow: Flow
    private let plan: PingFlow
    private let loop: EventLoop
    private let address: SocketAddress
    private let identifier: UInt16
    private var descriptor: Int32
    private var watch: EventLoop.Watch?
    private var tally = OutcomeTally(zeros: [
        "attempted", "sent", "received", "succeeded", "lost", "duplicated", "corrupted", "failed",
        "timed_out",
        "unreachable", "icmp.time_exceeded", "icmp.too_big", "icmp.unreachable", "icmp.other",
    ])
    private var log = ""

    private struct Waiting {
        var sentAt: Int64
        var timer: TimerQueue.Identifier
    }

    private var waiting: [Int: Waiting] = [:]
    private var answered: Set<Int> = []
    private static let remembered = 65_536
    private var begun = 0
    private var over = 0
    private var origin: Int64 = 0
    private var begunAt: Int64 = 0
    private var nextTimer: TimerQueue.Identifier?
    private var hasReachedTarget = false
    private var isCancelled = false
    private var finished: (() -> Void)?

    /// - Throws: `SystemError` of socket (EPERM without CAP_NET_RAW) or setsockopt.
    init(_ flow: Flow, plan: PingFlow, namespace: NetworkNamespace, identifier: UInt16, loop: EventLoop)
        throws(SystemError)
    {
        self.flow = flow
        self.plan = plan
        self.loop = loop
        self.identifier = identifier
        address = SocketAddress(flow.to.address, port: 0)
        let isIPv6 = flow.to.address.isIPv6
        var behaviour = flow.client
        if behaviour.pathMTUDiscovery == nil {
            behaviour.pathMTUDiscovery = plan.dontFragment ? "do" : "dont"
        }
        descriptor = try NewSocket.make(.echo, in: namespace, isIPv6: isIPv6, behaviour: behaviour)
        if isIPv6, plan.dontFragment {
            do throws(SystemError) {
                try SocketOptions.set(
                    descriptor, CInt(IPPROTO_IPV6), SocketOptions.ipv6DontFragment, true, "IPV6_DONTFRAG")
            } catch {
                Glibc.close(descriptor)
                throw error
            }
        }
    }

    private var count: Int { plan.isTraceroute ? plan.maximumHops : plan.count }

    func begin(origin: Int64, finished: @escaping () -> Void) {
        self.origin = origin
        self.finished = finished
        begunAt = MonotonicClock.instant()
        do {
            watch = try loop.watch(descriptor, .readable) { [self] _ in receive() }
        } catch {
            tally.add("errno." + ErrnoName.name(error.errno))
            return finish()
        }
        if count <= 0 { finish() } else { sendNext() }
    }

    private func sendNext() {
        guard begun < count, !isCancelled, !hasReachedTarget else { return }
        let number = begun + 1
        begun = number
        tally.add("attempted")
        if !plan.isTraceroute, begun < count {
            let due = begunAt + Int64(begun) * plan.interval.nanoseconds
            nextTimer = loop.at(due) { [self] in sendNext() }
        }
        let now = MonotonicClock.instant()
        if let error = send(number) {
            return end(number, sentAt: now, .errno("send", error))
        }
        tally.add("sent")
        let timer = loop.at(now + flow.timeout.nanoseconds) { [self] in
            if waiting.removeValue(forKey: number) != nil { end(number, sentAt: now, .timeout("recv")) }
        }
        waiting[number] = Waiting(sentAt: now, timer: timer)
    }

    /// Returns errno, or nil.
    private func send(_ number: Int) -> Int32? {
        let isIPv6 = flow.to.address.isIPv6
        if plan.isTraceroute {
            let level = CInt(isIPv6 ? IPPROTO_IPV6 : IPPROTO_IP)
            do throws(SystemError) {
                try SocketOptions.set(
                    descriptor, level, isIPv6 ? IPV6_UNICAST_HOPS : IP_TTL, CInt(number), "IP_TTL")
            } catch {
                return error.errno
            }
        }
        let message = EchoMessage.request(
            isIPv6: isIPv6, identifier: identifier, sequence: UInt16(truncatingIfNeeded: number),
            size: plan.size.bytes)
        let count = address.withPointer { sendto(descriptor, message, message.count, 0, $0, $1) }
        return count < 0 ? errno : nil
    }

    private func receive() {
        while true {
            let scratch = loop.scratch
            var count = 0
            let peer = SocketAddress { address, length in
                count = recvfrom(
                    descriptor, scratch.baseAddress, scratch.count, Int32(MSG_DONTWAIT), address, length)
            }
            // An error of the socket itself (IP_RECVERR) comes as a message as well, and is read there.
            guard count >= 0 else { return }
            let bytes = [UInt8](scratch[0..<count])
            if let message = EchoMessage(bytes, isIPv6: flow.to.address.isIPv6, from: peer.address) {
                take(message, from: peer.address)
            }
        }
    }

    private func take(_ message: EchoMessage, from sender: IPAddress?) {
        let now = MonotonicClock.instant()
        switch message {
        case .reply(identifier, let sequence, let payload):
            guard let number = number(of: sequence) else { return }
            if answered.contains(number) {
                tally.add("duplicated")
                return
            }
            answered.insert(number)
            // Sequence numbers have 16 bits: what is older cannot be told from what is newer anyway.
            if answered.count > 2 * Self.remembered {
                answered = answered.filter { $0 > number - Self.remembered }
            }
            tally.add("received")
            let isIntact = payload == PayloadPattern.bytes(plan.size.bytes)
            if !isIntact { tally.add("corrupted") }
            guard let entry = waiting.removeValue(forKey: number) else { return }
            loop.cancel(entry.timer)
            tally.latencies.record(UInt64(max(0, now - entry.sentAt)))
            if plan.isTraceroute {
                hasReachedTarget = true
                tally.set("hops", Int64(number))
                note(number, sender, now - entry.sentAt)
            }
            end(
                number, sentAt: entry.sentAt, isIntact ? nil : .other("recv: other bytes than were sent"))
        case .error(identifier, let sequence, let kind, let router):
            guard let number = number(of: sequence) else { return }
            tally.add(kind.name)
            guard let entry = waiting.removeValue(forKey: number) else { return }
            loop.cancel(entry.timer)
            if plan.isTraceroute { note(number, router, now - entry.sentAt) }
            let text = kind.text + (router.map { " from \($0)" } ?? "")
            if case .unreachable = kind {
                hasReachedTarget = plan.isTraceroute
                end(number, sentAt: entry.sentAt, .unreachable(text))
            } else {
                end(number, sentAt: entry.sentAt, .other(text))
            }
        default: return
        }
    }

    /// The attempt that a sequence number of 16 bits stands for: the latest one it fits.
    private func number(of sequence: UInt16) -> Int? {
        let number = begun - Int(UInt16(truncatingIfNeeded: begun) &- sequence)
        return number >= 1 ? number : nil
    }

    private func note(_ hop: Int, _ router: IPAddress?, _ time: Int64) {
        let place = router.map(\.description) ?? "*"
        log += "\(hop)  \(place)  \(DecimalText.short(Double(time) / 1e6)) ms\n"
    }

    private func end(_ number: Int, sentAt: Int64, _ failure: OutcomeTally.Failure?) {
        if plan.isTraceroute, failure == .timeout("recv") { log += "\(number)  *\n" }
        tally.end(
            Attempt(
                number: number, startedAt: sentAt - origin, result: .failed,
                duration: MonotonicClock.instant() - sentAt), failure: failure, success: .succeeded)
        over += 1
        if over == count || hasReachedTarget {
            finish()
        } else if plan.isTraceroute {
            sendNext()
        }
    }

    private func finish() {
        guard let finished else { return }
        self.finished = nil
        tally.set("duration", MonotonicClock.instant() - begunAt)
        finished()
    }

    func cancel() {
        if begun > 0, finished == nil { return }
        isCancelled = true
        loop.cancel(nextTimer)
        for entry in waiting.values { loop.cancel(entry.timer) }
        waiting = [:]
        finish()
    }

    func close(closed: @escaping () -> Void) {
        loop.cancel(nextTimer)
        if let watch { loop.unwatch(watch) }
        watch = nil
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
        closed()
    }

    func outcome() -> FlowOutcome {
        var tally = tally
        tally.set("lost", max(0, tally["sent"] - tally["received"]))
        if plan.isTraceroute, tally["hops"] == 0 { tally.set("hops", 0) }
        return tally.outcome(
            kind: flow.kind, log: log, failure: isCancelled ? "interrupted before it had finished" : nil)
    }
}
