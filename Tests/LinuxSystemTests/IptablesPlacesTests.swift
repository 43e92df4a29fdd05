import Testing

@testable import LinuxSystem

/// Rules told apart by where they stand.
@Suite struct IptablesPlacesTests {
    private static func program(
        _ backend: Iptables.Backend = .legacy, _ family: Iptables.Family = .ipv4
    ) -> Iptables {
        Iptables(family: family, backend: backend, program: "iptables", version: "1.8.9", namespace: .home)
    }

    private static func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }

    /// Chains of two tables, each rule with a count of its own.
    private static let saved = """
        *filter
        :INPUT ACCEPT [0:0]
        [1:60] -A INPUT -p tcp -j DROP
        [2:120] -A INPUT -p tcp -j DROP
        [3:180] -A INPUT -p udp -j DROP
        COMMIT
        *nat
        :POSTROUTING ACCEPT [0:0]
        [4:240] -A POSTROUTING -o wan -j MASQUERADE
        COMMIT
        """

    private static func packets(_ places: IptablesPlaces, _ program: Iptables = program()) throws -> [String:
        UInt64]
    {
        try places.counters(in: saved, of: program).mapValues(\.packets)
    }

    @Test func rulesAreCountedInTheOrderTheyWereAppendedAndInserted() throws {
        var places = IptablesPlaces()
        #expect(places.isEmpty)
        places.add("b", Self.words("-A INPUT -p tcp -j DROP"), to: Self.program())
        places.add("a", Self.words("-I INPUT -p tcp -j DROP"), to: Self.program())
        places.add("c", Self.words("--table filter --insert INPUT 3 -p udp -j DROP"), to: Self.program())
        places.add("wan", Self.words("-t nat --append POSTROUTING -o wan -j MASQUERADE"), to: Self.program())
        // They put no rule anywhere.
        places.add("policy", Self.words("-P INPUT DROP"), to: Self.program())
        places.add("chain", Self.words("-N mine"), to: Self.program())
        #expect(try Self.packets(places) == ["a": 1, "b": 2, "c": 3, "wan": 4])
    }

    @Test func rulesOfOneNameAddUp() throws {
        var places = IptablesPlaces()
        for name in ["same", "other", "same"] { places.add(name, ["-A", "INPUT"], to: Self.program()) }
        #expect(try Self.packets(places) == ["same": 4, "other": 2])
    }

    @Test func removedRuleIsNamedByItsNumberAndTheOthersMoveUp() throws {
        var places = IptablesPlaces()
        let line = Self.words("-A INPUT -p tcp -j DROP")
        for name in ["a", "b", "c", "d"] { places.add(name, line, to: Self.program()) }
        #expect(places.remove("b", line, from: Self.program()) == ["-t", "filter", "-D", "INPUT", "2"])
        #expect(try Self.packets(places) == ["a": 1, "c": 2, "d": 3])
        #expect(places.remove("b", line, from: Self.program()) == nil)
        #expect(places.remove("a", Self.words("-P INPUT DROP"), from: Self.program()) == nil)
        #expect(places.remove("a", line, from: Self.program(.nft)) == nil)
    }

    @Test func eachProgramHasChainsOfItsOwn() throws {
        var places = IptablesPlaces()
        places.add("wan", Self.words("-t nat -A POSTROUTING -j MASQUERADE"), to: Self.program())
        #expect(try Self.packets(places, Self.program(.nft)) == [:])
        #expect(try Self.packets(places, Self.program(.legacy, .ipv6)) == [:])
        #expect(try Self.packets(places) == ["wan": 4])
    }

    @Test func chainWithRulesOfSomebodyElseIsNotGuessedAt() throws {
        var places = IptablesPlaces()
        places.add("a", ["-A", "INPUT"], to: Self.program())
        #expect {
            try Self.packets(places)
        } throws: {
            "\($0)".hasPrefix("the chain INPUT of the table filter has 3 rules instead of 1")
        }
        // Gone altogether.
        var lost = IptablesPlaces()
        lost.add("a", ["-A", "OUTPUT"], to: Self.program())
        #expect(throws: IptablesPlaces.Strangers.self) { try Self.packets(lost) }
    }
}
