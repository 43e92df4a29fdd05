import NetlabModel
import Testing

@testable import NetlabExplain

@Suite struct ExplanationTests {
    @Test func explanationSaysWhatWhereSinceWhenAndHow() throws {
        let id = try #require(CounterID("TcpExt.ListenOverflows"))
        let found = try #require(Explanations.explanation(for: id))
        #expect(found.id == "TcpExt.ListenOverflows")
        #expect(found.text.hasPrefix("Connections turned away because the listener's accept queue was full"))
        #expect(found.raisedAt.contains("net/ipv4/tcp_ipv4.c: tcp_v4_syn_recv_sock"))
        #expect(found.since == "by 5.10")
        #expect(found.movesWith.contains("TcpExt.ListenDrops"))
        #expect(found.movesWith.contains("listen:PORT recv_q"))
        #expect(found.howToRead == "nstat -asz TcpExtListenOverflows")
        #expect(!found.isGauge)
        #expect(!found.isHostWide)
    }

    @Test(arguments: [
        ("listen:8080 recv_q", "listen:PORT recv_q"), ("skmem:5000 drops", "skmem:PORT drops"),
        ("pmtu:10.0.0.2", "pmtu:ADDRESS"), ("rule:lottery", "rule:NAME"), ("impair:offered", "impair:NAME"),
        ("metrics:10.0.0.2 rtt", "metrics:ADDRESS NAME"), ("packet:synack mss", "packet:KIND NAME"),
        ("log:syn-flooding", "log:NAME"), ("IcmpMsg.InType3", "IcmpMsg.InType3"),
        ("Icmp6.OutType135", "Icmp6.OutType135"), ("IcmpMsg.InType200", "IcmpMsg.InType200"),
        ("drop:NO_SOCKET", "drop:NO_SOCKET"), ("sockets:ORPHAN", "sockets:ORPHAN"),
    ])
    func freePartsOfANameDoNotMatter(text: String, id: String) throws {
        let counter = try #require(CounterID(text))
        let found = try #require(Explanations.explanation(for: counter))
        #expect(found.id == id)
        #expect(!found.howToRead.isEmpty)
    }

    @Test func controlMessageTypesAreNamed() throws {
        let id = try #require(CounterID("Icmp6.InType2"))
        let found = try #require(Explanations.explanation(for: id))
        #expect(found.text == "ICMPv6 messages of type 2 (packet too big) received.")
        #expect(found.movesWith == ["Icmp6.InPktTooBigs"])
        let other = try #require(CounterID("IcmpMsg.OutType99"))
        let unnamed = try #require(Explanations.explanation(for: other))
        #expect(unnamed.text == "ICMP messages of type 99 sent.")
    }

    @Test(arguments: [
        "TcpExt.Nonsense", "drop:NONSENSE", "IcmpMsg.InType300", "link:rx_nonsense", "Ip.ListenDrops",
    ])
    func unknownNamesHaveNoExplanation(text: String) throws {
        #expect(Explanations.explanation(for: try #require(CounterID(text))) == nil)
    }

    @Test(arguments: [
        ("TcpExt.ListenDrops", ["TcpExt.ListenDrops"]), ("TcpExtListenDrops", ["TcpExt.ListenDrops"]),
        ("listendrops", ["TcpExt.ListenDrops"]), ("NO_SOCKET", ["drop:NO_SOCKET"]),
        ("NoPorts", ["Udp.NoPorts", "UdpLite.NoPorts", "Udp6.NoPorts", "UdpLite6.NoPorts"]),
        ("no_such_thing", []),
    ])
    func peopleAreUnderstood(text: String, ids: [String]) {
        #expect(Explanations.find(text).map(\.id) == ids)
    }

    @Test(arguments: [
        ("TcpExt.ListenOverflow", "TcpExt.ListenOverflows"),
        ("TcpExt.LsitenOverflows", "TcpExt.ListenOverflows"),
        ("Tcp.RetransSeg", "Tcp.RetransSegs"), ("link:rx_droped", "link:rx_dropped"),
        ("drop:NETFILTER", "drop:NETFILTER_DROP"), ("overflows", "TcpExt.ListenOverflows"),
    ])
    func nearestNamesAreSuggestedFirst(text: String, first: String) {
        #expect(Explanations.suggestions(for: text).first == first)
    }

    @Test func nothingNearMeansNoSuggestion() {
        #expect(Explanations.suggestions(for: "qqqqzzzzqqqqzzzz") == [])
        #expect(Explanations.suggestions(for: "") == [])
    }

    @Test func everyTextIsASentenceAndShort() {
        #expect(Explanations.all.count > 600)
        for explanation in Explanations.all {
            #expect(explanation.text.hasSuffix("."), "\(explanation.id)")
            #expect(
                explanation.text.first.map { $0.isUppercase || $0.isNumber || $0 == "\"" } == true,
                "\(explanation.id)")
            #expect((15...300).contains(explanation.text.count), "\(explanation.id)")
            #expect(!explanation.text.contains("  "), "\(explanation.id)")
        }
    }

    @Test func everyReferenceLeadsToAnExplanation() throws {
        for explanation in Explanations.all {
            for other in explanation.movesWith {
                let id = try #require(CounterID(other), "\(explanation.id): \(other)")
                #expect(Explanations.explanation(for: id) != nil, "\(explanation.id): \(other)")
                #expect(other != explanation.id)
            }
        }
    }

    @Test func noNameIsExplainedTwice() {
        let ids = Explanations.all.map(\.id)
        #expect(Set(ids).count == ids.count)
    }

    @Test func tablesKeepTheirEntriesApart() {
        let entries = ExplanationTables.entries(
            """
            First: One: with a colon,
                and a second line.
              with: Other, drop:X
              at: a.c: f, g; b.h: h; …
              since: by 5.10
            Second: Two.
            """)
        #expect(entries.map(\.name) == ["First", "Second"])
        #expect(entries[0].text == "One: with a colon, and a second line.")
        #expect(entries[0].movesWith == ["Other", "drop:X"])
        #expect(entries[0].raisedAt == ["a.c: f", "a.c: g", "b.h: h", "…"])
        #expect(entries[0].since == "by 5.10")
        #expect(entries[1] == ExplanationTables.Entry(name: "Second", text: "Two."))
    }
}
