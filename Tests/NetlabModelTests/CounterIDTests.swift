import NetlabModel
import Testing

@Suite("Counter IDs")
struct CounterIDTests {
    @Test(arguments: [
        "TcpExt.ListenOverflows", "Ip.InReceives", "MPTcpExt.MPCurrEstab", "link:rx_dropped", "qdisc:backlog",
        "softnet:dropped", "conntrack:insert_failed", "drop:NETFILTER_DROP", "listen:80 recv_q",
        "sockets:TIME_WAIT", "skmem:5000 drops", "neigh:FAILED", "pmtu:10.0.0.2", "pmtu:2001:db8::1",
        "metrics:10.0.0.2 rtt", "rule:lose-first-syn", "impair:lossy", "packet:synack mss",
        "log:syn-flooding",
        "sockstat:TCP inuse", "IcmpMsg.InType3",
    ])
    func kernelSpellingIsReadAndWritten(text: String) throws {
        let id = try #require(CounterID(text))
        #expect(id.description == text)
        #expect(id.family.isMIB == !text.contains(":"))
    }

    @Test(arguments: [
        "", "ListenOverflows", "TcpExt", "TcpExt.", "TcpExt:ListenOverflows", "link.rx_dropped",
        "tcpext.ListenDrops",
        "listen:80", "rule:a b", "link:rx_dropped now", "listen:80 recv_q more", "nothing:at_all",
    ])
    func whatIsNoCounterIsRefused(text: String) {
        #expect(CounterID(text) == nil)
    }

    @Test(arguments: [
        ("listen:80 recv_q", true), ("sockets:TIME_WAIT", true), ("Tcp.CurrEstab", true),
        ("Tcp.InSegs", false),
        ("Ip.DefaultTTL", true), ("link:mtu", true), ("link:rx_dropped", false), ("qdisc:qlen", true),
        ("qdisc:dropped", false), ("conntrack:entries", true), ("conntrack:drop", false), ("rule:r", false),
        ("drop:NO_SOCKET", false), ("impair:i", false), ("packet:synack mss", true),
    ])
    func gaugesAreToldFromCounters(text: String, isGauge: Bool) throws {
        #expect(try #require(CounterID(text)).isGauge == isGauge)
    }

    @Test(arguments: [
        ("softnet:dropped", true), ("log:syn-flooding", true), ("sockstat:TCP orphan", true),
        ("sockstat:TCP inuse", false), ("TcpExt.TW", false),
    ])
    func countersOfTheWholeMachineAreKnown(text: String, isHostWide: Bool) throws {
        #expect(try #require(CounterID(text)).isHostWide == isHostWide)
    }

    @Test func everyFamilyIsReadFromItsOwnName() {
        for family in CounterFamily.allCases {
            let mark = family.isMIB ? "." : ":"
            let rest = family.shape == .selectorAndName ? "a b" : "a"
            #expect(CounterID("\(family.rawValue)\(mark)\(rest)")?.family == family)
        }
    }
}

@Suite("Packet matches")
struct PacketMatchTests {
    @Test(arguments: [
        "tcp data dport 80", "synack", "udp size 100..200", "icmp frag-needed", "port 53", "arp",
        "later-fragment",
        "ack sport 80", "fin", "rst", "ipv6",
    ])
    func matchIsReadAndWritten(text: String) throws {
        #expect(try PacketMatch(parsing: text).description == text)
    }

    @Test func anyMatchesEverything() throws {
        #expect(try PacketMatch(parsing: "any") == .any)
        #expect(try PacketMatch(parsing: "") == .any)
        #expect(PacketMatch.any.description == "any")
    }

    @Test(arguments: [
        ("tpc", "\"tpc\" is not a word for packets; the words are ack, arp, data, "),
        ("dport", "\"dport\" wants a number; write dport 80"),
        ("size 200..100", "\"size\" wants a number; write size 80..1500"),
        ("port x", "\"port\" wants a number; write port 80"),
    ])
    func whatIsNoMatchIsRefused(text: String, message: String) {
        let error = #expect(throws: UnitError.self) { try PacketMatch(parsing: text) }
        #expect(error?.description.hasPrefix(message) == true)
    }
}
