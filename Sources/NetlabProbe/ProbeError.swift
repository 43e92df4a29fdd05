/// A source of counters that answered something else than it should: cut off, garbled, or contradicting itself.
///
/// Such a family is not judged at all, since a counter that is missing from a garbled file is not zero.
struct ProbeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was read: a path, a kind of request.
    var source: String
    /// Counts from 1; 0 if the complaint is about the whole.
    var line: Int
    var complaint: String

    init(_ source: String, line: Int = 0, _ complaint: String) {
        self.source = source
        self.line = line
        self.complaint = complaint
    }

    var description: String {
        line == 0 ? "\(source): \(complaint)" : "\(source), line \(line): \(complaint)"
    }
}
