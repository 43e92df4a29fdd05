import NetlabModel

/// Reads one mapping, key by key; whatever was not asked for by the end is an unknown key.
final class NodeReader {
    let tree: YAMLTree
    /// `an interface`, `a route`: for messages.
    var what: String {
        didSet { for key in asked { complaints.note(key, of: what) } }
    }
    let complaints: Complaints
    private var asked: [String] = []

    /// - Returns: nil if the tree is no mapping, after complaining.
    init?(_ tree: YAMLTree, _ what: String, _ complaints: Complaints, hint: String? = nil) {
        self.tree = tree
        self.what = what
        self.complaints = complaints
        guard tree.entries != nil else {
            complaints.error(
                "\(what) wants keys with values, and here is \(tree.kindText)", at: tree.position, hint: hint)
            return nil
        }
    }

    var entries: [YAMLTree.Entry] { tree.entries ?? [] }

    /// The value of a key, or nil if it is absent or has no value (the latter after complaining).
    func value(_ key: String) -> YAMLTree? {
        asked.append(key)
        complaints.note(key, of: what)
        guard let value = tree[key] else { return nil }
        guard !value.isNull else {
            complaints.error(
                "\(key) has no value", at: value.position, hint: "give it one, or leave the key out")
            return nil
        }
        return value
    }

    func has(_ key: String) -> Bool { tree[key] != nil }

    /// The value of a key that has to be there.
    func required(_ key: String, hint: String? = nil) -> YAMLTree? {
        if !has(key) {
            complaints.error("\(what) wants \(key)", at: tree.position, hint: hint)
        }
        return value(key)
    }

    func keyPosition(_ key: String) -> SourcePosition {
        entries.first { $0.key == key }?.keyPosition ?? tree.position
    }

    func text(_ key: String) -> String? { value(key).flatMap { complaints.text($0, key) } }

    func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        value(key).flatMap { complaints.integer($0, key, in: range) }
    }

    func boolean(_ key: String) -> Bool? { value(key).flatMap { complaints.boolean($0, key) } }

    func duration(_ key: String) -> Duration? {
        value(key).flatMap { complaints.quantity($0, key, UnitText.duration) }
    }

    func byteCount(_ key: String, atLeast least: Int = 0, atMost most: Int = 1 << 40) -> ByteCount? {
        guard let tree = value(key), let size = complaints.quantity(tree, key, UnitText.byteCount) else {
            return nil
        }
        guard (least...most).contains(size.bytes) else {
            complaints.error(
                "\(key) is \(size), and has to be between \(ByteCount(least)) and \(ByteCount(most))",
                at: tree.position)
            return nil
        }
        return size
    }

    func dataRate(_ key: String) -> DataRate? {
        value(key).flatMap { complaints.quantity($0, key, UnitText.dataRate) }
    }

    func eventRate(_ key: String) -> EventRate? {
        value(key).flatMap { complaints.quantity($0, key, UnitText.eventRate) }
    }

    func probability(_ key: String) -> Probability? {
        value(key).flatMap { complaints.quantity($0, key, UnitText.probability) }
    }

    func address(_ key: String) -> IPAddress? { value(key).flatMap { complaints.address($0, key) } }

    /// One of several words.
    func word<Value>(_ key: String, _ words: @autoclosure () -> [String: Value]) -> Value? {
        value(key).flatMap { complaints.word($0, key, words()) }
    }

    /// A list of texts, or a single one.
    func texts(_ key: String) -> [String] {
        guard let tree = value(key) else { return [] }
        return (tree.items ?? [tree]).compactMap { complaints.text($0, key) }
    }

    /// Complains about every key that nobody asked for.
    func finish(synonyms: @autoclosure () -> [String: String] = [:]) {
        for entry in entries where !asked.contains(entry.key) {
            let hint = synonyms()[entry.key.lowercased()].map { "did you mean \"\($0)\"?" }
            complaints.error(
                "\"\(entry.key.shortened)\" is not a key of \(what)", at: entry.keyPosition,
                hint: hint ?? NearestWord.hintOrList(for: entry.key, among: asked))
        }
    }
}
