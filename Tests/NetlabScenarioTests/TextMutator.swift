/// Makes broken texts out of sound ones: seeded, so that a finding can be repeated from its number.
struct TextMutator {
    private var state: UInt64
    private let corpus: [[UInt8]]

    private static let tokens: [String] = [
        ": ", "- ", "[", "]", "{", "}", "\"", "'", "|", ">", "&a ", "*a", "? ", "#", "\n", "\n  ", "\t", "${",
        "}",
        "$${", "!!int ", "%", "null", "~", "true", "0x10", "1e9", "-1", "99999999999999999999", "..", "==",
        "!=", "of",
        "rises", "by at least", "stays", "in", "10 ms", "30%", "::", "fd00::1/64", "10.0.0.1/24", "set:",
        "expect:",
        "<<: ", "---\n", "...\n", "\u{feff}", "\u{85}", "é", "𝄞", "\u{0}", "\u{7f}", "(", ")", "2 * ", " + ",
        " - ",
        "impair: { a: { loss: 1% } }", "server/eth0", "web.", "link:", "TcpExt.", "listen:80 ",
        "routes: [default]",
    ]

    init(seed: UInt64, corpus: [String]) {
        state = seed
        self.corpus = corpus.map { Array($0.utf8) }
    }

    /// SplitMix64.
    private mutating func random() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    private mutating func below(_ bound: Int) -> Int { bound <= 0 ? 0 : Int(random() % UInt64(bound)) }

    private mutating func range(in bytes: [UInt8], atMost length: Int) -> Range<Int> {
        let start = below(bytes.count)
        return start..<min(bytes.count, start + 1 + below(length))
    }

    /// The next text: one of the corpus with a few changes.
    mutating func next() -> String {
        guard !corpus.isEmpty else { return "" }
        var bytes = corpus[below(corpus.count)]
        for _ in 0...below(4) where !bytes.isEmpty { change(&bytes) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        switch below(7) {
        case 0: bytes.removeSubrange(range(in: bytes, atMost: 40))
        case 1:
            let copied = Array(bytes[range(in: bytes, atMost: 200)])
            bytes.insert(contentsOf: copied, at: below(bytes.count))
        case 2, 3:
            bytes.insert(contentsOf: Self.tokens[below(Self.tokens.count)].utf8, at: below(bytes.count))
        case 4: bytes[below(bytes.count)] = UInt8(truncatingIfNeeded: random())
        case 5:
            let other = corpus[below(corpus.count)]
            guard !other.isEmpty else { return }
            bytes.replaceSubrange(range(in: bytes, atMost: 100), with: other[range(in: other, atMost: 100)])
        default:
            let token = Array(Self.tokens[below(Self.tokens.count)].utf8)
            let times = 1 + below(300)
            let place = below(bytes.count)
            bytes.insert(contentsOf: (0..<times).flatMap { _ in token }, at: place)
        }
    }
}
