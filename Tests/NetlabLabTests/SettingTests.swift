import Glibc
import KernelTestSupport
import LinuxSystem
import NetlabLab
import NetlabModel
import Netlink
import Testing

/// Every setting of an interface or a node is made with the lab, and changed and taken back by a patch.
@Suite(.needsRoot, .leavesNothingBehind) struct SettingTests {
    struct Setting: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// How the link is made.
        var driver = Link.Driver.direct
        /// The setting, written into the server or the lab.
        var apply: @Sendable (inout LabState) -> Void
        /// What the kernel tells about it.
        var read: @Sendable (NetworkNamespace) throws -> String
        var without: String
        var with: String

        init(
            _ name: String, driver: Link.Driver = .direct, without: String, with: String,
            apply: @escaping @Sendable (inout LabState) -> Void,
            read: @escaping @Sendable (NetworkNamespace) throws -> String
        ) {
            testDescription = name
            self.driver = driver
            self.without = without
            self.with = with
            self.apply = apply
            self.read = read
        }
    }

    private static func link(_ namespace: NetworkNamespace) throws -> LinkInfo {
        try RouteSocket(in: namespace).link(named: "eth0")
    }

    private static func qdisc(_ namespace: NetworkNamespace) throws -> String {
        let route = try RouteSocket(in: namespace)
        return try route.qdiscs(device: "eth0").map(\.kind).joined(separator: " ")
    }

    private static func routes(_ namespace: NetworkNamespace, _ family: AddressFamily) throws -> Int {
        try RouteSocket(in: namespace).routes(family).filter { $0.gateway != nil || $0.type == .blackhole }
            .count
    }

    private static func qdiscSetting(_ qdisc: Qdisc, _ kinds: String) -> Setting {
        Setting(
            "qdisc \(kinds)", without: "noqueue", with: kinds,
            apply: { $0.nodes[1].interfaces[0].qdisc = qdisc }, read: qdisc(_:))
    }

    private static func route(_ destination: String, _ gateway: String?) -> NetlabModel.Route {
        var route = NetlabModel.Route(destination: IPPrefix(destination)!)
        route.gateway = gateway.flatMap { IPAddress($0) }
        if gateway == nil { route.kind = .blackhole }
        return route
    }

    static let settings: [Setting] = [
        qdiscSetting(
            .tbf(rate: DataRate(bitsPerSecond: 1_000_000), burst: ByteCount(2048), limit: ByteCount(3000)),
            "tbf"),
        qdiscSetting(.pfifo(limit: 7), "pfifo"),
        qdiscSetting(.bfifo(limit: ByteCount(7000)), "bfifo"),
        qdiscSetting(.htb(rate: DataRate(bitsPerSecond: 1_000_000), limit: 7), "htb pfifo"),
        qdiscSetting(.fqCodel, "fq_codel"),
        Setting(
            "txqueuelen", without: "1000", with: "7", apply: { $0.nodes[1].interfaces[0].txQueueLength = 7 },
            read: { try "\(link($0).txQueueLength)" }),
        Setting(
            "txqueuelen of a TAP device", driver: .wire, without: "1000", with: "7",
            apply: { $0.nodes[1].interfaces[0].txQueueLength = 7 },
            read: { try "\(link($0).txQueueLength)" }),
        Setting(
            "mtu that IPv6 does not survive", without: "1500, 1 routes of IPv6", with: "68, 0 routes of IPv6",
            apply: { $0.nodes[1].interfaces[0].mtu = 68 },
            read: { try "\(link($0).mtu), \(routes($0, .ipv6)) routes of IPv6" }),
        Setting(
            "down", without: "true", with: "false", apply: { $0.nodes[1].interfaces[0].isUp = false },
            read: { try "\(link($0).isUp)" }),
        Setting(
            "no carrier, kernel", driver: .kernel, without: "true true", with: "true false",
            apply: { $0.nodes[1].interfaces[0].hasCarrier = false },
            read: { try "\(link($0).isUp) \(link($0).isLowerUp)" }),
        Setting(
            "no carrier, wire", driver: .wire, without: "true true", with: "true false",
            apply: { $0.nodes[1].interfaces[0].hasCarrier = false },
            read: { try "\(link($0).isUp) \(link($0).isLowerUp)" }),
        Setting(
            "down behind a middle", driver: .kernel, without: "true", with: "false",
            apply: { $0.nodes[1].interfaces[0].isUp = false }, read: { try "\(link($0).isUp)" }),
        Setting(
            "a second address", without: "1", with: "2",
            apply: { $0.nodes[1].interfaces[0].addresses.append(IPPrefix("10.0.0.7/24")!) },
            read: { namespace in
                try
                    "\(RouteSocket(in: namespace).addresses(ofLink: "eth0").filter { $0.address.count == 4 }.count)"
            }),
        Setting(
            "the address of the other end", without: "[10, 0, 0, 2]", with: "[10, 0, 0, 1]",
            apply: { $0.nodes[1].interfaces[0].addresses[0] = IPPrefix("10.0.0.1/24")! },
            read: { namespace in
                let all = try RouteSocket(in: namespace).addresses(ofLink: "eth0")
                return "\(all.first { $0.address.count == 4 }?.address ?? [])"
            }),
        Setting(
            "routes", without: "0", with: "2",
            apply: {
                $0.nodes[1].routes += [route("10.9.0.0/16", "10.0.0.1"), route("10.8.0.0/16", nil)]
            }, read: { try "\(routes($0, .ipv4))" }),
        Setting(
            "a neighbour", without: "0", with: "1",
            apply: {
                $0.nodes[1].neighbours = [
                    Neighbour(
                        address: IPAddress("10.0.0.77")!, mac: MACAddress("02:00:00:00:00:77")!,
                        device: "eth0")
                ]
            },
            read: { namespace in
                let all = try RouteSocket(in: namespace).neighbours(.ipv4)
                return "\(all.filter { $0.address == [10, 0, 0, 77] && $0.state.contains(.permanent) }.count)"
            }),
        Setting(
            "mac", without: "false", with: "true",
            apply: { $0.nodes[1].interfaces[0].mac = MACAddress("02:00:00:00:00:42") },
            read: { try "\(link($0).mac == [2, 0, 0, 0, 0, 0x42])" }),
        Setting(
            "offloads", without: "true true", with: "false false",
            apply: { $0.nodes[1].interfaces[0].offloads = ["tso": false, "tx-udp-segmentation": false] },
            read: { namespace in
                let active = try EthtoolSocket(in: namespace).features(device: "eth0").active
                let hasTSO = active.contains { $0.hasPrefix("tx-tcp") && $0.hasSuffix("segmentation") }
                return "\(hasTSO) \(active.contains("tx-udp-segmentation"))"
            }),
        Setting(
            "rps", without: "0", with: "1", apply: { $0.nodes[1].interfaces[0].rpsCPUs = 1 },
            read: { namespace in
                let mask = try NamespaceSysfs(of: namespace).read("class/net/eth0/queues/rx-0/rps_cpus")
                return "\(Int(mask.filter { $0 != "," }, radix: 16) ?? -1)"
            }),
    ]

    private static func base(_ driver: Link.Driver) throws -> LabState {
        var state = try LabTests.twoNodes()
        state.links[0].driver = driver
        for index in 0...1 {
            state.nodes[index].sysctls = []
            state.nodes[index].interfaces[0].addresses.append(try #require(IPPrefix("fd00::\(index + 1)/64")))
        }
        state.nodes[1].routes = [route("fd09::/64", "fd00::1")]
        return state
    }

    /// Not every kernel has every qdisc.
    private static let possible = settings.filter { setting in
        setting.testDescription != "qdisc fq_codel" || KernelAbilities.obstacle(toQdisc: "fq_codel") == nil
    }

    @Test(arguments: possible) func isMadeChangedAndTakenBack(_ setting: Setting) async throws {
        let plain = try Self.base(setting.driver)
        var patched = plain
        setting.apply(&patched)
        let changed = patched
        // In the base, then taken back; and the other way round.
        for first in [true, false] {
            let states = first ? [changed, plain, changed] : [plain, changed, plain]
            let (result, teardown) = try await Lab.withLab(named: "settings", foreseeing: states) { lab in
                for (number, state) in states.enumerated() {
                    try await lab.change(to: state)
                    let server = try #require(await lab.namespaces["server"])
                    let isSet = (number % 2 == 0) == first
                    // A device that was made with an address has no other one to go back to.
                    if setting.testDescription == "mac", first, !isSet { continue }
                    #expect(
                        try setting.read(server) == (isSet ? setting.with : setting.without),
                        "state \(number)")
                }
            }
            try result.get()
            #expect(teardown.leaks == [])
        }
    }

    @Test func aDirectLinkCannotLoseItsCarrier() async throws {
        var state = try Self.base(.direct)
        state.nodes[1].interfaces[0].hasCarrier = false
        let wanted = state
        let (result, _) = try await Lab.withLab(named: "settings") { try await $0.change(to: wanted) }
        #expect {
            try result.get()
        } throws: {
            "\($0)"
                == "server/eth0: no carrier: the link cable is direct and always plugged in; "
                + "write driver: auto, kernel or wire"
        }
    }
}

/// Settings of the whole machine: only when allowed, by one lab at a time, and back on every path. What a killed
/// process leaves is `SweepTests`' business.
@Suite(.needsHostRoot, .serialized, .leavesNothingBehind) struct HostSettingTests {
    /// In seconds, and one that no log of this length notices.
    private static let name = "net.core.message_cost"

    private static func state(_ value: String) throws -> LabState {
        var state = try LabTests.twoNodes()
        state.host = [SysctlSetting(name: name, value: value)]
        return state
    }

    private static func read() throws -> String { try Sysctl.read(name, in: .home) }

    /// Other processes may be changing the machine just now; they come to an end.
    private static func waitForTheMachine() async throws {
        for _ in 0..<500 {
            do throws(SystemError) {
                _ = try HostLock()
                return
            } catch {
                guard error.errno == EWOULDBLOCK else { throw error }
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test func areLeftAloneUnlessAllowed() async throws {
        let before = try Self.read()
        let state = try Self.state("7")
        let (result, _) = try await Lab.withLab(named: "host") { try await $0.change(to: state) }
        #expect {
            try result.get()
        } throws: {
            "\($0)".hasSuffix("\(Self.name) is a setting of the whole machine; run with --allow-host-changes")
        }
        #expect(try Self.read() == before)
    }

    @Test func areBackAfterThePhaseTheLabAndAnError() async throws {
        try await Self.waitForTheMachine()
        struct Trouble: Error {}
        let before = try Self.read()
        let (first, second, without) = try (Self.state("7"), Self.state("8"), LabTests.twoNodes())
        let allowed = Lab.Permissions(hostChanges: true)
        let (result, teardown) = try await Lab.withLab(named: "host", permissions: allowed) { lab in
            try await lab.change(to: first)
            #expect(try Self.read() == "7")
            try await lab.change(to: second)
            #expect(try Self.read() == "8")
            try await lab.change(to: without)
            #expect(try Self.read() == before)
            try await lab.change(to: first)
            throw Trouble()
        }
        #expect(throws: Trouble.self) { try result.get() }
        #expect(teardown.leaks == [])
        #expect(try Self.read() == before)
    }

    @Test func areChangedByOneLabAtATime() async throws {
        try await Self.waitForTheMachine()
        let before = try Self.read()
        let (state, other) = try (Self.state("7"), Self.state("9"))
        let allowed = Lab.Permissions(hostChanges: true)
        let (result, _) = try await Lab.withLab(named: "host", permissions: allowed) { lab in
            try await lab.change(to: state)
            let (second, _) = try await Lab.withLab(named: "host-too", permissions: allowed) {
                try await $0.change(to: other)
            }
            #expect(throws: LabError.self) { try second.get() }
            #expect(try Self.read() == "7")
        }
        try result.get()
        #expect(try Self.read() == before)
    }
}
