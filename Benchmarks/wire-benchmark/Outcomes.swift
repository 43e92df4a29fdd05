import Synchronization

/// How often each outcome came.
final class Outcomes: Sendable {
    private let state = Mutex<[String: Int]>([:])

    func add(_ text: String) { state.withLock { $0[text, default: 0] += 1 } }

    /// The most frequent first.
    var counts: [(text: String, count: Int)] {
        state.withLock { $0.map { ($0.key, $0.value) }.sorted { $0.1 > $1.1 } }
    }
}
