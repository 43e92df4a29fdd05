/// Finds what an author may have meant.
public enum NearestWord {
    /// The known word with the fewest single-character edits from `word`, if those are few for its length.
    public static func nearest(to word: String, among known: some Sequence<String>) -> String? {
        let wanted = Array(word.lowercased().unicodeScalars.prefix(64))
        let limit = max(1, min(3, wanted.count / 3))
        var best: (word: String, distance: Int)?
        for candidate in known {
            let letters = Array(candidate.lowercased().unicodeScalars.prefix(64))
            guard abs(letters.count - wanted.count) <= limit else { continue }
            let distance = distance(wanted, letters)
            guard distance <= limit else { continue }
            if let best, (best.distance, best.word) <= (distance, candidate) { continue }
            best = (candidate, distance)
        }
        return best?.word
    }

    /// `did you mean "mtu"?`, or nil if nothing is near.
    static func hint(for word: String, among known: some Sequence<String>) -> String? {
        nearest(to: word, among: known).map { "did you mean \"\($0)\"?" }
    }

    /// The nearest word, else all of them if they are few enough to be read.
    static func hintOrList(for word: String, among known: some Collection<String>) -> String? {
        if let near = hint(for: word, among: known) { return near }
        guard (1...24).contains(known.count) else { return nil }
        return "known: \(known.sorted().joined(separator: ", "))"
    }

    /// Insertions, deletions, replacements, and swaps of neighbours.
    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for row in 1...left.count {
            var current = [row] + [Int](repeating: 0, count: right.count)
            for column in 1...right.count {
                let replace = last[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1)
                current[column] = min(replace, last[column] + 1, current[column - 1] + 1)
                if row > 1, column > 1, left[row - 1] == right[column - 2],
                    left[row - 2] == right[column - 1]
                {
                    current[column] = min(current[column], beforeLast[column - 2] + 1)
                }
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
