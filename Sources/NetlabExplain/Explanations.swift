import NetlabModel

/// The meaning of every counter, gauge and drop reason that netlab reads.
public enum Explanations {
    /// What a counter means.
    ///
    /// - Returns: nil if there is none of that name; `suggestions(for:)` then helps.
    public static func explanation(for id: CounterID) -> CounterExplanation? {
        if let (entry, idText, isIPv6) = ExplanationIndex.entry(for: id) {
            return explanation(entry, idText, id, isIPv6: isIPv6)
        }
        // Types of ICMP are numbers; the kernel counts all of them, also those without a name.
        guard id.family == .icmpMsg || id.family == .icmp6,
            let text = ControlMessageTypes.text(id.family, id.name)
        else { return nil }
        let entry = ExplanationTables.Entry(
            name: id.name, text: text, movesWith: ControlMessageTypes.named(id.family, id.name))
        return explanation(entry, id.description, id, isIPv6: false)
    }

    /// Everything that there is a text for, in order of families; types of ICMP not among them.
    public static let all: [CounterExplanation] = ExplanationIndex.all.compactMap { found in
        CounterID(found.id).map { explanation(found.entry, found.id, $0, isIPv6: found.isIPv6) }
    }

    /// What a person may mean: an ID, nstat's spelling (`TcpExtListenDrops`), or a bare name (`ListenDrops`, `NO_SOCKET`), in
    /// capitals or not.
    ///
    /// - Returns: one explanation for an ID, several where a bare name occurs in several families, none if nothing has it.
    public static func find(_ text: String) -> [CounterExplanation] {
        if let id = CounterID(text), let found = explanation(for: id) { return [found] }
        let wanted = text.lowercased()
        let exact = all.filter { spellings($0.id).contains { $0.lowercased() == wanted } }
        return exact
    }

    /// The IDs whose spelling is nearest to a text, nearest first; none if nothing is near.
    public static func suggestions(for text: String, limit: Int = 5) -> [String] {
        let wanted = Array(text.lowercased().utf8)
        guard !wanted.isEmpty else { return [] }
        var ranked: [(distance: Int, id: String)] = []
        for explanation in all {
            let distances = spellings(explanation.id).map { spelling -> Int in
                let lower = spelling.lowercased()
                // A part of a name is what people remember.
                if wanted.count >= 4, lower.contains(text.lowercased()) { return 1 }
                return EditDistance.between(wanted, Array(lower.utf8))
            }
            if let distance = distances.min(), distance <= max(2, wanted.count / 3) {
                ranked.append((distance, explanation.id))
            }
        }
        ranked.sort { ($0.distance, $0.id) < ($1.distance, $1.id) }
        return ranked.prefix(limit).map(\.id)
    }

    /// The ID itself, nstat's spelling of it, and the name alone.
    private static func spellings(_ id: String) -> [String] {
        guard let parsed = CounterID(id) else { return [id] }
        let name = parsed.name.isEmpty ? parsed.selector : parsed.name
        return parsed.family.isMIB ? [id, parsed.family.rawValue + name, name] : [id, name]
    }

    private static func explanation(
        _ entry: ExplanationTables.Entry, _ idText: String, _ id: CounterID, isIPv6: Bool
    ) -> CounterExplanation {
        CounterExplanation(
            id: idText, text: entry.text, raisedAt: isIPv6 ? entry.raisedAtIPv6 : entry.raisedAt,
            since: entry.since,
            movesWith: entry.movesWith.map { ExplanationIndex.qualified($0, in: id.family) },
            howToRead: ReadingAdvice.command(for: id), isGauge: id.isGauge, isHostWide: id.isHostWide)
    }
}
