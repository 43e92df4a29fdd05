import Glibc
import LinuxSystem
import NetlabModel

/// One connection to a standalone server: its first bytes say what it is for.
final class UniversalConnection: ServedConnection, StreamSocketOwner {
    private enum Role {
        case undecided
        case http(HTTPMessageReader)
        case requests(length: Int, answer: Int)
        case upload
        case download
        case datagrams(salt: UInt64)
        /// It spoke neither of the two languages known here.
        case stranger
    }

    private unowned let endpoint: TCPEndpoint
    private let service: StandaloneService
    private let number: Int
    private let socket: StreamSocket
    private var role = Role.undecided
    private var opening: [UInt8] = []
    private var received = 0
    private var sink = BulkSink()
    private var source: BulkSource?
    private var hasSentAll = false
    private var peerEnded = false
    private var closesAfterAnswer = false
    private var answersOwed = 0
    private var isToHead = false

    init(_ descriptor: Int32, number: Int, service: StandaloneService, endpoint: TCPEndpoint) {
        self.endpoint = endpoint
        self.service = service
        self.number = number
        socket = StreamSocket(
            descriptor, on: endpoint.loop, behaviour: SocketBehaviour(), unreadFrom: nil,
            now: MonotonicClock.instant())
    }

    var descriptor: Int32 { socket.descriptor }

    func begin() { socket.open(owner: self) }

    // MARK: Deciding

    func streamReceived(_ bytes: UnsafeRawBufferPointer) {
        guard case .undecided = role else { return take(bytes) }
        opening += bytes
        let isNetlab = zip(opening, StandaloneGreeting.magic).allSatisfy { $0 == $1 }
        if isNetlab, opening.count < StandaloneGreeting.length { return }
        let first = opening
        opening = []
        if let greeting = StandaloneGreeting(first.prefix(StandaloneGreeting.length)) {
            let rest = first.dropFirst(StandaloneGreeting.length)
            adopt(greeting)
            if case .requests = role {
                first.withUnsafeBytes { take($0) }
            } else if !rest.isEmpty {
                Array(rest).withUnsafeBytes { take($0) }
            }
        } else if first.first.map({ UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 }) == true {
            role = .http(HTTPMessageReader(isAnswer: false))
            first.withUnsafeBytes { take($0) }
        } else {
            role = .stranger
            end()
        }
    }

    private func adopt(_ greeting: StandaloneGreeting) {
        let amount = Int(clamping: greeting.amount)
        switch greeting.purpose {
        case .requests:
            let length = max(StandaloneGreeting.length, Int(greeting.size))
            role = .requests(length: length, answer: min(amount, service.longestAnswer))
        case .upload:
            role = .upload
            socket.discardsInput = true
        case .download:
            startDownload(.bytes(ByteCount(amount)), writeSize: Int(greeting.size))
        case .timedDownload:
            startDownload(.time(.nanoseconds(amount)), writeSize: Int(greeting.size))
        case .datagrams:
            role = .datagrams(salt: greeting.amount)
            service.datagrams.open(salt: greeting.amount, size: Int(greeting.size))
            socket.send(.bytes(greeting.bytes))
        }
    }

    private func startDownload(_ amount: StreamFlow.Amount, writeSize: Int) {
        role = .download
        var plan = StreamFlow()
        plan.amount = amount
        plan.writeSize = ByteCount(max(1, writeSize))
        let source = BulkSource(plan, socket: socket) { [unowned self] in
            hasSentAll = true
            socket.finishSending()
            if peerEnded { end() }
        }
        self.source = source
        source.begin()
    }

    // MARK: Serving

    private func take(_ bytes: UnsafeRawBufferPointer) {
        switch role {
        case .undecided, .stranger, .download: break
        case .upload: sink.take(bytes.count, at: MonotonicClock.instant())
        case .datagrams(let salt): finishDatagrams(salt)
        case .requests(let length, let answer):
            received += bytes.count
            while received >= length {
                received -= length
                answersOwed += 1
            }
            if answersOwed > 0, !socket.isSending { sendAnswer(answer) }
        case .http(var reader):
            var problem = false
            reader.feed(bytes) { event in
                switch event {
                case .head(let head):
                    isToHead = head.word == "HEAD"
                    if head.closes { closesAfterAnswer = true }
                case .body: break
                case .end: answersOwed += 1
                case .bad: problem = true
                }
            }
            role = .http(reader)
            if problem { return end() }
            if answersOwed > 0, !socket.isSending { sendAnswer(service.pageLength) }
        }
    }

    func streamDiscarded(_ count: Int) { sink.take(count, at: MonotonicClock.instant()) }

    private func sendAnswer(_ length: Int) {
        endpoint.tally.add("server.requests")
        if case .http = role {
            socket.send(
                .bytes(HTTPMessage.answer(body: length, closes: closesAfterAnswer, isToHead: isToHead)))
        } else {
            socket.send(.pattern(from: 0, count: length))
        }
    }

    private func finishDatagrams(_ salt: UInt64) {
        let receipt = service.datagrams.end(salt: salt)
        endpoint.tally.add("server.bytes_received", Int64(clamping: receipt.bytes))
        closesAfterAnswer = true
        answersOwed = 1
        socket.send(.bytes(receipt.encoded))
    }

    func streamDrained() {
        switch role {
        case .download: source?.drained()
        case .requests(_, let answer):
            answersOwed -= 1
            if answersOwed > 0 { sendAnswer(answer) } else if peerEnded { end() }
        case .http:
            answersOwed -= 1
            if answersOwed > 0 {
                sendAnswer(service.pageLength)
            } else if closesAfterAnswer || peerEnded {
                end()
            }
        case .upload: if peerEnded { end() }
        case .datagrams: if closesAfterAnswer { end() }
        case .undecided, .stranger: break
        }
    }

    // MARK: Ending

    func streamEnded() {
        peerEnded = true
        switch role {
        case .upload:
            var receipt = StandaloneReceipt()
            receipt.bytes = UInt64(sink.bytes)
            if let first = sink.firstAt, let last = sink.lastAt {
                receipt.duration = UInt64(max(0, last - first))
            }
            endpoint.tally.add("server.bytes_received", Int64(sink.bytes))
            socket.send(.bytes(receipt.encoded))
        case .download: if hasSentAll { end() }
        case .requests, .http: if answersOwed == 0 { end() }
        case .undecided, .stranger, .datagrams: end()
        }
    }

    func streamFailed(_ call: String, _ errno: Int32) {
        endpoint.noteError(errno)
        end()
    }

    private func end() {
        leave()
        socket.close()
        endpoint.closed(number)
    }

    private func leave() {
        if let source {
            endpoint.tally.add("server.bytes_sent", Int64(source.bytes))
            source.stop()
        }
        source = nil
        if case .datagrams(let salt) = role { _ = service.datagrams.end(salt: salt) }
    }

    func shut() {
        leave()
        socket.abort()
    }

    func die() {
        leave()
        socket.close()
    }
}

/// What the connections of a standalone server share; used on its loop only.
final class StandaloneService: @unchecked Sendable {
    /// The body of a page for HTTP clients.
    let pageLength: Int
    /// A client may not ask for more in one answer.
    let longestAnswer = 64 << 20
    let datagrams: DatagramSessions

    init(pageLength: Int, datagrams: DatagramSessions) {
        self.pageLength = pageLength
        self.datagrams = datagrams
    }
}
