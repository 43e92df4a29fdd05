import Glibc
import KernelTestSupport
import Testing

@testable import LinuxSystem

@Suite(.serialized, .needsRoot) struct NftablesTests {
    let namespace: NetworkNamespace
    let nftables: Nftables

    init() throws {
        namespace = try NetworkNamespace.create()
        nftables = try Nftables(in: namespace)
    }

    @Test func namedCountersAreListedByTableAndName() throws {
        try nftables.run(
            """
            table inet t {
                counter seen { packets 5 bytes 700 }
                counter lost { }
            }
            """)
        #expect(
            try nftables.counters() == [
                .init(family: "inet", table: "t", name: "seen"): PacketCount(packets: 5, bytes: 700),
                .init(family: "inet", table: "t", name: "lost"): PacketCount(packets: 0, bytes: 0),
            ])
        #expect(try Nftables(in: .home).counters()[.init(family: "inet", table: "t", name: "seen")] == nil)
    }

    @Test func libraryWorksWhenAllLowDescriptorsAreTaken() throws {
        // libnftables waits with select(2): a descriptor of 1024 or more would end this process.
        var taken: [Int32] = []
        defer { for number in taken { close(number) } }
        while taken.last.map({ $0 < 1100 }) ?? true {
            let number = open("/dev/null", O_RDONLY | O_CLOEXEC)
            try #require(number >= 0)
            taken.append(number)
        }
        // Other tests of this process may take the numbers that are lent: then it is an error, and a next try.
        let counted = (0..<500).lazy.compactMap { _ -> UInt64? in
            guard let crowded = try? Nftables(in: namespace),
                (try? crowded.run("add table inet t; add counter inet t seen")) != nil
            else { return nil }
            return try? crowded.counters()[.init(family: "inet", table: "t", name: "seen")]?.packets
        }.first
        #expect(counted == 0)
    }

    @Test func crowdedDescriptorsMoveOutOfTheWay() throws {
        var taken: [Int32] = []
        defer { for number in taken { close(number) } }
        while taken.last.map({ $0 < 600 }) ?? true {
            let number = open("/dev/null", O_RDONLY | O_CLOEXEC)
            try #require(number >= 0)
            taken.append(number)
        }
        let moved = LowDescriptors.spare(taken.removeLast())
        taken.append(moved)
        #expect(moved >= FD_SETSIZE)
        #expect(fcntl(moved, F_GETFD) == FD_CLOEXEC)
        #expect(LowDescriptors.spare(taken[0]) == taken[0])
    }

    @Test func rulesOfOneCommentAddUp() throws {
        try nftables.run(
            """
            table ip t {
                chain c {
                    counter packets 2 bytes 10 drop comment "a"
                    counter packets 3 bytes 20 drop comment "a"
                    drop comment "uncounted"
                }
            }
            """)
        #expect(try nftables.ruleCounters() == ["a": PacketCount(packets: 5, bytes: 30)])
    }

    @Test func elementsOfSetsAreSpelledAsNftDoes() throws {
        try nftables.run(
            """
            table ip t {
                set s { type ipv4_addr . inet_service; elements = { 10.0.0.1 . 80, 10.0.0.2 . 443 } }
                set n { type ipv4_addr; flags interval; elements = { 10.1.0.0/16, 10.9.0.1-10.9.0.5 } }
            }
            """)
        let sets = try nftables.sets()
        #expect(sets.map(\.description) == ["ip t s", "ip t n"])
        #expect(Set(try nftables.elements(of: sets[0]).map(\.value)) == ["10.0.0.1 . 80", "10.0.0.2 . 443"])
        #expect(try nftables.elements(of: sets[1]).map(\.value) == ["10.1.0.0/16", "10.9.0.1-10.9.0.5"])
    }

    @Test func errorsKeepTheCaretLines() throws {
        let error = #expect(throws: NftablesError.self) {
            try nftables.run("add table ip t\nadd rule ip t nochain drop\n")
        }
        #expect(
            error?.description == """
                nft: line 2:15-21: Error: Could not process rule: No such file or directory
                add rule ip t nochain drop
                              ^^^^^^^
                """)
        #expect(try nftables.run("list ruleset") == "", "a failing list of commands has no effect")
        let syntax = #expect(throws: NftablesError.self) { try nftables.run("add table ip") }
        #expect(
            syntax?.description == """
                nft: Error: syntax error, unexpected newline, expecting string
                add table ip
                            ^
                """)
    }

    @Test func checkingHasNoEffect() throws {
        try nftables.check("add table ip t")
        #expect(try nftables.run("list ruleset") == "")
        #expect(throws: NftablesError.self) { try nftables.check("add rule ip t c drop") }
    }

    @Test func listedTextIsTakenAgain() throws {
        try nftables.run("table ip t { chain c { tcp dport 80 counter packets 1 bytes 2 accept; }; }")
        let text = try nftables.run("list ruleset")
        try nftables.flushRuleset()
        #expect(try nftables.run("list ruleset") == "")
        try nftables.run(text)
        #expect(try nftables.run("list ruleset") == text)
    }

    @Test func namespacesAtTheSameTimeSeeTheirOwnInterfaces() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<4 {
                group.addTask {
                    let namespace = try NetworkNamespace.create()
                    // The interface index of lo is 1 everywhere, that of this one differs.
                    for index in 0...number {
                        let arguments = [
                            "link", "add", "d\(index)", "type", "veth", "peer", "name", "p\(index)",
                        ]
                        try await ChildProcess.runChecked(ChildCommand("ip", arguments, in: namespace))
                    }
                    let nftables = try Nftables(in: namespace)
                    try nftables.run("table ip t { chain c { }; }")
                    for _ in 0..<20 { try nftables.run("add rule ip t c iif d\(number) drop") }
                    let listed = try nftables.run("list ruleset")
                    #expect(listed.components(of: "iif \"d\(number)\" drop") == 20, "\(listed)")
                }
            }
            try await group.waitForAll()
        }
        expectAllThreadsHome()
    }
}

extension String {
    fileprivate func components(of line: String) -> Int {
        split(separator: "\n").count {
            $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") == line
        }
    }
}
