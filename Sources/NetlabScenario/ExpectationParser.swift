import NetlabModel

/// Reads `server TcpExt.ListenOverflows rises by at least 15` and its kind.
///
///     expectation = quantity relation
///     relation    = ( == != < <= > >= ) sum | in sum .. sum | stays | rises [by at least sum] | ~ N% of sum
///     sum         = term { ( + | - ) term }
///     term        = [ number * | N% of ] atom [ of PHASE ]
///     atom        = number [unit] | flow.figure | subject counter | ( sum )
struct ExpectationParser {
    private let tokens: [ExpectationToken]
    private let end: Int
    private let scope: ExpectationScope
    private let binder: CounterBinder
    private let complaints: Complaints
    private let tree: YAMLTree
    private var index = 0

    private init(_ tree: YAMLTree, _ text: String, _ scope: ExpectationScope, _ complaints: Complaints) {
        self.tree = tree
        self.scope = scope
        self.complaints = complaints
        binder = CounterBinder(scope: scope)
        tokens = ExpectationToken.all(in: text)
        end = text.unicodeScalars.count
    }

    /// Reads and binds one expectation.
    ///
    /// - Returns: nil after complaining.
    static func parse(_ tree: YAMLTree, _ scope: ExpectationScope, _ complaints: Complaints) -> Predicate? {
        guard let text = complaints.text(tree, "an expectation") else { return nil }
        var parser = ExpectationParser(tree, text, scope, complaints)
        do {
            return try parser.predicate()
        } catch {
            if !error.isConsequence {
                complaints.error(error.message, at: tree.position(at: error.offset), hint: error.hint)
            }
            return nil
        }
    }

    // MARK: Tokens

    private var next: ExpectationToken? { index < tokens.count ? tokens[index] : nil }
    private var here: Int { next?.offset ?? end }

    private func fail(_ message: String, at offset: Int? = nil, hint: String? = nil) -> ExpectationError {
        ExpectationError(message: message, offset: offset ?? here, hint: hint)
    }

    private mutating func take(_ text: String) -> Bool {
        guard next?.text == text else { return false }
        index += 1
        return true
    }

    // MARK: Relations

    private static let relations = [
        "==", "!=", "<", "<=", ">", ">=", "in", "stays", "rises", "rises by at least", "~",
    ]

    private mutating func predicate() throws(ExpectationError) -> Predicate {
        let start = here
        let (left, dimension) = try sum()
        guard let relation = next else {
            throw fail(
                "the expectation says nothing about \(tokens.map(\.text).joined(separator: " "))",
                hint: "relations: \(Self.relations.joined(separator: ", "))")
        }
        index += 1
        let predicate: Predicate
        switch relation.text {
        case "stays":
            try mustBeCounter(left, relation)
            predicate = .stays(left)
        case "rises":
            try mustBeCounter(left, relation)
            predicate = .rises(left, atLeast: try least(dimension))
        case "in":
            let lower = try side(dimension)
            guard take("..") else { throw fail("a range is written with ..", hint: "write in 3..5") }
            let upper = try side(dimension)
            if case .number(let low, _) = lower, case .number(let high, _) = upper, low > high {
                throw fail("the range is empty", at: relation.offset, hint: "the lower bound comes first")
            }
            predicate = .within(left, lower: lower, upper: upper)
        case "~":
            guard let (share, trials) = try percentOf() else {
                throw fail("~ wants a share", hint: "write ~ 30% of web.attempted")
            }
            predicate = .share(left, share, of: trials)
        default:
            guard let comparison = Predicate.Comparison(rawValue: relation.text) else {
                throw fail(
                    "\"\(relation.text.shortened)\" is not a relation", at: relation.offset,
                    hint: relation.text == "=" ? "write ==" : hint(forRelation: relation.text))
            }
            predicate = .compare(left, comparison, try side(dimension))
        }
        if let rest = next {
            if rest.text.hasPrefix("-"), rest.text.count > 1 {
                throw fail("a minus stands between blanks", hint: "write - \(rest.text.dropFirst())")
            }
            throw fail("\"\(rest.text.shortened)\" is one word too many", hint: hint(forRest: rest.text))
        }
        guard predicate.quantities.contains(where: { !$0.leaves.isEmpty }) else {
            throw fail("the expectation is not about the lab", at: start)
        }
        return predicate
    }

    private func hint(forRelation word: String) -> String {
        NearestWord.hint(for: word, among: ["in", "stays", "rises"])
            ?? "relations: \(Self.relations.joined(separator: ", "))"
    }

    private func hint(forRest word: String) -> String? {
        word == "of" ? "of stands behind a counter or a figure, and names a phase" : nil
    }

    private func mustBeCounter(_ left: Quantity, _ relation: ExpectationToken) throws(ExpectationError) {
        guard case .counter = left else {
            throw fail(
                "only a counter \(relation.text)", at: relation.offset,
                hint: "compare it, as in \(tokens[0].text) >= 1")
        }
    }

    private mutating func least(_ dimension: Dimension) throws(ExpectationError) -> Quantity {
        guard next != nil else { return .number(1, text: "1") }
        for word in ["by", "at", "least"] {
            guard take(word) else {
                throw fail(
                    "rises stands alone, or is followed by: by at least 5",
                    hint: "for an exact number write == 5")
            }
        }
        return try side(dimension)
    }

    // MARK: Quantities

    /// What a quantity is measured in; a counter takes plain numbers and sizes.
    private enum Dimension {
        case number, time, bytes, rate, counter
    }

    /// The right side of a relation: has to be of the dimension of the left one.
    private mutating func side(_ wanted: Dimension) throws(ExpectationError) -> Quantity {
        let start = here
        let (quantity, given) = try sum()
        try match(wanted, given, quantity, at: start)
        return quantity
    }

    private func match(
        _ left: Dimension, _ right: Dimension, _ quantity: Quantity, at offset: Int
    ) throws(ExpectationError) {
        if left == right { return }
        switch (left, right) {
        case (.counter, .number), (.number, .counter), (.counter, .bytes), (.bytes, .counter): return
        case (.time, .number) where next.map { $0.text.allSatisfy(\.isLetter) && $0.text != "of" } ?? false,
            (.bytes, .number) where next.map { $0.text.allSatisfy(\.isLetter) && $0.text != "of" } ?? false:
            throw fail(
                "\"\(next?.text.shortened ?? "")\" is not a unit",
                hint: "units: \(Self.units.joined(separator: ", "))")
        case (.time, .number):
            throw fail("a time wants a unit", at: offset, hint: "write 100 ms or 2 s")
        case (.bytes, .number):
            throw fail("a size wants a unit", at: offset, hint: "write 100 B or 4 KiB")
        case (_, .time): throw fail("a time stands here where a number is wanted", at: offset)
        case (_, .bytes): throw fail("a size stands here where something else is wanted", at: offset)
        case (_, .rate): throw fail("a rate stands here where something else is wanted", at: offset)
        case (_, .number), (_, .counter):
            throw fail("a number stands here where something else is wanted", at: offset)
        }
    }

    private mutating func sum() throws(ExpectationError) -> (Quantity, Dimension) {
        var (result, dimension) = try term()
        while let sign = next, sign.text == "+" || sign.text == "-" {
            index += 1
            let start = here
            let (right, other) = try term()
            try match(dimension, other, right, at: start)
            if dimension == .number { dimension = other }
            if case .number(let first, _) = result, case .number(let second, _) = right {
                // Parameters make sums such as 20 - 4 - 1: the verdict speaks of 15.
                let value = sign.text == "+" ? first + second : first - second
                result = .number(value, text: Self.text(value, dimension))
            } else {
                result = sign.text == "+" ? .sum(result, right) : .difference(result, right)
            }
        }
        return (result, dimension)
    }

    private static func text(_ value: Double, _ dimension: Dimension) -> String {
        let whole = Int64(min(max(value, -9e18), 9e18))
        return switch dimension {
        case .time: Duration.nanoseconds(whole).text
        case .bytes: ByteCount(Int(whole)).description
        case .rate: DataRate(bitsPerSecond: Int(whole)).description
        case .number, .counter: DecimalText.short(value)
        }
    }

    private mutating func term() throws(ExpectationError) -> (Quantity, Dimension) {
        if let (share, quantity) = try percentOf() {
            return (.product(share.fraction, quantity), .counter)
        }
        let start = here
        if let (quantity, dimension) = try number() {
            guard take("*") else { return (quantity, dimension) }
            guard case .number(let factor, _) = quantity, dimension == .number else {
                throw fail("a factor has no unit", at: start)
            }
            let (right, other) = try term()
            return (.product(factor, right), other)
        }
        let (quantity, dimension) = try atom()
        if next?.text == "*" {
            throw fail("the factor comes first", hint: "write 2 * \(tokens[index - 1].text)")
        }
        guard take("of") else { return (quantity, dimension) }
        return (try inPhase(quantity), dimension)
    }

    private mutating func inPhase(_ quantity: Quantity) throws(ExpectationError) -> Quantity {
        guard let name = next else { throw fail("of wants the name of a phase") }
        let earlier = scope.phases.dropLast()
        guard let phase = earlier.first(where: { $0.name == name.text }) else {
            let isThis = scope.phases.last?.name == name.text
            throw fail(
                isThis
                    ? "\(name.text) is this phase itself"
                    : "there is no earlier phase \"\(name.text.shortened)\"",
                hint: NearestWord.hintOrList(for: name.text, among: earlier.map(\.name)))
        }
        for case .flow(let flow, _) in quantity.leaves where !phase.running.contains(flow) {
            throw fail("\(flow) does not run in \(phase.name)")
        }
        index += 1
        return .inPhase(quantity, phase: phase.name)
    }

    /// `30% of X`.
    private mutating func percentOf() throws(ExpectationError) -> (Probability, Quantity)? {
        guard let token = next, token.text.hasSuffix("%") || isPercent(at: index) else { return nil }
        var text = token.text
        index += 1
        if !text.hasSuffix("%") {
            text += "%"
            index += 1
        }
        let share: Probability
        do {
            share = try UnitText.probability(text)
        } catch {
            throw fail(error.problem, at: token.offset, hint: error.hint)
        }
        guard take("of") else { throw fail("\(text) of what?", hint: "write \(text) of web.attempted") }
        let start = here
        let (quantity, dimension) = try term()
        guard dimension == .counter || dimension == .number, !quantity.leaves.isEmpty else {
            throw fail("a share is of a counter or of a flow's figure", at: start)
        }
        return (share, quantity)
    }

    private func isPercent(at index: Int) -> Bool {
        index + 1 < tokens.count && tokens[index + 1].text == "%" && Double(tokens[index].text) != nil
    }

    /// `15`, `100 ms`, `4KiB`.
    private mutating func number() throws(ExpectationError) -> (Quantity, Dimension)? {
        guard let token = next, let first = token.text.unicodeScalars.first,
            ("0"..."9").contains(first) || (first == "-" && token.text.count > 1),
            let (value, attached) = UnitText.split(token.text)
        else { return nil }
        index += 1
        var text = token.text
        var unit = attached
        if unit.isEmpty, let word = next, Self.units.contains(word.text) {
            unit = word.text
            text += " \(unit)"
            index += 1
        }
        if unit.isEmpty { return (.number(value, text: text), .number) }
        do {
            if let duration = try? UnitText.duration(text) {
                return (.number(Double(duration.nanoseconds), text: text), .time)
            }
            if let rate = try? UnitText.dataRate(text) {
                return (.number(Double(rate.bitsPerSecond), text: text), .rate)
            }
            return (.number(Double(try UnitText.byteCount(text).bytes), text: text), .bytes)
        } catch {
            throw fail(
                "\"\(text.shortened)\" is not a quantity", at: token.offset,
                hint: "units: \(Self.units.joined(separator: ", "))")
        }
    }

    private static let units = [
        "ns", "us", "ms", "s", "min", "h", "B", "KiB", "MiB", "GiB", "kB", "MB", "GB", "bit", "kbit", "mbit",
        "gbit",
    ]

    private mutating func atom() throws(ExpectationError) -> (Quantity, Dimension) {
        guard let token = next else { throw fail("something is missing here") }
        if take("(") {
            let inner = try sum()
            guard take(")") else { throw fail("a ) is missing") }
            return inner
        }
        if let (flow, metric) = try flowFigure(token) {
            index += 1
            switch FlowMetrics.dimension(of: metric) {
            case .count: return (.flow(flow, metric: metric), .number)
            case .time: return (.flow(flow, metric: metric), .time)
            case .bytes: return (.flow(flow, metric: metric), .bytes)
            case .rate: return (.flow(flow, metric: metric), .rate)
            }
        }
        index += 1
        let words = tokens[index...].prefix(2).map { $0 }
        let (id, used) = try binder.counter(subject: token, words: words, end: end, complaints, tree)
        index += used
        return (.counter(subject: token.text, id), .counter)
    }

    private func flowFigure(_ token: ExpectationToken) throws(ExpectationError) -> (String, String)? {
        let parts = token.text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        if scope.unreadableFlows.contains(parts[0]) {
            throw ExpectationError(message: "", offset: token.offset, isConsequence: true)
        }
        guard let kind = scope.flows[parts[0]] else { return nil }
        var known: Set<String> { FlowMetrics.names(of: kind) }
        guard parts.count == 2, !parts[1].isEmpty else {
            throw fail(
                "\(parts[0]) is a flow: which figure of it?",
                hint: "write \(parts[0]).\(known.contains("succeeded") ? "succeeded" : "sent")")
        }
        guard FlowMetrics.yields(kind, parts[1]) else {
            throw fail(
                "a \(kind.word) flow has no figure \"\(parts[1].shortened)\"",
                at: token.offset + parts[0].unicodeScalars.count + 1,
                hint: NearestWord.hint(for: parts[1], among: known)
                    ?? "figures: \(known.sorted().joined(separator: ", ")), errno.NAME")
        }
        // A figure of an earlier phase is checked against that phase.
        let isOfPhase = index + 1 < tokens.count && tokens[index + 1].text == "of"
        guard isOfPhase || scope.phases.last?.running.contains(parts[0]) ?? false else {
            throw fail(
                "\(parts[0]) does not run in this phase", at: token.offset,
                hint: "name it under traffic: of the phase")
        }
        return (parts[0], parts[1])
    }
}
