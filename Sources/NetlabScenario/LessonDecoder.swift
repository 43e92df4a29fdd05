import NetlabModel

/// Reads `lesson:` and `requires:`.
enum LessonDecoder {
    static func lesson(_ root: NodeReader) -> Lesson {
        guard let tree = root.value("lesson"), let reader = NodeReader(tree, "a lesson", root.complaints)
        else {
            return Lesson()
        }
        func text(_ key: String) -> String { reader.text(key).map(trimmed) ?? "" }
        let lesson = Lesson(
            symptom: text("symptom"), look: text("look"), cause: text("cause"), cure: text("cure"),
            hints: reader.texts("hints").map(trimmed), formerly: text("formerly"),
            sources: reader.texts("sources").map(trimmed))
        reader.finish(synonyms: ["hint": "hints", "source": "sources", "fix": "cure", "remedy": "cure"])
        return lesson
    }

    private static func trimmed(_ text: String) -> String {
        var text = text[...]
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }

    static func requirements(_ root: NodeReader) -> Set<Need> {
        let complaints = root.complaints
        guard let tree = root.value("requires"), let reader = NodeReader(tree, "requires", complaints) else {
            return []
        }
        var needs: Set<Need> = []
        if let tree = reader.value("kernel"), let range = kernelRange(tree, complaints) {
            needs.insert(.kernel(atLeast: range.atLeast, below: range.below))
        }
        needs.formUnion(reader.texts("programs").map { .program($0) })
        needs.formUnion(reader.texts("sysctls").map { .sysctl($0) })
        needs.formUnion(reader.texts("qdiscs").map { .qdisc($0) })
        needs.formUnion(reader.texts("devices").map { .device($0) })
        if let cpus = reader.integer("cpus", in: 1...4096) { needs.insert(.cpus(cpus)) }
        if let length = reader.text("virtual-time") { needs.insert(.virtualTime(length: length)) }
        if let why = reader.text("root") { needs.insert(.realRoot(why: why)) }
        reader.finish(synonyms: ["program": "programs", "sysctl": "sysctls", "cpu": "cpus"])
        return needs
    }

    /// `>= 5.10 < 6.12`, either half alone.
    static func kernelRange(_ tree: YAMLTree, _ complaints: Complaints) -> KernelRange? {
        guard let text = complaints.text(tree, "kernel") else { return nil }
        guard let range = KernelRange(text) else {
            complaints.error(
                "kernel: \"\(text.shortened)\" is not a range of releases", at: tree.position,
                hint: "write \">= 5.10\", \"< 4.12\", or \">= 5.10 < 6.12\"")
            return nil
        }
        return range
    }
}
