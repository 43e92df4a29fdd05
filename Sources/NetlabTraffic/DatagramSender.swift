import CNetlab
import Glibc
import Histogram
import LinuxSystem
import NetlabModel
import Synchronization

/// Sends the datagrams of a udp-stream flow on a thread of its own.
final class DatagramSender: @unchecked Sendable {
    struct Result {
        var tally: OutcomeTally
        /// Numbers handed to the kernel without an error.
        var sent = 0
    }

    private let plan: DatagramFlow
    private var sockets: [Int32]
    private let destination: SocketAddress?
    private let salt: UInt64
    private let cancelled: EventFD
    private let isCancelled = Atomic(false)
    private let sentSoFar = Atomic(0)
    private let localPorts: [Int]

    /// Opens and binds the sockets, and connects them unless the behaviour says otherwise.
    ///
    /// - Throws: `SystemError` of socket, setsockopt, bind or connect (ENETUNREACH without a route).
    init(_ flow: Flow, plan: DatagramFlow, namespace: NetworkNamespace, salt: UInt64) throws(SystemError) {
        self.plan = plan
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

    private func send(before: (() -> Bool)?) -> Result {
        cnetlab_sharpen_timers()
        var result = Result(tally: OutcomeTally(zeros: ["attempted", "bytes_sent", "failed"]))
        if let before, !before() { return result }
        let size = plan.size.bytes
        // One call: a run that the kernel cuts (UDP_SEGMENT), or several datagrams (sendmmsg), or one.
        let cut = plan.segments.map { max(1, min($0, 64, 65507 / max(1, size))) }
        let segments = cut ?? max(1, min(destination == nil ? plan.batch ?? 1 : 1, 64))
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(1, size * segments), alignment: 64)
        defer { buffer.deallocate() }
        for segment in 0..<segments {
            for index in 0..<size {
                buffer[segment * size + index] = UInt8(index % PayloadPattern.period)
            }
        }
        let begin = MonotonicClock.instant()
        var pacing = plan.rate.map { Pacing($0.perSecond / Double(segments), start: begin) }
        var number = 0
        var round = 0
        while number < plan.count, !isCancelled.load(ordering: .relaxed) {
            if let due = pacing?.next { sleep(until: due) }
            if isCancelled.load(ordering: .relaxed) { break }
            let count = min(segments, plan.count - number)
            let now = MonotonicClock.instant()
            if size >= DatagramHeader.length {
                for segment in 0..<count {
                    DatagramHeader(number: number + segment, sentAt: now).write(
                        to: UnsafeMutableRawBufferPointer(rebasing: buffer[(segment * size)...]), salt: salt)
                }
            }
            pacing?.took(place: now)
            result.tally.add("attempted", Int64(count))
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[0..<(size * count)])
            let socket = sockets[round % sockets.count]
            let (taken, error) =
                cut == nil && count > 1
                ? handBatch(bytes, count, to: socket)
                : handOne(bytes, to: socket, segment: count > 1 ? size : nil, worth: count)
            result.sent += taken
            sentSoFar.store(result.sent, ordering: .relaxed)
            result.tally.add("bytes_sent", Int64(taken * size))
            if error != 0 {
                result.tally.add("failed", Int64(count - taken))
                result.tally.add("errno." + ErrnoName.name(error), Int64(count - taken))
            }
            number += count
            round += 1
        }
        result.tally.set("send_duration", MonotonicClock.instant() - begin)
        return result
    }

    private func handOne(
        _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, segment: Int?, worth count: Int
    ) -> (taken: Int, error: Int32) {
        let error = hand(bytes, to: descriptor, segment: segment)
        return (error == 0 ? count : 0, error)
    }

    /// Several datagrams by sendmmsg(2). The kernel keeps an error in their midst to itself and goes on with the
    /// next call: a failed datagram is tried again, and only one at the head of a call is seen to fail.
    private func handBatch(_ bytes: UnsafeRawBufferPointer, _ count: Int, to descriptor: Int32) -> (
        taken: Int, error: Int32
    ) {
        let size = bytes.count / count
        var taken = 0
        while taken < count, let start = bytes.baseAddress {
            let sent = cnetlab_send_batch(
                descriptor, start + taken * size, UInt32(size), UInt32(count - taken))
            if sent > 0 {
                taken += Int(sent)
            } else if errno == EAGAIN, !isCancelled.load(ordering: .relaxed) {
                _ = cnetlab_wait_writable(descriptor, cancelled.fileDescriptor, -1)
            } else if errno != EINTR {
                return (taken, errno)
            }
        }
        return (taken, 0)
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
