import NetlabModel

/// Turns the text of a scenario into a plan.
public enum ScenarioParser {
    /// Reads, validates and binds a whole file, and tells everything that is wrong with it at once.
    ///
    /// - Parameters:
    ///   - source: the text, and parameters that override the file's own.
    ///   - withholding: the name of a phase whose changes are left out: the negative control of a scenario. The
    ///     phase then has the state of the phase before it, and its own expectations.
    /// - Returns: the plan, nil if and only if there is an error among the diagnostics; these in order of position.
    public static func parse(
        _ source: ScenarioSource, withholding: String? = nil
    ) -> (plan: Plan?, diagnostics: [Diagnostic]) {
        // Nothing is done with the text of a file that is too large, not even counting its lines.
        let isReadable = source.text.utf8.count <= YAMLReader.sizeLimit
        let complaints = Complaints(text: isReadable ? source.text : "")
        let plan = ScenarioBuilder(source: source, complaints: complaints).plan(withholding: withholding)
        return (complaints.hasErrors ? nil : plan, complaints.sorted)
    }
}

/// One reading of one file.
struct ScenarioBuilder {
    let source: ScenarioSource
    let complaints: Complaints

    func plan(withholding: String?) -> Plan? {
        guard var tree = YAMLReader.read(source.text, complaints) else { return nil }
        if tree.entries != nil {
            let overrides = source.parameters.filter { $0.key != ScenarioSource.driverParameter }
            var parameters = Parameters(tree["params"], overrides: overrides, complaints)
            tree = .mapping(
                (tree.entries ?? []).map { entry in
                    var entry = entry
                    if entry.key != "params" { entry.value = parameters.fill(entry.value, complaints) }
                    return entry
                }, at: tree.position)
            parameters.complainAboutUnused(complaints)
        }
        tree = recovered(tree)
        guard let root = NodeReader(tree, "a scenario", complaints, hint: "start with: title: …") else {
            return nil
        }
        _ = root.value("params")
        let title = root.required("title").flatMap { complaints.text($0, "title") } ?? ""
        let tags = root.texts("tags")
        let takes = root.duration("takes")
        let base = StateTree(root: root)
        let drafts = PhaseDraft.all(in: root, flows: base.traffic.map(\.key))
        let lesson = LessonDecoder.lesson(root)
        let requirements = LessonDecoder.requirements(root)
        let allowsDuplicates = root.boolean("duplicate-address") ?? false
        root.finish(synonyms: [
            "name": "title", "parameters": "params", "flows": "traffic", "topology": "nodes",
            "steps": "phases",
            "description": "lesson", "links-": "links", "require": "requires",
        ])

        let trees = states(base, drafts, withholding: nil, complaints)
        var context = LabReader.context(of: [base] + trees.flatMap { [$0.start] + $0.steps })
        context.driver = driver()
        var reader = LabReader(complaints: complaints, context: context)
        let baseState = reader.state(base)
        LabSense(complaints: complaints, tree: base, state: baseState, allowsDuplicates: allowsDuplicates)
            .check()
        var flows: [Flow] = []
        let unbound = zip(drafts, trees).map { draft, trees in phase(draft, trees, &reader, &flows) }
        var checked = base
        for (phase, trees) in zip(unbound, trees) {
            let states = [phase.state] + phase.steps.map(\.state)
            for (state, tree) in zip(states, [trees.start] + trees.steps) {
                LabSense(complaints: complaints, tree: tree, state: state, allowsDuplicates: true)
                    .checkRoutes(since: checked)
                checked = tree
            }
        }
        var phases = ExpectationBinder(
            complaints: complaints, drafts: drafts, phases: unbound, flowNames: base.traffic.map(\.key),
            flows: flows
        ).bound()
        FlowSense(complaints: complaints, tree: base, phases: phases).check()
        let needs = requirements.union(NeedDeriver.needs(of: phases))
        if let withholding {
            guard drafts.contains(where: { $0.name == withholding }) else {
                complaints.error(
                    "there is no phase \"\(withholding.shortened)\" to withhold",
                    at: root.keyPosition("phases"),
                    hint: NearestWord.hintOrList(for: withholding, among: drafts.map(\.name)))
                return nil
            }
            // What a later phase removes may never have come: that is no mistake of the author's.
            let withheld = states(base, drafts, withholding: withholding, Complaints(text: ""))
            for (index, trees) in withheld.enumerated() {
                let changed = phase(drafts[index], trees, &reader, &flows)
                phases[index].state = changed.state
                phases[index].flows = changed.flows
                phases[index].steps = changed.steps
                if drafts[index].name == withholding { phases[index].patchText = [] }
            }
        }
        return Plan(
            source: source, title: title, tags: tags, phases: phases, lesson: lesson, needs: needs,
            takes: takes)
    }

    /// The driver that was asked for besides the file.
    private func driver() -> Link.Driver? {
        guard let word = source.parameters[ScenarioSource.driverParameter] else { return nil }
        if let driver = Link.Driver(rawValue: word), driver == .kernel || driver == .wire { return driver }
        complaints.error(
            "\"\(word.shortened)\" is not a driver to choose", at: SourcePosition(line: 1, column: 1),
            hint: "choose kernel or wire")
        return nil
    }

    private static let keys = [
        "title", "tags", "takes", "params", "nodes", "links", "traffic", "phases", "lesson", "requires",
        "host",
        "duplicate-address",
    ]

    /// Takes a misspelt key for the one it resembles, after complaining: everything below it would otherwise
    /// seem to be missing.
    private func recovered(_ tree: YAMLTree) -> YAMLTree {
        guard var entries = tree.entries else { return tree }
        for index in entries.indices where !Self.keys.contains(entries[index].key) {
            guard let near = NearestWord.nearest(to: entries[index].key, among: Self.keys), tree[near] == nil
            else { continue }
            complaints.error(
                "\"\(entries[index].key.shortened)\" is not a key of a scenario",
                at: entries[index].keyPosition,
                hint: "did you mean \"\(near)\"?")
            entries[index].key = near
        }
        return .mapping(entries, at: tree.position)
    }

    // MARK: States

    private struct PhaseTrees {
        var start: StateTree
        var steps: [StateTree]
    }

    /// Each phase's state is the one at the end of the phase before, with its own `set:` laid over.
    private func states(
        _ base: StateTree, _ drafts: [PhaseDraft], withholding: String?, _ complaints: Complaints
    ) -> [PhaseTrees] {
        var current = base
        return drafts.map { draft in
            guard draft.name != withholding else { return PhaseTrees(start: current, steps: []) }
            if let set = draft.set { current.apply(set, flowsMayChange: true, complaints) }
            let start = current
            let steps = draft.steps.map { step in
                current.apply(step.set, flowsMayChange: false, complaints)
                return current
            }
            return PhaseTrees(start: start, steps: steps)
        }
    }

    private func phase(
        _ draft: PhaseDraft, _ trees: PhaseTrees, _ reader: inout LabReader, _ all: inout [Flow]
    ) -> PhasePlan {
        let state = reader.state(trees.start)
        let flows = reader.flows(trees.start, in: state)
        all += flows
        let steps = zip(draft.steps, trees.steps).map { step, tree in
            TimedStep(at: step.at, state: reader.state(tree))
        }
        return PhasePlan(
            name: draft.name, role: draft.role, state: state,
            flows: flows.filter { draft.traffic?.contains($0.name) ?? true }, steps: steps,
            isFresh: draft.isFresh, expectations: [], patchText: draft.patchText, position: draft.position)
    }
}
