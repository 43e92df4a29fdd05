import Testing

@testable import NetlabTraffic

@Suite struct HTTPMessageTests {
    /// What a reader makes of a text, however it is cut into pieces.
    private func events(_ text: String, isAnswer: Bool, pieces: Int) -> [HTTPMessageReader.Event] {
        var reader = HTTPMessageReader(isAnswer: isAnswer)
        var events: [HTTPMessageReader.Event] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            Array(bytes[start..<min(bytes.count, start + pieces)]).withUnsafeBytes {
                reader.feed($0) { events.append($0) }
            }
        }
        return events
    }

    private func body(_ events: [HTTPMessageReader.Event]) -> String {
        String(
            decoding: events.flatMap { event -> [UInt8] in
                if case .body(let bytes) = event { bytes } else { [] }
            }, as: UTF8.self)
    }

    private func ends(_ events: [HTTPMessageReader.Event]) -> Int { events.count { $0 == .end } }

    @Test(arguments: [1, 2, 7, 1000])
    func bodyEndsWhereItsLengthSays(pieces: Int) {
        let text =
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 404 No\r\ncontent-length:3\r\n\r\nbad"
        let events = events(text, isAnswer: true, pieces: pieces)
        #expect(body(events) == "hellobad" && ends(events) == 2)
    }

    @Test(arguments: [1, 3, 1000])
    func chunksAreJoined(pieces: Int) {
        let text =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\nwiki\r\nA\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\n"
        let events = events(text, isAnswer: true, pieces: pieces)
        #expect(body(events) == "wiki0123456789" && ends(events) == 1)
    }

    @Test func answerWithoutLengthEndsWithTheConnection() {
        var reader = HTTPMessageReader(isAnswer: true)
        Array("HTTP/1.0 200 OK\r\n\r\nall of it".utf8).withUnsafeBytes { reader.feed($0) { _ in } }
        #expect(reader.endsWithStream)
    }

    @Test func requestWithoutLengthHasNoBody() {
        let events = events(
            "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\n\r\n", isAnswer: false, pieces: 5)
        #expect(ends(events) == 2 && body(events).isEmpty)
    }

    @Test(arguments: [
        ("nonsense\r\n\r\n", "\"nonsense\""),
        ("HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\n", "content-length \"-4\""),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "chunk size \"zz\""),
    ])
    func whatIsNotHTTPIsSaid(text: String, words: String) {
        #expect(events(text, isAnswer: true, pieces: 9).last == .bad(words))
    }

    @Test(arguments: [
        ("GET / HTTP/1.1", "", false), ("GET / HTTP/1.1", "close", true), ("GET / HTTP/1.0", "", true),
        ("GET / HTTP/1.0", "Keep-Alive", false), ("HTTP/1.1 200 OK", "Close", true),
    ])
    func connectionFieldDecides(line: String, field: String, closes: Bool) {
        let head = HTTPMessageReader.Head(startLine: line, fields: ["connection": field])
        #expect(head.closes == closes)
    }
}
