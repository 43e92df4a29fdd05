/// A range of kernel releases: `>= 5.10`, `< 4.12`, or both.
public struct KernelRange: Hashable, Sendable, CustomStringConvertible {
    /// The first release in it, as `6.4`; empty if there is no lower bound.
    public var atLeast: String
    /// The first release behind it; empty if there is no upper bound.
    public var below: String

    public init(atLeast: String = "", below: String = "") {
        self.atLeast = atLeast
        self.below = below
    }

    /// Reads `>= 5.10 < 6.12`, either half alone.
    ///
    /// - Returns: nil for anything else.
    public init?(_ text: String) {
        self.init()
        var words = text.split(separator: " ").map(String.init)[...]
        guard !words.isEmpty else { return nil }
        while let sign = words.popFirst() {
            let version = words.popFirst() ?? ""
            let numbers = version.split(separator: ".", omittingEmptySubsequences: false)
            guard (1...3).contains(numbers.count), numbers.allSatisfy({ Int($0) != nil }) else { return nil }
            switch sign {
            case ">=" where atLeast.isEmpty: atLeast = version
            case "<" where below.isEmpty: below = version
            default: return nil
            }
        }
    }

    /// Whether a kernel lies in it, by the numbers that its release begins with; nil if it begins with none.
    public func contains(_ release: String) -> Bool? {
        guard let numbers = Self.numbers(release) else { return nil }
        let isNewEnough = Self.numbers(atLeast).map { !numbers.lexicographicallyPrecedes($0) } ?? true
        let isOldEnough = Self.numbers(below).map { numbers.lexicographicallyPrecedes($0) } ?? true
        return isNewEnough && isOldEnough
    }

    public var description: String {
        [(">= ", atLeast), ("< ", below)].filter { !$0.1.isEmpty }.map { $0.0 + $0.1 }.joined(separator: " ")
    }

    /// The first three numbers of a release; what is not written is 0.
    private static func numbers(_ release: String) -> [Int]? {
        let text = release.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let numbers = text.split(separator: ".").compactMap { Int($0) }
        guard !numbers.isEmpty else { return nil }
        return (0..<3).map { $0 < numbers.count ? numbers[$0] : 0 }
    }
}
