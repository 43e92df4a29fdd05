import NetlabModel

/// Counts which counters of a kernel the runs of many scenarios moved.
public enum CoverageCount {
    /// Lays the records of many scenarios together.
    ///
    /// A counter is moved if it rose in any phase of any run. Gauges are left out, and so are rows that a scenario
    /// itself brings with it: rules, impairments, sockets by port, packets seen. Rows that the kernel only makes when
    /// they first move (types of ICMP) have no counterpart that stays still.
    /// - Parameters:
    ///   - records: one or more for each scenario.
    ///   - dropReasons: the names this kernel has; empty where they cannot be read.
    public static func count(_ records: [RunRecord], dropReasons: some Sequence<String>) -> CounterCoverage {
        var live: Set<String> = Set(dropReasons.map { CounterID(.drop, $0).description })
        var moved: [String: Set<String>] = [:]
        var ran: Set<String> = []
        var absent: [String: String] = [:]
        // The n-th run of each scenario belongs to the n-th pass.
        var runs: [String: Int] = [:]
        var passes: [Set<String>] = []
        for record in records {
            let scenario = record.scenario.name
            if let cause = cause(record) { absent[scenario] = cause } else { ran.insert(scenario) }
            let pass = runs[scenario, default: 0]
            runs[scenario] = pass + 1
            if passes.count <= pass { passes.append([]) }
            for phase in record.phases {
                for readings in phase.after.readings.values {
                    live.formUnion(readings.keys.filter(isKernels))
                }
                for place in CounterMovement(phase).risen.keys where isKernels(place.id) {
                    moved[place.id, default: []].insert(scenario)
                    passes[pass].insert(place.id)
                }
            }
        }
        let steady = passes.dropFirst().reduce(passes.first ?? []) { $0.intersection($1) }
        var families: [CounterFamily: CounterCoverage.Family] = [:]
        for name in live.union(moved.keys).sorted() {
            guard let id = CounterID(name) else { continue }
            var family =
                families[id.family]
                ?? CounterCoverage.Family(
                    name: id.family.rawValue, isHostWide: id.isHostWide, moved: [:], still: [])
            if let scenarios = moved[name] {
                family.moved[name] = scenarios.sorted()
                if !steady.contains(name) { family.unsteady.append(name) }
            } else if let reason = ImmovableCounters.reason(id) {
                family.immovable[name] = reason
            } else {
                family.still.append(name)
            }
            families[id.family] = family
        }
        return CounterCoverage(
            kernel: records.first?.host.kernel ?? "", scenarios: ran.sorted(),
            absent: absent.filter { !ran.contains($0.key) },
            families: families.values.sorted { $0.name < $1.name }, passes: passes.count)
    }

    /// Counter → the scenarios whose fault moves it, those first in which nothing else does; what nearly every
    /// scenario moves is left out.
    ///
    /// - Parameter plans: by name of the scenario, for the roles of its phases.
    public static func movers(_ records: [RunRecord], plans: [String: Plan]) -> [String: [String]] {
        var faults: [String: [String: Int]] = [:]
        var runs: [String: Int] = [:]
        var healthy: [String: Set<String>] = [:]
        for record in records where cause(record) == nil {
            let scenario = record.scenario.name
            guard let plan = plans[scenario] else { continue }
            runs[scenario, default: 0] += 1
            var ids: Set<String> = []
            for phase in record.phases {
                let risen = CounterMovement(phase).risen.keys.map(\.id).filter(isKernels)
                switch plan.phases.first(where: { $0.name == phase.name })?.role {
                case .fault: ids.formUnion(risen)
                case .control: for id in risen { healthy[id, default: []].insert(scenario) }
                case .recovery, nil: continue
                }
            }
            for id in ids { faults[id, default: [:]][scenario, default: 0] += 1 }
        }
        return faults.compactMapValues { counts -> [String]? in
            let always = counts.filter { $0.value == runs[$0.key] }.map(\.key)
            guard !always.isEmpty, always.count * 2 < runs.count else { return nil }
            return always
        }.reduce(into: [:]) { movers, entry in
            let plain = healthy[entry.key] ?? []
            movers[entry.key] = entry.value.sorted {
                (plain.contains($0) ? 1 : 0, $0) < (plain.contains($1) ? 1 : 0, $1)
            }
        }
    }

    /// Whether an ID names a counter that the kernel has of itself, whatever the scenario.
    private static func isKernels(_ name: String) -> Bool {
        guard let id = CounterID(name), !id.isGauge else { return false }
        switch id.family {
        case .rule, .set, .impair, .packet, .listen, .socketMemory, .tcpMetrics, .mtu, .trafficClass, .filter:
            return false
        default: return true
        }
    }

    /// Why a run did not go through all its phases; nil if it did.
    private static func cause(_ record: RunRecord) -> String? {
        if let missing = record.missing.first { return "\(missing.need): \(missing.reason)" }
        return record.failure ?? record.interruption
    }
}
