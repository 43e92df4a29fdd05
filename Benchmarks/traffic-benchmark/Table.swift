import NetlabModel

/// One way of doing one thing.
struct Contestant: Sendable {
    /// What the figures ask of it, compared with the reference, or alone where there is none.
    enum Wish: Sendable {
        case atLeast(Double)
        case atMost(Double)

        func isMet(by value: Double) -> Bool {
            switch self {
            case .atLeast(let least): value >= least
            case .atMost(let most): value <= most
            }
        }

        var text: String {
            switch self {
            case .atLeast(let least): "at least \(DecimalText.short(least, decimals: 2))"
            case .atMost(let most): "at most \(DecimalText.short(most, decimals: 2))"
            }
        }
    }

    let discipline: String
    let unit: String
    let name: String
    /// Whether the others of its discipline are compared with it.
    let isReference: Bool
    let wish: Wish?
    let measure: @Sendable () async throws -> Double

    init(
        _ discipline: String, _ unit: String, _ name: String, isReference: Bool = false, wish: Wish? = nil,
        measure: @escaping @Sendable () async throws -> Double
    ) {
        self.discipline = discipline
        self.unit = unit
        self.name = name
        self.isReference = isReference
        self.wish = wish
        self.measure = measure
    }
}

struct Problem: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Results in the order in which they first came.
struct Table {
    private struct Row {
        let contestant: Contestant
        var values: [Double] = []
        var problems: [String] = []
    }

    private var rows: [Row] = []

    mutating func add(_ contestant: Contestant, _ value: Double) {
        rows[index(contestant)].values.append(value)
    }

    mutating func add(_ contestant: Contestant, problem: String) {
        rows[index(contestant)].problems.append(problem)
    }

    private mutating func index(_ contestant: Contestant) -> Int {
        if let known = rows.firstIndex(where: {
            $0.contestant.discipline == contestant.discipline && $0.contestant.name == contestant.name
        }) {
            return known
        }
        rows.append(Row(contestant: contestant))
        return rows.count - 1
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return .nan }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// Median, ratio to the reference of the discipline, what was wished for, smallest and largest.
    var text: String {
        var lines: [String] = []
        var disciplines: [String] = []
        for row in rows where !disciplines.contains(row.contestant.discipline) {
            disciplines.append(row.contestant.discipline)
        }
        for discipline in disciplines {
            let group = rows.filter { $0.contestant.discipline == discipline }
            lines.append("\(discipline) (\(group[0].contestant.unit))")
            let reference = group.first { $0.contestant.isReference }.map { Self.median($0.values) }
            lines += group.map { line($0, reference) }
        }
        return lines.joined(separator: "\n")
    }

    private func line(_ row: Row, _ reference: Double?) -> String {
        guard !row.values.isEmpty else {
            return "  \(row.contestant.name): \(row.problems.first ?? "nothing measured")"
        }
        let median = Self.median(row.values)
        var line = "  \(row.contestant.name): \(DecimalText.short(median))"
        var judged: Double? = median
        if let reference, !row.contestant.isReference {
            judged = reference.isNaN ? nil : median / reference
            if let judged { line += ", \(DecimalText.short(judged, decimals: 2)) x" }
        }
        let ends = [row.values.min(), row.values.max()].compactMap(\.self).map { DecimalText.short($0) }
        line += " (\(ends.joined(separator: " to ")), \(row.values.count) runs)"
        if let wish = row.contestant.wish, let judged {
            line += wish.isMet(by: judged) ? "; wished \(wish.text): met" : "; wished \(wish.text): NOT MET"
        }
        if !row.problems.isEmpty { line += "; \(row.problems.count) failed: \(row.problems[0])" }
        return line
    }
}
