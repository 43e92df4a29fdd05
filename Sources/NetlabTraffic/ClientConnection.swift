import Glibc
import LinuxSystem
import NetlabModel

/// One attempt of a TCP flow: connect, then ask and be answered as often as agreed.
final class ClientConnection: StreamSocketOwner {
    let number: Int
    /// When the attempt was due, by the schedule of an open loop; else when it began.
    let due: Int64
    private unowned let flow: TCPClientFlow
    private let loop: EventLoop
    private(set) var socket: StreamSocket?
    private var timer: TimerQueue.Identifier?
    private var pauseTimer: TimerQueue.Identifier?

    private var connectTime: Int64?
    private var localPort: Int?
    private var requestStart: Int64
    private var requestsDone = 0
    private var received = 0
    private var reader: HTTPMessageReader?
    private var answerIsBad: String?
    private var hasEnded = false
    /// Everything was answered, and the server is the one to close first.
    private var awaitsEnd = false

    init(number: Int, due: Int64, flow: TCPClientFlow, loop: EventLoop) {
        self.number = number
        self.due = due
        self.flow = flow
        self.loop = loop
        requestStart = due
        if flow.exchange.isHTTP { reader = HTTPMessageReader(isAnswer: true) }
    }

    var isConnected: Bool { connectTime != nil && socket?.isOpen == true }

    private var exchange: TCPExchange { flow.exchange }
    private var behaviour: SocketBehaviour { flow.flow.client }

    func begin() {
        let begunAt = MonotonicClock.instant()
        let descriptor: Int32
        do {
            descriptor = try flow.makeSocket(number)
        } catch {
            end(.errno(error.operation, error.errno))
            return
        }
        let lastByte = exchange.requestsPerConnection * exchange.responseLength - 1
        let socket = StreamSocket(
            descriptor, on: loop, behaviour: behaviour,
            unreadFrom: behaviour.close == .unread && !exchange.isHTTP ? lastByte : nil,
            now: begunAt)
        self.socket = socket
        socket.connect(to: flow.address, owner: self, looksAgain: flow.isConnectOnly)
        if !hasEnded, timer == nil { armTimer(from: begunAt) }
    }

    /// Gives up: the session was cancelled.
    func cancel() { end(.other("cancelled")) }

    /// Its process is killed.
    func die() {
        socket?.close()
        end(.other("the client was killed"))
    }

    private func armTimer(from now: Int64) {
        loop.cancel(timer)
        timer = loop.at(now + flow.flow.timeout.nanoseconds) { [self] in
            let wait = connectTime == nil ? "connect" : socket?.isSending == true ? "send" : "recv"
            end(.timeout(wait))
        }
    }

    // MARK: StreamSocketOwner

    func streamConnected() {
        guard let socket, !hasEnded else { return }
        let now = MonotonicClock.instant()
        connectTime = now - due
        if number <= Attempt.limit {
            localPort = SocketAddress.local(of: socket.descriptor).port
            if let offset = TimestampClock.offset(of: socket.descriptor) {
                flow.tally.clockOffsets.append(offset)
            }
        }
        flow.tally.add("connected")
        flow.tally.connectTimes.record(UInt64(max(0, now - due)))
        if let timestamp = behaviour.timestamp {
            do {
                try TimestampClock.jump(socket.descriptor, to: timestamp)
            } catch {
                return end(.errno("setsockopt TCP_TIMESTAMP", error.errno))
            }
        }
        if flow.isConnectOnly { end(nil) } else { ask() }
    }

    private func ask() {
        flow.tally.add("bytes_sent", Int64(exchange.request.count))
        socket?.send(.bytes(exchange.request), pieceSize: flow.writeSize)
    }

    func streamDrained() {
        guard !hasEnded, !flow.isConnectOnly else { return }
        if behaviour.close == .half, requestsDone + 1 == exchange.requestsPerConnection {
            socket?.finishSending()
        }
        if exchange.responseLength == 0, !exchange.isHTTP { answered() }
    }

    func streamReceived(_ bytes: UnsafeRawBufferPointer) {
        flow.tally.add("bytes_received", Int64(bytes.count))
        guard !hasEnded, !awaitsEnd else { return }
        if reader != nil { return readHTTP(bytes) }
        guard received + bytes.count <= exchange.responseLength else {
            return end(.other("recv: more than the \(exchange.responseLength) bytes of the answer"))
        }
        guard PayloadPattern.matches(bytes, from: received) else {
            flow.tally.add("corrupted")
            return end(.other("recv: other bytes than were sent"))
        }
        received += bytes.count
        if received == exchange.responseLength { answered() }
    }

    private func readHTTP(_ bytes: UnsafeRawBufferPointer) {
        var events: [HTTPMessageReader.Event] = []
        reader?.feed(bytes) { events.append($0) }
        for event in events where !hasEnded {
            switch event {
            case .head(let head):
                flow.tally.add("http." + head.word)
                answerIsBad = head.word.hasPrefix("2") ? nil : "recv: \(head.startLine)"
            case .body(let piece):
                if exchange.isVerified, !piece.withUnsafeBytes({ PayloadPattern.matches($0, from: received) })
                {
                    flow.tally.add("corrupted")
                    answerIsBad = "recv: other bytes than were sent"
                }
                received += piece.count
            case .end: endHTTP()
            case .bad(let text): end(.other("recv: not HTTP: \(text)"))
            }
        }
    }

    private func endHTTP() {
        if exchange.isVerified, received != exchange.responseLength, answerIsBad == nil {
            answerIsBad = "recv: a body of \(received) instead of \(exchange.responseLength) bytes"
        }
        if let answerIsBad { end(.other(answerIsBad)) } else { answered() }
    }

    private func answered() {
        let now = MonotonicClock.instant()
        flow.tally.add("answered")
        flow.tally.latencies.record(UInt64(max(0, now - requestStart)))
        requestsDone += 1
        received = 0
        guard requestsDone < exchange.requestsPerConnection else {
            let server = flow.flow.server
            awaitsEnd = server.isPresent && server.closesFirst && behaviour.close == .fin
            return awaitsEnd ? () : end(nil)
        }
        if flow.pause > 0 {
            loop.cancel(timer)
            pauseTimer = loop.at(now + flow.pause) { [self] in askAgain() }
        } else {
            askAgain()
        }
    }

    private func askAgain() {
        requestStart = MonotonicClock.instant()
        armTimer(from: requestStart)
        ask()
    }

    func streamEnded() {
        if awaitsEnd, !hasEnded { return end(nil) }
        if hasEnded {
            // A half-closed or held connection: the peer is done as well.
            flow.peerEnded(self)
            return
        }
        // An HTTP answer without a length ends with the connection.
        if reader?.endsWithStream == true, requestsDone + 1 == exchange.requestsPerConnection {
            endHTTP()
            return awaitsEnd ? end(nil) : ()
        }
        end(.other("recv: closed by the peer after \(received) of \(exchange.responseLength) bytes"))
    }

    func streamFailed(_ call: String, _ errno: Int32) {
        if hasEnded {
            flow.peerFailed(self, errno)
        } else {
            end(.errno(call, errno))
        }
    }

    // MARK: Ending

    private func end(_ reason: OutcomeTally.Failure?) {
        guard !hasEnded else { return }
        hasEnded = true
        // What was asked for has been answered; how the connection ends makes no failure of it.
        let failure = awaitsEnd ? nil : reason
        loop.cancel(timer)
        loop.cancel(pauseTimer)
        if let socket { flow.noteInfo(of: socket) }
        let now = MonotonicClock.instant()
        let attempt = Attempt(
            number: number, startedAt: due - flow.origin, result: .failed, connectTime: connectTime,
            duration: now - due, localPort: localPort)
        let isKept: Bool
        if failure != nil {
            // An orderly close would leave an orphan that retransmits into whatever comes next.
            socket?.abort()
            isKept = false
        } else if flow.isConnectOnly && flow.holds {
            isKept = true
        } else {
            switch behaviour.close {
            case .fin, .unread:
                socket?.close()
                isKept = false
            case .rst:
                socket?.abort()
                isKept = false
            case .half:
                // The request's FIN is out already, except where there was no request.
                if flow.isConnectOnly { socket?.finishSending() }
                isKept = true
            case .never: isKept = true
            }
        }
        flow.ended(self, attempt, failure: failure, isKept: isKept)
    }
}
