import Glibc
import LinuxSystem
import NetlabModel

/// The serving end of one accepted TCP connection: reads requests, answers them, closes as told.
final class ServerConnection: ServedConnection, StreamSocketOwner {
    private unowned let endpoint: TCPEndpoint
    private let socket: StreamSocket
    private let number: Int
    private let exchange: TCPExchange
    private var received = 0
    private var requestsSeen = 0
    private var answers = 0
    private var answerTimer: TimerQueue.Identifier?
    private var peerEnded = false
    private var closesAfterAnswer = false
    private var isDone = false
    private var reader: HTTPMessageReader?
    private var heads: [HTTPMessageReader.Head] = []

    init(_ descriptor: Int32, number: Int, exchange: TCPExchange, endpoint: TCPEndpoint) {
        self.number = number
        self.exchange = exchange
        self.endpoint = endpoint
        let behaviour = endpoint.behaviour.socket
        if exchange.isHTTP { reader = HTTPMessageReader(isAnswer: false) }
        let bytesInAll = exchange.request.count * exchange.requestsPerConnection
        socket = StreamSocket(
            descriptor, on: endpoint.loop, behaviour: behaviour,
            unreadFrom: behaviour.close == .unread && bytesInAll > 0 && !exchange.isHTTP
                ? bytesInAll - 1 : nil,
            now: MonotonicClock.instant())
    }

    var descriptor: Int32 { socket.descriptor }

    func begin() {
        guard exchange.request.isEmpty else { return socket.open(owner: self) }
        // Where nobody asks, the answer needs no question; with nothing to answer it is out already.
        socket.adopt(owner: self)
        requestArrived()
        if socket.isOpen { socket.open(owner: self, looksFirst: exchange.responseLength == 0) }
    }

    // MARK: StreamSocketOwner

    func streamConnected() {}

    func streamReceived(_ bytes: UnsafeRawBufferPointer) {
        endpoint.tally.add("server.bytes_received", Int64(bytes.count))
        if reader != nil { return readHTTP(bytes) }
        let size = exchange.request.count
        guard size > 0 else { return }
        var left = bytes
        while !left.isEmpty, !isDone {
            let piece = UnsafeRawBufferPointer(rebasing: left.prefix(size - received))
            if !exchange.request.withUnsafeBytes({
                memcmp($0.baseAddress! + received, piece.baseAddress!, piece.count) == 0
            }) {
                endpoint.tally.add("server.corrupted")
            }
            received += piece.count
            left = UnsafeRawBufferPointer(rebasing: left.dropFirst(piece.count))
            if received == size {
                received = 0
                requestArrived()
            }
        }
    }

    private func readHTTP(_ bytes: UnsafeRawBufferPointer) {
        var events: [HTTPMessageReader.Event] = []
        reader?.feed(bytes) { events.append($0) }
        for event in events where !isDone {
            switch event {
            case .head(let head): heads.append(head)
            case .body: break
            case .end: requestArrived()
            case .bad:
                endpoint.tally.add("server.corrupted")
                finish()
            }
        }
    }

    private func requestArrived() {
        requestsSeen += 1
        endpoint.tally.add("server.requests")
        // A client that does not wait for answers may ask ahead: the answers go out one after the other.
        if requestsSeen == answers + 1 { answerSoon() }
    }

    private func answerSoon() {
        guard !endpoint.behaviour.isMute else { return }
        let delay = endpoint.behaviour.answerDelay.nanoseconds
        guard delay > 0 else { return answer() }
        answerTimer = endpoint.loop.at(MonotonicClock.instant() + delay) { [self] in answer() }
    }

    private func answer() {
        if let head = heads.first {
            heads.removeFirst()
            closesAfterAnswer = head.closes || endpoint.behaviour.closesFirst
            let message = HTTPMessage.answer(
                body: exchange.responseLength, closes: closesAfterAnswer, isToHead: head.word == "HEAD")
            return socket.send(.bytes(message), pieceSize: endpoint.behaviour.writeSize?.bytes)
        }
        socket.send(
            .pattern(from: 0, count: exchange.responseLength), pieceSize: endpoint.behaviour.writeSize?.bytes)
    }

    func streamDrained() {
        guard !isDone else { return }
        answers += 1
        endpoint.tally.add("server.bytes_sent", Int64(exchange.responseLength))
        let isLast = endpoint.behaviour.closesFirst && answers >= exchange.requestsPerConnection
        if isLast || closesAfterAnswer {
            finish()
        } else if requestsSeen > answers {
            answerSoon()
        } else if peerEnded {
            finish()
        }
    }

    func streamEnded() {
        endpoint.tally.add("server.peer_closed")
        peerEnded = true
        // The client may have half-closed: what it asked for is answered first.
        let owesAnswer = requestsSeen > answers && !endpoint.behaviour.isMute
        if isDone || !owesAnswer { finish() }
    }

    func streamFailed(_ call: String, _ errno: Int32) {
        endpoint.noteError(errno)
        endpoint.loop.cancel(answerTimer)
        isDone = true
        socket.close()
        endpoint.closed(number)
    }

    // MARK: Ending

    private func finish() {
        let isSecond = isDone
        isDone = true
        switch endpoint.behaviour.socket.close {
        case .fin, .unread: socket.close()
        case .rst: socket.abort()
        case .half:
            if !isSecond { socket.finishSending() }
            if !peerEnded { return }
            socket.close()
        case .never: return
        }
        endpoint.closed(number)
    }

    func shut() {
        endpoint.loop.cancel(answerTimer)
        socket.isSending || !(peerEnded || socket.peerHasEnded) ? socket.abort() : socket.close()
    }

    func die() {
        endpoint.loop.cancel(answerTimer)
        isDone = true
        socket.close()
    }
}
