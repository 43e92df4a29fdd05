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
        for record in records {
            let scenario = record.scenario.name
            if let cause = cause(record) { absent[scenario] = cause } else { ran.insert(scenario) }
            for phase in record.phases {
                for readings in phase.after.readings.values {
                    live.formUnion(readings.keys.filter(isKernels))
                }
                for place in CounterMovement(phase).risen.keys where isKernels(place.id) {
                    moved[place.id, default: []].insert(scenario)
                }
            }
        }
        var families: [CounterFamily: CounterCoverage.Family] = [:]
        for name in live.union(moved.keys).sorted() {
            guard let id = CounterID(name) else { continue }
            var family =
                families[id.family]
                ?? CounterCoverage.Family(
                    name: id.family.rawValue, isHostWide: id.isHostWide, moved: [:], still: [])
            if let scenarios = moved[name] {
                family.moved[name] = scenarios.sorted()
            } else {
                family.still.append(name)
            }
            families[id.family] = family
        }
        return CounterCoverage(
            kernel: records.first?.host.kernel ?? "", scenarios: ran.sorted(),
            absent: absent.filter { !ran.contains($0.key) },
            families: families.values.sorted { $0.name < $1.name })
    }

    /// Whether an ID names a counter that the kernel has of itself, whatever the scenario.
    private static func isKernels(_ name: String) -> Bool {
        guard let id = CounterID(name), !id.isGauge else { return false }
        switch id.family {
        case .rule, .impair, .packet, .listen, .socketMemory, .tcpMetrics, .mtu: return false
        default: return true
        }
    }

    /// Why a run did not go through all its phases; nil if it did.
    private static func cause(_ record: RunRecord) -> String? {
        if let missing = record.missing.first { return "\(missing.need): \(missing.reason)" }
        return record.failure ?? record.interruption
    }
}
