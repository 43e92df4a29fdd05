import NetlabModel
import Testing

@testable import NetlabProbe

@Suite struct ProcNetParserTests {
    @Test(arguments: [
        (ProcNetFile.snmp, "snmp", "Icmp.InDestUnreachs", Int64(1)),
        (.snmp, "snmp", "Udp.NoPorts", 1),
        (.snmp, "snmp", "IcmpMsg.InType3", 1),
        (.snmp, "snmp", "IcmpMsg.OutType8", 0),
        (.snmp, "snmp", "Tcp.MaxConn", -1),
        (.snmp, "snmp", "Tcp.RtoMax", 120_000),
        (.netstat, "netstat", "IpExt.InNoECTPkts", 10),
        (.netstat, "netstat", "MPTcpExt.MPTCPRetrans", 0),
        (.snmp6, "snmp6", "Udp6.NoPorts", 1),
        (.snmp6, "snmp6", "Icmp6.OutType1", 1),
        (.snmp6, "snmp6", "Icmp6.InType128", 0),
        (.snmp6, "snmp6", "UdpLite6.InErrors", 0),
        (.sockstat, "sockstat", "sockstat:TCP inuse", 7),
        (.sockstat, "sockstat", "sockstat:sockets used", 12),
        (.sockstat6, "sockstat6", "sockstat:UDP6 inuse", 1),
        (.xfrm, "xfrm_stat", "Xfrm.InNoStates", 0),
        (.conntrack, "stat-nf_conntrack", "conntrack:insert_failed", 0),
        (.synproxy, "stat-synproxy", "synproxy:cookie_valid", 0),
    ])
    func capturedFileYieldsTheKernelsNames(
        file: ProcNetFile, fixture: String, id: String, value: Int64
    ) throws {
        let readings = try ProcNetProbe.parse(Fixture.bytes(fixture), of: file)
        #expect(readings.values[id] == value)
        #expect(readings.unsupported.isEmpty)
    }

    @Test(arguments: [
        (ProcNetFile.snmp, "snmp"), (.netstat, "netstat"), (.snmp6, "snmp6"), (.sockstat, "sockstat"),
        (.sockstat6, "sockstat6"), (.xfrm, "xfrm_stat"), (.softnet, "softnet_stat"),
        (.conntrack, "stat-nf_conntrack"), (.synproxy, "stat-synproxy"), (.arpCache, "stat-arp_cache"),
        (.routeCache, "stat-rt_cache"),
    ])
    func everyReadingIsWrittenAsItsCounterID(file: ProcNetFile, fixture: String) throws {
        let readings = try ProcNetProbe.parse(Fixture.bytes(fixture), of: file)
        #expect(!readings.values.isEmpty)
        for key in readings.values.keys {
            let id = try #require(CounterID(key), "\(key)")
            #expect(id.description == key)
            #expect(file.families.contains(id.family))
        }
    }

    /// Cut anywhere, a file is a complaint or, where only whole counters at the end are gone, has fewer of them:
    /// never a counter with another value.
    @Test(arguments: [
        (ProcNetFile.snmp, "snmp"), (.netstat, "netstat"), (.snmp6, "snmp6"), (.sockstat, "sockstat"),
        (.sockstat6, "sockstat6"), (.xfrm, "xfrm_stat"), (.softnet, "softnet_stat"),
        (.conntrack, "stat-nf_conntrack"), (.synproxy, "stat-synproxy"),
    ])
    func truncatedFileNeverYieldsAWrongValue(file: ProcNetFile, fixture: String) throws {
        let bytes = try Fixture.bytes(fixture)
        let whole = try ProcNetProbe.parse(bytes, of: file).values
        var refused = 0
        for length in stride(from: 0, to: bytes.count, by: bytes.count > 2000 ? 13 : 1) {
            do {
                let part = try ProcNetProbe.parse(Array(bytes[..<length]), of: file).values
                if file != .softnet {
                    for (key, value) in part where !key.contains("Type") {
                        #expect(whole[key] == value, "\(key)")
                    }
                }
            } catch {
                refused += 1
            }
        }
        #expect(refused > 0)
    }

    @Test(arguments: [
        ("", "/proc/net/snmp: the file is empty"),
        ("Ip: A B", "/proc/net/snmp, line 1: the line has no end: the file was cut off"),
        ("Ip: A B\n", "/proc/net/snmp, line 1: Ip: has names but no values: the file was cut off"),
        ("Ip: A B\nIp: 1\n", "/proc/net/snmp, line 2: Ip: has 2 names and 1 values"),
        ("Ip: A B\nTcp: 1 2\n", "/proc/net/snmp, line 2: Ip: has 2 names and 2 values"),
        ("Ip: A B\nIp: 1 x\n", "/proc/net/snmp, line 2: \"x\" is not a number"),
        (
            "Ip: A\nIp: 99999999999999999999999\n",
            "/proc/net/snmp, line 2: \"99999999999999999999999\" is not a number"
        ),
        ("A B\n1 2\n", "/proc/net/snmp, line 1: a line of names starts with the name of its group and \":\""),
        ("Ip: A\nIp: 1\n", "/proc/net/snmp: the group Icmp is missing: the file was cut off"),
    ])
    func brokenSNMPIsRefusedWithItsLine(text: String, complaint: String) {
        let error = #expect(throws: ProbeError.self) { try ProcNetProbe.parse(Array(text.utf8), of: .snmp) }
        #expect(error?.description == complaint)
    }

    @Test func unknownGroupsArePassedOverAndNewNamesKept() throws {
        let text = """
            Ip: InReceives Brandnew
            Ip: 5 6
            Quic: Streams
            Quic: 9
            Icmp: InMsgs
            Icmp: 1
            Tcp: InSegs
            Tcp: 18446744073709551615
            Udp: InDatagrams
            Udp: 2

            """
        let readings = try ProcNetProbe.parse(Array(text.utf8), of: .snmp)
        #expect(readings.values["Ip.Brandnew"] == 6)
        #expect(readings.values["Tcp.InSegs"] == -1)
        #expect(!readings.values.keys.contains { $0.hasPrefix("Quic") })
        #expect(readings.unsupported == ["UdpLite": "this kernel has no UDP-Lite"])
    }

    @Test func kernelWithoutMPTCPSaysSoInsteadOfZero() throws {
        let readings = try ProcNetProbe.parse(
            Array("TcpExt: A\nTcpExt: 1\nIpExt: B\nIpExt: 2\n".utf8), of: .netstat)
        #expect(
            readings.unsupported == [
                "MPTcpExt":
                    "this kernel is built without CONFIG_MPTCP, or is older than 5.6, which brought it"
            ])
        #expect(readings.values == ["TcpExt.A": 1, "IpExt.B": 2])
    }

    @Test func softnetColumnsAreSummedOverCPUs() throws {
        let two = "0000000a 00000001 00000002 0 0 0 0 0 0 3 4 5 00000000 6 7\n"
        let readings = try ProcNetProbe.parse(Array((two + two).utf8), of: .softnet)
        #expect(
            readings.values == [
                "softnet:processed": 20, "softnet:dropped": 2, "softnet:time_squeeze": 4,
                "softnet:received_rps": 6, "softnet:flow_limit_count": 8, "softnet:backlog_len": 10,
                "softnet:input_qlen": 12, "softnet:process_qlen": 14,
            ])
    }

    @Test func olderSoftnetLacksItsLastColumns() throws {
        let readings = try ProcNetProbe.parse(Array("1 2 3 0 0 0 0 0 0 4 5 6 0\n".utf8), of: .softnet)
        #expect(readings.values["softnet:backlog_len"] == 6)
        #expect(
            readings.unsupported["softnet:input_qlen"]
                == "/proc/net/softnet_stat has this column since Linux 6.4")
    }

    @Test func conntrackEntriesAreNotSummedButItsCountersAre() throws {
        let text = "entries drop brandnew\n0000000c 00000002 ffffffff\n0000000c 00000003 00000001\n"
        let readings = try ProcNetProbe.parse(Array(text.utf8), of: .conntrack)
        #expect(
            readings.values == [
                "conntrack:entries": 12, "conntrack:drop": 5, "conntrack:brandnew": 0x1_0000_0000,
            ])
    }

    @Test(arguments: [
        (ProcNetFile.conntrack, "entries drop\n0c\n"), (.conntrack, "entries drop\n0c zz\n"),
        (.conntrack, "entries\n"),
        (.conntrack, "\n0c\n"), (.softnet, "1 2 3\n"), (.softnet, "1 2 3 4 5 6 7 8 9\n1 2\n"),
        (.softnet, "1 2 3 4 5 6 7 8 g\n"), (.snmp6, "Ip6InReceives\n"), (.snmp6, "Ip6InReceives x\n"),
        (.xfrm, "XfrmInError 1 2\n"), (.sockstat, "TCP: inuse\n"), (.sockstat, "TCP: inuse x\n"),
        (.sockstat, "TCP inuse 1\n"), (.conntrackMaximum, "many\n"),
    ])
    func brokenTablesAreRefused(file: ProcNetFile, text: String) {
        #expect(throws: ProbeError.self) { try ProcNetProbe.parse(Array(text.utf8), of: file) }
    }

    @Test(arguments: ProcNetFile.allCases)
    func missingFileNamesWhatCannotBeRead(file: ProcNetFile) {
        #expect(!file.absence.isEmpty)
        for (key, reason) in file.absence {
            #expect(CounterFamily(rawValue: key) != nil || CounterID(key) != nil, "\(key)")
            #expect(reason.count > 20)
        }
    }
}
