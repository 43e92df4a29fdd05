import CNetlab
import Glibc
import Histogram
import LinuxSystem
import NetlabModel
import Synchronization

/// Sends the datagrams of a udp-stream flow on a thread of its own, or on several: see `DatagramLanes`.
final class DatagramSender: @unchecked Sendable {
    struct Result {
        var attempted = 0
        /// Numbers handed to the kernel without an error.
        var sent = 0
        /// Payload of those.
        var bytes = 0
        /// How many datagrams each errno was the answer to.
        var errors: [Int32: Int] = [:]
        /// Nanoseconds from the first send call to the end of the last.
        var duration: Int64 = 0
        /// How much later than due the datagrams of a paced flow left, in nanoseconds.
        var lateness = OutcomeTally.Distribution(numberOfSignificantValueDigits: .three)

        mutating func failed(_ count: Int, _ error: Int32) {
            errors[error, default: 0] += count
        }

        /// Adds what another thread has sent at the same time.
        mutating func merge(_ other: Result) {
            attempted += other.attempted
            sent += other.sent
            bytes += other.bytes
            errors.merge(other.errors, uniquingKeysWith: +)
            lateness.add(other.lateness)
        }
    }

    private let plan: DatagramFlow
    private let lanes: DatagramLanes
    private var sockets: [Int32]
    private let destination: SocketAddress?
    private let salt: UInt64
    private let cancelled: EventFD
    private let isCancelled = Atomic(false)
    private let sentSoFar = Atomic(0)
    private let bytesSoFar = Atomic(0)
    private let localPorts: [Int]

    /// Opens and binds the sockets, and connects them unless the behaviour says otherwise.
    ///
    /// - Throws: `SystemError` of socket, setsockopt, bind or connect (ENETUNREACH without a route).
    ///
    /// - Parameter overtakes: whether the receiver tells the streams of several sockets apart.
    init(
        _ flow: Flow, plan: DatagramFlow, namespace: NetworkNamespace, salt: UInt64, overtakes: Bool
    ) throws(SystemError) {
        self.plan = plan
        lanes = DatagramLanes(plan, connects: flow.client.connects, overtakes: overtakes)
        self.salt = salt
        cancelled = try EventFD()
        let address = SocketAddress(flow.to.address, port: flow.to.port)
        var sockets: [Int32] = []
        do throws(SystemError) {
            for index in 0..<max(1, plan.sources) {
                let port = flow.client.bindPorts.map { $0.lowerBound + index % $0.count }
                let descriptor = try NewSocket.make(
                    .datagram, in: namespace, isIPv6: flow.to.address.isIPv6, behaviour: flow.client,
                    port: port)
                sockets.append(descriptor)
                guard flow.client.connects else { continue }
                guard address.withPointer({ connect(descriptor, $0, $1) }) == 0 else {
                    throw SystemError.last("connect", on: "\(flow.to.address) port \(flow.to.port)")
                }
            }
        } catch {
            for descriptor in sockets { close(descriptor) }
            throw error
        }
        self.sockets = sockets
        destination = flow.client.connects ? nil : address
        localPorts = sockets.map { SocketAddress.local(of: $0).port }
    }

    deinit { closeSockets() }

    /// Not while the thread runs.
    func closeSockets() {
        for descriptor in sockets { close(descriptor) }
        sockets = []
    }

    /// Ends sending early; from any thread.
    func cancel() {
        isCancelled.store(true, ordering: .relaxed)
        cancelled.signal()
    }

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - before: runs on it first; false ends it.
    ///   - done: called on it with what was sent.
    func start(before: (@Sendable () -> Bool)? = nil, done: @escaping @Sendable (Result) -> Void)
        throws(SystemError)
    {
        _ = try HomeThread(name: "nl-udp-send") { [self] in done(send(before: before)) }
    }

    /// Datagrams handed to the kernel so far; from any thread.
    var handedOver: Int { sentSoFar.load(ordering: .relaxed) }
    var bytesHandedOver: Int { bytesSoFar.load(ordering: .relaxed) }

    private func send(before: (() -> Bool)?) -> Result {
        if let before, !before() { return Result() }
        let begin = MonotonicClock.instant()
        var others: [Lane] = []
        for thread in 1..<max(1, lanes.threads) {
            let lane = Lane()
            lane.thread = try? HomeThread(name: "nl-udp-send-\(thread + 1)") { [self] in
                lane.result = sendCalls(of: thread, begin: begin)
            }
            others.append(lane)
        }
        var result = sendCalls(of: 0, begin: begin)
        for (index, lane) in others.enumerated() {
            // Where the machine allows no more threads this one does the work, later.
            if let thread = lane.thread {
                thread.join()
            } else {
                lane.result = sendCalls(of: index + 1, begin: begin)
            }
            result.merge(lane.result)
        }
        result.duration = MonotonicClock.instant() - begin
        return result
    }

    /// One more thread that sends; its result is read when it has ended.
    private final class Lane: @unchecked Sendable {
        var thread: HomeThread?
        var result = Result()
    }

    /// Makes the calls of one thread.
    private func sendCalls(of thread: Int, begin: Int64) -> Result {
        cnetlab_sharpen_timers()
        var result = Result()
        // Without the privilege it is as punctual as the machine lets it be.
        if isPaced { _ = cnetlab_run_first() }
        let largest = plan.largestSize
        // One call: a run that the kernel cuts (UDP_SEGMENT), or several datagrams (sendmmsg), or one.
        let group = lanes.group
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(1, largest * group), alignment: 64)
        defer { buffer.deallocate() }
        for place in 0..<group {
            for index in 0..<largest {
                buffer[place * largest + index] = UInt8(index % PayloadPattern.period)
            }
        }
        var pacing = isPaced ? Pacing(start: begin) : nil
        let calls = (plan.count + group - 1) / group
        for call in 0..<max(0, calls) where lanes.thread(ofCall: call) == thread {
            let number = call * group
            if isCancelled.load(ordering: .relaxed) { break }
            let due = pacing?.next
            if let due { sleep(until: due) }
            if isCancelled.load(ordering: .relaxed) { break }
            let count = min(group, plan.count - number)
            let size = plan.sizes == nil ? largest : plan.size(of: number, seed: salt)
            let now = MonotonicClock.instant()
            if size >= DatagramHeader.length {
                for place in 0..<count {
                    DatagramHeader(number: number + place, sentAt: now).write(
                        to: UnsafeMutableRawBufferPointer(rebasing: buffer[(place * size)...]), salt: salt)
                }
            }
            pacing?.took(place: now, interval: interval(count, size))
            if let due { result.lateness.record(UInt64(max(0, now - due))) }
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[0..<(size * count)])
            let socket = sockets[lanes.source(ofCall: call)]
            let before = result.sent
            result.attempted += count
            if !lanes.isCut && count > 1 {
                handBatch(bytes, count, to: socket, &result)
            } else {
                let error = hand(bytes, to: socket, segment: count > 1 ? size : nil)
                if error == 0 { result.sent += count } else { result.failed(count, error) }
            }
            let sent = result.sent - before
            result.bytes += sent * size
            sentSoFar.add(sent, ordering: .relaxed)
            bytesSoFar.add(sent * size, ordering: .relaxed)
        }
        return result
    }

    private var isPaced: Bool { plan.rate != nil || plan.bitRate != nil }

    /// Nanoseconds that so many datagrams take at the rate that was asked for.
    private func interval(_ count: Int, _ size: Int) -> Double {
        if let rate = plan.rate { return Double(count) * 1e9 / max(rate.perSecond, 1e-6) }
        guard let rate = plan.bitRate else { return 0 }
        return Double(count * size) * 8e9 / Double(max(1, rate.bitsPerSecond))
    }

    /// Several datagrams by sendmmsg(2). The kernel keeps an error in their midst to itself, and the datagram is the
    /// first of the next call; only one that fails there is seen to fail.
    private func handBatch(
        _ bytes: UnsafeRawBufferPointer, _ count: Int, to descriptor: Int32, _ result: inout Result
    ) {
        let size = bytes.count / count
        var done = 0
        while done < count, let start = bytes.baseAddress {
            let sent = cnetlab_send_batch(
                descriptor, start + done * size, UInt32(size), UInt32(count - done))
            let error = errno
            if sent > 0 {
                done += Int(sent)
                result.sent += Int(sent)
            } else if error == EAGAIN, !isCancelled.load(ordering: .relaxed) {
                _ = cnetlab_wait_writable(descriptor, cancelled.fileDescriptor, -1)
            } else if error != EINTR {
                result.failed(1, error)
                done += 1
            }
        }
    }

    /// One send call; waits for room instead of losing the datagram itself. Returns errno.
    private func hand(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, segment: Int?) -> Int32 {
        while true {
            let count: Int
            if let segment {
                count =
                    destination.map { address in
                        address.withPointer {
                            cnetlab_send_segments(
                                descriptor, bytes.baseAddress, bytes.count, UInt16(segment), $0, $1)
                        }
                    }
                    ?? cnetlab_send_segments(
                        descriptor, bytes.baseAddress, bytes.count, UInt16(segment), nil, 0)
            } else {
                count =
                    destination.map { address in
                        address.withPointer {
                            sendto(descriptor, bytes.baseAddress, bytes.count, 0, $0, $1)
                        }
                    } ?? Glibc.send(descriptor, bytes.baseAddress, bytes.count, 0)
            }
            if count >= 0 { return 0 }
            let error = errno
            if error == EAGAIN, !isCancelled.load(ordering: .relaxed) {
                _ = cnetlab_wait_writable(descriptor, cancelled.fileDescriptor, -1)
            } else if error != EINTR {
                return error
            }
        }
    }

    private func sleep(until deadline: Int64) {
        while !isCancelled.load(ordering: .relaxed) {
            let left = deadline - MonotonicClock.instant()
            guard left > 0 else { return }
            _ = cnetlab_wait_readable(cancelled.fileDescriptor, -1, left)
        }
    }
}
