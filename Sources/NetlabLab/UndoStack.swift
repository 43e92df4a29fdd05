/// What has to be undone, newest first. Every step that changes the kernel pushes its undo before the next
/// one starts.
struct UndoStack: Sendable {
    private struct Entry: Sendable {
        var what: String
        var undo: @Sendable () async throws -> Void
    }

    private var entries: [Entry] = []

    mutating func push(_ what: String, _ undo: @escaping @Sendable () async throws -> Void) {
        entries.append(Entry(what: what, undo: undo))
    }

    /// Undoes everything, whatever fails on the way.
    ///
    /// - Returns: what could not be undone, with the error.
    func unwind() async -> [String] {
        var leaks: [String] = []
        for entry in entries.reversed() {
            do {
                try await entry.undo()
            } catch {
                leaks.append("\(entry.what): \(error)")
            }
        }
        return leaks
    }
}
