/// Work that blocks, kept away from Swift's task pool: with two CPUs the pool has two threads, and two waits
/// in poll(2) would stop every other task of the process.
public enum BlockingWork {
    /// Runs a closure on a thread of its own and suspends until it has returned.
    ///
    /// - Parameter name: shown by `ps -L`, cut to 15 bytes.
    /// - Throws: what the closure throws; `SystemError` of pthread_create.
    public static func run<Result: Sendable>(
        named name: String, _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            do {
                _ = try HomeThread(name: name) {
                    continuation.resume(with: Swift.Result { try body() })
                }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }
}
