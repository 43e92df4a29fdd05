import Synchronization

/// How often each outcome came.
final class Outcomes: Sendable {
    private let state = Mutex<[String: Int]>([:])

    func add(_ result: Result<String, any Error>) {
        let text =
            switch result {
            case .success(let text): text
            case .failure(let error): "failed: \(error)"
            }
        state.withLock { $0[text, default: 0] += 1 }
    }

    var counts: [String: Int] { state.withLock { $0 } }
}
