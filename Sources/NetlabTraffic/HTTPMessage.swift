/// Reads HTTP/1.1 messages from a stream, piece by piece (RFC 9112).
struct HTTPMessageReader {
    /// The first line and the fields of a message; names in lower case.
    struct Head: Equatable {
        var startLine: String
        var fields: [String: String] = [:]

        /// The method of a request, or the status code of an answer.
        var word: String {
            let parts = startLine.split(separator: " ")
            if startLine.hasPrefix("HTTP/") { return parts.count > 1 ? String(parts[1]) : "" }
            return String(parts.first ?? "")
        }

        /// Whether the sender means to close the connection after this message.
        var closes: Bool {
            let connection = fields["connection"]?.lowercased() ?? ""
            let isOld = startLine.contains("HTTP/1.0")
            return connection.contains("close") || isOld && !connection.contains("keep-alive")
        }
    }

    enum Event: Equatable {
        case head(Head)
        /// A piece of the body, chunk framing taken off.
        case body([UInt8])
        case end
        /// It is not HTTP, or a head without end.
        case bad(String)
    }

    private enum State {
        case head
        case body(left: Int)
        case untilClose
        case chunkSize, chunkEnd, trailer
        case chunk(left: Int)
        case broken
    }

    private static let longestHead = 64 * 1024

    private let isAnswer: Bool
    private var state = State.head
    private var line: [UInt8] = []
    private var headLines: [String] = []
    private var headSize = 0
    /// Answers to HEAD have no body, whatever their head says.
    var expectsNoBody = false

    init(isAnswer: Bool) { self.isAnswer = isAnswer }

    /// Whether the peer's end of the stream is the end of the message.
    var endsWithStream: Bool {
        if case .untilClose = state { true } else { false }
    }

    /// Whether it is between two messages.
    var isIdle: Bool {
        if case .head = state { headLines.isEmpty && line.isEmpty } else { false }
    }

    mutating func feed(_ bytes: UnsafeRawBufferPointer, _ handle: (Event) -> Void) {
        var rest = bytes[...]
        while !rest.isEmpty {
            switch state {
            case .broken: return
            case .untilClose:
                handle(.body(Array(rest)))
                return
            case .body(let left), .chunk(let left):
                let piece = rest.prefix(left)
                rest = rest.dropFirst(piece.count)
                handle(.body(Array(piece)))
                advance(left - piece.count, handle)
            case .head, .chunkSize, .chunkEnd, .trailer:
                let byte = rest.removeFirst()
                headSize += 1
                if headSize > Self.longestHead { return fail("a head of more than 64 KiB", handle) }
                guard byte == 10 else {
                    line.append(byte)
                    continue
                }
                if line.last == 13 { line.removeLast() }
                let text = String(decoding: line, as: UTF8.self)
                line = []
                take(text, handle)
            }
        }
    }

    private mutating func fail(_ text: String, _ handle: (Event) -> Void) {
        state = .broken
        handle(.bad(text))
    }

    private mutating func advance(_ left: Int, _ handle: (Event) -> Void) {
        switch state {
        case .body where left == 0: finish(handle)
        case .body: state = .body(left: left)
        case .chunk where left == 0: state = .chunkEnd
        case .chunk: state = .chunk(left: left)
        default: break
        }
    }

    private mutating func finish(_ handle: (Event) -> Void) {
        state = .head
        headLines = []
        headSize = 0
        handle(.end)
    }

    private mutating func take(_ text: String, _ handle: (Event) -> Void) {
        switch state {
        case .head:
            // RFC 9112, section 2.2: an empty line before the start line is skipped.
            if text.isEmpty && headLines.isEmpty { return }
            if !text.isEmpty {
                headLines.append(text)
            } else {
                endHead(handle)
            }
        case .chunkSize:
            let digits = text.prefix { $0 != ";" && $0 != " " }
            guard let size = Int(digits, radix: 16), size >= 0 else {
                return fail("chunk size \"\(text)\"", handle)
            }
            state = size == 0 ? .trailer : .chunk(left: size)
        case .chunkEnd: state = .chunkSize
        case .trailer: if text.isEmpty { finish(handle) }
        default: break
        }
    }

    private mutating func endHead(_ handle: (Event) -> Void) {
        var head = Head(startLine: headLines[0])
        guard head.startLine.contains("HTTP/1.") else {
            return fail("\"\(head.startLine.prefix(60))\"", handle)
        }
        for line in headLines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            head.fields[line[..<colon].lowercased()] = String(value)
        }
        headLines = []
        headSize = 0
        handle(.head(head))
        let isChunked = head.fields["transfer-encoding"]?.lowercased().contains("chunked") == true
        let hasNone = expectsNoBody || isAnswer && ["204", "304"].contains(head.word)
        if hasNone {
            finish(handle)
        } else if isChunked {
            state = .chunkSize
        } else if let length = head.fields["content-length"] {
            guard let count = Int(length), count >= 0 else {
                return fail("content-length \"\(length)\"", handle)
            }
            if count == 0 { finish(handle) } else { state = .body(left: count) }
        } else if isAnswer, !head.word.hasPrefix("1") {
            state = .untilClose
        } else {
            finish(handle)
        }
    }
}

/// The messages that netlab's own HTTP client and server send.
enum HTTPMessage {
    /// A GET, or a POST if there is a body.
    static func request(host: String, body: Int) -> [UInt8] {
        var head = body > 0 ? "POST / HTTP/1.1\r\n" : "GET / HTTP/1.1\r\n"
        head += "Host: \(host)\r\nUser-Agent: netlab\r\nAccept: */*\r\n"
        if body > 0 { head += "Content-Type: application/octet-stream\r\nContent-Length: \(body)\r\n" }
        return Array((head + "\r\n").utf8) + PayloadPattern.bytes(body)
    }

    static func answer(body: Int, closes: Bool, isToHead: Bool) -> [UInt8] {
        var head = "HTTP/1.1 200 OK\r\nServer: netlab\r\nContent-Type: application/octet-stream\r\n"
        head += "Content-Length: \(body)\r\n"
        if closes { head += "Connection: close\r\n" }
        return Array((head + "\r\n").utf8) + (isToHead ? [] : PayloadPattern.bytes(body))
    }
}
