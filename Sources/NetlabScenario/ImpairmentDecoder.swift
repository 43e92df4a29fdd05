import NetlabModel

/// Reads what an impairment does to the packets it is about.
struct ImpairmentDecoder {
    let complaints: Complaints

    private static let kinds = [
        "loss", "delay", "reorder", "duplicate", "corrupt", "rate", "limit", "slot", "drop", "hold",
        "emulate",
    ]

    /// Reads the one key of `reader` that names a kind.
    func impairment(_ reader: NodeReader) -> Impairment? {
        let found = reader.entries.filter { Self.kinds.contains($0.key) }
        for kind in Self.kinds where !reader.has(kind) { _ = reader.value(kind) }
        guard let entry = found.first else {
            complaints.error(
                "\(reader.what) wants what it does", at: reader.tree.position,
                hint: "one of \(Self.kinds.joined(separator: ", "))")
            return nil
        }
        for other in found { _ = reader.value(other.key) }
        if found.count > 1 {
            complaints.error(
                "an impairment does one thing, and here are \(found.map(\.key).joined(separator: " and "))",
                at: found[1].keyPosition, hint: "give each a name of its own")
            return nil
        }
        guard !entry.value.isNull else { return nil }
        return impairment(entry.key, entry.value)
    }

    private func impairment(_ kind: String, _ tree: YAMLTree) -> Impairment? {
        switch kind {
        case "loss": return loss(tree)
        case "delay": return delay(tree)
        case "reorder":
            guard tree.entries != nil else {
                return complaints.quantity(tree, kind, UnitText.probability).map {
                    .reorder($0, correlation: Probability(0), gap: nil)
                }
            }
            return random(tree, kind) { reader, probability, correlation in
                .reorder(probability, correlation: correlation, gap: reader.integer("gap", in: 1...1_000_000))
            }
        case "duplicate", "corrupt":
            let isDuplicate = kind == "duplicate"
            if tree.entries != nil {
                return random(tree, kind) { _, probability, correlation in
                    isDuplicate
                        ? .duplicate(probability, correlation: correlation)
                        : .corrupt(probability, correlation: correlation)
                }
            }
            if let text = tree.text, text.hasSuffix("%") {
                return complaints.quantity(tree, kind, UnitText.probability).map {
                    isDuplicate
                        ? .duplicate($0, correlation: Probability(0))
                        : .corrupt($0, correlation: Probability(0))
                }
            }
            return selection(tree, kind).map {
                .pattern(PacketPattern(isDuplicate ? .duplicate : .corrupt, $0))
            }
        case "rate": return rate(tree)
        case "limit": return complaints.integer(tree, kind, in: 1...1_000_000).map { .limit(packets: $0) }
        case "slot": return slot(tree)
        case "emulate": return emulation(tree)
        case "drop": return selection(tree, kind).map { .pattern(PacketPattern(.drop, $0)) }
        default: return hold(tree)
        }
    }

    // MARK: Loss

    private func loss(_ tree: YAMLTree) -> Impairment? {
        guard tree.entries != nil else {
            return complaints.quantity(tree, "loss", UnitText.probability).map {
                .loss(.random($0, correlation: Probability(0)))
            }
        }
        guard let reader = NodeReader(tree, "loss", complaints) else { return nil }
        defer { reader.finish() }
        if let tree = reader.value("gilbert-elliott"),
            let model = NodeReader(tree, "gilbert-elliott", complaints)
        {
            defer { model.finish() }
            let bad = model.probability("loss-in-bad") ?? Probability(1)
            let good = model.probability("loss-in-good") ?? Probability(0)
            guard let p = probability("p", model), let r = probability("r", model) else { return nil }
            return .loss(.gilbertElliott(p: p, r: r, lossInBad: bad, lossInGood: good))
        }
        if let tree = reader.value("markov"), let model = NodeReader(tree, "markov", complaints) {
            defer { model.finish() }
            let values = ["p13", "p31", "p32", "p23", "p14"].map { key in
                key == "p13" ? probability(key, model) : model.probability(key) ?? Probability(0)
            }
            guard let p13 = values[0] else { return nil }
            // netem's default: the good state is left only as often as it is returned to.
            let p31 = model.has("p31") ? values[1] : Probability(1 - p13.fraction)
            guard let p31, let p32 = values[2], let p23 = values[3], let p14 = values[4] else { return nil }
            return .loss(.markov(p13: p13, p31: p31, p32: p32, p23: p23, p14: p14))
        }
        let correlation = reader.probability("correlation") ?? Probability(0)
        return probability("probability", reader).map { .loss(.random($0, correlation: correlation)) }
    }

    private func probability(_ key: String, _ reader: NodeReader) -> Probability? {
        reader.required(key).flatMap { complaints.quantity($0, key, UnitText.probability) }
    }

    private func random(
        _ tree: YAMLTree, _ kind: String, _ make: (NodeReader, Probability, Probability) -> Impairment
    ) -> Impairment? {
        guard let reader = NodeReader(tree, kind, complaints) else { return nil }
        let correlation = reader.probability("correlation") ?? Probability(0)
        let probability = probability("probability", reader)
        let impairment = make(reader, probability ?? Probability(0), correlation)
        reader.finish()
        return probability == nil ? nil : impairment
    }

    // MARK: Delay, rate, slot

    private func delay(_ tree: YAMLTree) -> Impairment? {
        guard tree.entries != nil else {
            return complaints.quantity(tree, "delay", UnitText.duration).map { .delay(DelayModel(delay: $0)) }
        }
        guard let reader = NodeReader(tree, "delay", complaints) else { return nil }
        defer { reader.finish(synonyms: ["delay": "time", "latency": "time"]) }
        guard
            let time = reader.required("time").flatMap({ complaints.quantity($0, "time", UnitText.duration) })
        else { return nil }
        if let packets = reader.value("packets") {
            return selection(packets, "packets").map { .pattern(PacketPattern(.delay(time), $0)) }
        }
        var model = DelayModel(delay: time)
        model.jitter = reader.duration("jitter") ?? .zero
        let distributions = Dictionary(
            uniqueKeysWithValues: DelayModel.Distribution.allCases.map { ($0.rawValue, $0) })
        model.distribution = reader.word("distribution", distributions) ?? .uniform
        model.correlation = reader.probability("correlation") ?? Probability(0)
        model.keepsOrder = reader.boolean("keeps-order") ?? false
        if model.jitter == .zero, reader.has("distribution") {
            complaints.error("a distribution wants a jitter", at: reader.keyPosition("distribution"))
        }
        return .delay(model)
    }

    private func rate(_ tree: YAMLTree) -> Impairment? {
        guard tree.entries != nil else {
            return complaints.quantity(tree, "rate", UnitText.dataRate).map { .rate($0, limit: 1000) }
        }
        guard let reader = NodeReader(tree, "rate", complaints) else { return nil }
        defer { reader.finish() }
        let limit = reader.integer("limit", in: 1...1_000_000) ?? 1000
        let rate = reader.required("rate").flatMap { complaints.quantity($0, "rate", UnitText.dataRate) }
        return rate.map { .rate($0, limit: limit) }
    }

    private func slot(_ tree: YAMLTree) -> Impairment? {
        guard
            let reader = NodeReader(
                tree, "slot", complaints, hint: "write slot: { minimum: 10 ms, maximum: 20 ms }")
        else { return nil }
        defer { reader.finish(synonyms: ["min": "minimum", "max": "maximum"]) }
        let minimum = reader.required("minimum").flatMap {
            complaints.quantity($0, "minimum", UnitText.duration)
        }
        let maximum = reader.duration("maximum")
        let packets = reader.integer("packets", in: 1...1_000_000)
        let bytes = reader.byteCount("bytes", atLeast: 1)
        guard let minimum else { return nil }
        if let maximum, maximum < minimum {
            complaints.error("maximum is less than minimum", at: reader.keyPosition("maximum"))
            return nil
        }
        return .slot(SlotModel(minimum: minimum, maximum: maximum ?? minimum, packets: packets, bytes: bytes))
    }

    private func emulation(_ tree: YAMLTree) -> Impairment? {
        let known = Emulation.allCases.map(\.rawValue)
        if let found = tree.text.flatMap(Emulation.init) { return .emulate(found) }
        complaints.error(
            "emulate: \(tree.kindText) is nothing that can be emulated", at: tree.position,
            hint: "write \(known.joined(separator: " or "))")
        return nil
    }

    // MARK: Patterns

    private func hold(_ tree: YAMLTree) -> Impairment? {
        guard
            let reader = NodeReader(tree, "hold", complaints, hint: "write hold: { packets: [3], until: 2 }")
        else { return nil }
        defer { reader.finish() }
        let packets = reader.required("packets").flatMap { selection($0, "packets") }
        let until = reader.required("until").flatMap { complaints.integer($0, "until", in: 1...1_000_000) }
        guard let packets, let until else { return nil }
        return .pattern(PacketPattern(.holdUntil(packets: until), packets))
    }

    /// `all`, `first 3`, `every 10`, `[1, 5, 7]`.
    private func selection(_ tree: YAMLTree, _ key: String) -> PacketPattern.Selection? {
        if let items = tree.items {
            let numbers = items.compactMap { complaints.integer($0, key, in: 1...1_000_000_000) }
            guard numbers.count == items.count, !numbers.isEmpty else { return nil }
            return .numbers(Set(numbers).sorted())
        }
        let words = (tree.text ?? "").split(separator: " ").map(String.init)
        if words == ["all"] { return .all }
        if words.count == 2, let number = Int(words[1]), number > 0, String(number) == words[1] {
            if words[0] == "first" { return .first(number) }
            if words[0] == "every" { return .every(number) }
        }
        complaints.error(
            "\(key): \(tree.kindText) does not say which packets", at: tree.position,
            hint: "write all, first 3, every 10, or the numbers as [1, 5, 7]"
                + (key == "drop" ? "; for a share of them write loss: 2%" : ""))
        return nil
    }
}
