import Glibc
import LinuxSystem
import NetlabLab
import NetlabModel

/// A lab of two nodes and an impaired link, made again and again: what it costs, and whether the same packets die.
struct RepeatedLab: Sendable {
    let driver: Link.Driver
    private static let count = 300

    /// Milliseconds for set-up plus teardown, of one lab after the other.
    func times(_ labs: Int) async throws -> [Double] {
        var times: [Double] = []
        for _ in 0..<labs {
            let state = state
            let start = MonotonicClock.now()
            let (result, _) = try await Lab.withLab(named: "benchmark", foreseeing: [state]) { lab in
                try await lab.change(to: state)
            }
            _ = try result.get()
            times.append(Double(MonotonicClock.now() - start) / 1e6)
        }
        return times
    }

    /// The numbers of the datagrams that were lost, of 300, in so many labs, eight at a time.
    func losses(_ runs: Int) async throws -> Outcomes {
        let outcomes = Outcomes()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    for _ in 0..<(runs + 7 - worker) / 8 { outcomes.add(try await lost()) }
                }
            }
            try await group.waitForAll()
        }
        return outcomes
    }

    /// What the wire decides by chance and by number; of the kernel only what it decides by number.
    private var impairments: [NamedImpairment] {
        let none = Probability(0)
        let patterns = [
            NamedImpairment(
                name: "seventh", from: nil, match: PacketMatch([.udp]),
                impairment: .pattern(PacketPattern(.drop, .every(7)))),
            NamedImpairment(
                name: "some", from: nil, match: PacketMatch([.udp, .destinationPort(5000)]),
                impairment: .pattern(PacketPattern(.drop, .numbers([2, 3, 5, 100, 200])))),
        ]
        guard driver == .wire else { return patterns }
        let bursts = LossModel.gilbertElliott(
            p: Probability(0.05), r: Probability(0.4), lossInBad: Probability(0.8),
            lossInGood: Probability(0.01))
        return [
            NamedImpairment(name: "bursts", from: nil, impairment: .loss(bursts)),
            NamedImpairment(
                name: "loss", from: nil, impairment: .loss(.random(Probability(0.05), correlation: none))),
            NamedImpairment(
                name: "twice", from: nil, impairment: .duplicate(Probability(0.05), correlation: none)),
            NamedImpairment(
                name: "broken", from: nil, impairment: .corrupt(Probability(0.02), correlation: none)),
        ] + patterns
    }

    private var state: LabState {
        var state = LabState()
        let names = ["client", "server"]
        for (index, name) in names.enumerated() {
            var node = Node(name: name)
            var interface = Interface(name: "eth0")
            interface.addresses = IPPrefix("10.0.0.\(index + 1)/24").map { [$0] } ?? []
            interface.mac = MACAddress("02:00:00:00:00:0\(index + 1)")
            node.interfaces = [interface]
            node.sysctls = [SysctlSetting(name: "net.ipv6.conf.all.disable_ipv6", value: "1")]
            // While an address is being resolved, datagrams overtake one another before they reach the link.
            if let address = IPAddress("10.0.0.\(2 - index)"),
                let mac = MACAddress("02:00:00:00:00:0\(2 - index)")
            {
                node.neighbours = [Neighbour(address: address, mac: mac, device: "eth0")]
            }
            state.nodes.append(node)
        }
        var link = Link(name: "cable", ends: names.map { InterfaceID(node: $0, interface: "eth0") })
        link.driver = driver
        link.seed = 7
        link.allowsSuperPackets = false
        link.impairments = impairments
        state.links = [link]
        return state
    }

    private func lost() async throws -> String {
        let state = state
        let (result, _) = try await Lab.withLab(named: "benchmark", foreseeing: [state]) { lab in
            try await lab.change(to: state)
            let namespaces = await lab.namespaces
            guard let client = namespaces["client"], let server = namespaces["server"] else {
                throw SystemError("find the nodes", errno: ENOENT)
            }
            let receiver = try BenchmarkSocket(in: server, stream: false)
            try receiver.bind(port: 5000)
            let sender = try BenchmarkSocket(in: client, stream: false)
            try sender.connect(port: 5000)
            try await BlockingWork.run(named: "sender") {
                for number in 0..<Self.count { try sender.send(number: number) }
            }
            while true {
                let account = try await lab.linkReadings()["cable"]?.accounts.first {
                    $0.from == "client/eth0"
                }
                guard let account else { throw SystemError("read the books", errno: ENOENT) }
                if account.offered.packets >= Self.count, account.inFlight == .none, account.residual == .none
                {
                    break
                }
                try await Task.sleep(for: .milliseconds(1))
            }
            let seen = try await BlockingWork.run(named: "receiver") { receiver.numbers() }
            return Self.text((0..<Self.count).filter { !seen.contains($0) })
        }
        return try result.get()
    }

    private static func text(_ numbers: [Int]) -> String {
        "\(numbers.count) of \(count) lost: \(numbers.map(String.init).joined(separator: " "))"
    }
}
