/// Expectations.
extension BrokenScenario {
    static let brokenExpectations: [BrokenScenario] = [
        BrokenScenario(
            "no relation", ["web.timed_out == 10": "web.timed_out"],
            [
                "29:28 error: the expectation says nothing about web.timed_out | relations: ==, !=, <, <=, >, >=, in, stays, rises, rises by at least, ~"
            ]),
        BrokenScenario(
            "single =", ["web.timed_out == 10": "web.timed_out = 10"],
            [#"29:29 error: "=" is not a relation | write =="#]),
        BrokenScenario(
            "relation misspelt", ["web.timed_out == 10": "server TcpExt.ListenDrops rise"],
            [#"29:41 error: "rise" is not a relation | did you mean "rises"?"#]),
        BrokenScenario(
            "unknown log line", ["web.timed_out == 10": "server log:syn-flood rises"],
            [#"29:26 error: there is no kind of kernel log line "syn-flood" | did you mean "syn-flooding"?"#]),
        BrokenScenario(
            "unknown flow", ["web.timed_out == 10": "wbe.timed_out == 10"],
            [#"29:15 error: there is no flow "wbe" | did you mean "web"?"#]),
        BrokenScenario(
            "unknown figure", ["web.timed_out == 10": "web.timedout == 10"],
            [#"29:19 error: a tcp-request flow has no figure "timedout" | did you mean "timed_out"?"#]),
        BrokenScenario(
            "flow alone", ["web.timed_out == 10": "web == 10"],
            ["29:15 error: web is a flow: which figure of it? | write web.succeeded"]),
        BrokenScenario(
            "figure of another kind", ["web.timed_out == 10": "feed.latency.p99 < 1 s"],
            [
                #"29:20 error: a udp-stream flow has no figure "latency.p99" | figures: attempted, bytes_received, bytes_sent, corrupted, delay.max, delay.min, delay.p50, delay.p90, delay.p99, delay.p999, duplicated, duration, failed, jitter, lost, pacing.max, pacing.min, pacing.p50, pacing.p90, pacing.p99, pacing.p999, received, reorder_extent, reordered, send_duration, sent, throughput, unread, errno.NAME"#
            ]),
        BrokenScenario(
            "time without a unit", ["web.timed_out == 10": "web.latency.p99 < 100"],
            ["29:33 error: a time wants a unit | write 100 ms or 2 s"]),
        BrokenScenario(
            "unit on a number", ["web.timed_out == 10": "web.timed_out == 10 ms"],
            ["29:32 error: a time stands here where a number is wanted"]),
        BrokenScenario(
            "size without a unit", ["web.timed_out == 10": "web.bytes_sent == 100"],
            ["29:33 error: a size wants a unit | write 100 B or 4 KiB"]),
        BrokenScenario(
            "unknown unit", ["web.timed_out == 10": "web.latency.p99 < 5 sec"],
            [
                #"29:35 error: "sec" is not a unit | units: ns, us, ms, s, min, h, B, KiB, MiB, GiB, kB, MB, GB, bit, kbit, mbit, gbit"#
            ]),
        BrokenScenario(
            "two words too many", ["web.timed_out == 10": "web.timed_out == 10 connections ok"],
            [#"29:35 error: "connections" is one word too many"#]),
        BrokenScenario(
            "counter without a node", ["web.timed_out == 10": "TcpExt.ListenOverflows stays"],
            ["29:15 error: TcpExt.ListenOverflows of which node? | write server TcpExt.ListenOverflows"]),
        BrokenScenario(
            "unknown node", ["web.timed_out == 10": "sever TcpExt.ListenOverflows stays"],
            [#"29:15 error: there is no node, interface, link or flow "sever" | did you mean "server"?"#]),
        BrokenScenario(
            "node without a counter", ["web.timed_out == 10": "server stays"],
            [
                #"29:22 error: "stays" is not a counter | a counter has its family before it, as in TcpExt.ListenOverflows"#
            ]),
        BrokenScenario(
            "counter misspelt", ["web.timed_out == 10": "server TcpExt.ListenOverflow stays"],
            [#"29:29 error: TcpExt has no counter "ListenOverflow" | did you mean "ListenOverflows"?"#]),
        BrokenScenario(
            "family misspelt", ["web.timed_out == 10": "server TcpEx.ListenOverflows stays"],
            [#"29:22 error: "TcpEx" is not a family of counters | did you mean "TcpExt"?"#]),
        BrokenScenario(
            "dot for colon", ["web.timed_out == 10": "server/eth0 link.rx_dropped stays"],
            [#"29:27 error: "link.rx_dropped" is not a counter | write link:rx_dropped"#]),
        BrokenScenario(
            "counter at the wrong place", ["web.timed_out == 10": "server link:rx_dropped stays"],
            [
                "29:15 error: link:rx_dropped is read at an interface, and server is a node | write server/eth0 link:rx_dropped"
            ]),
        BrokenScenario(
            "node counter at an interface", ["web.timed_out == 10": "server/eth0 Ip.InReceives rises"],
            [
                "29:15 error: Ip.InReceives is read at a node, and server/eth0 is an interface | write server Ip.InReceives"
            ]),
        BrokenScenario(
            "unknown rule", ["web.timed_out == 10": "router rule:lotery rises"],
            [#"29:27 error: there is no rule of router "lotery" | did you mean "lottery"?"#]),
        BrokenScenario(
            "unknown impairment", ["web.timed_out == 10": "uplink impair:losy rises"],
            [#"29:29 error: there is no impairment of uplink "losy" | did you mean "lossy"?"#]),
        BrokenScenario(
            "port in words", ["web.timed_out == 10": "server listen:http recv_q == 1"],
            [#"29:29 error: "http" is not a port | write listen:80 recv_q"#]),
        BrokenScenario(
            "listen without a name", ["web.timed_out == 10": "server listen:80 == 1"],
            ["29:32 error: which figure of listen:80? | write listen:80 recv_q"]),
        BrokenScenario(
            "unknown state", ["web.timed_out == 10": "server sockets:TIMEWAIT == 1"],
            [#"29:30 error: there is no state of a TCP socket "TIMEWAIT" | did you mean "TIME_WAIT"?"#]),
        BrokenScenario(
            "rises by exactly", ["web.timed_out == 10": "server TcpExt.ListenDrops rises by 5"],
            [
                "29:50 error: rises stands alone, or is followed by: by at least 5 | for an exact number write == 5"
            ]),
        BrokenScenario(
            "a flow rises", ["web.timed_out == 10": "web.timed_out rises"],
            ["29:29 error: only a counter rises | compare it, as in web.timed_out >= 1"]),
        BrokenScenario(
            "empty range", ["web.timed_out == 10": "web.timed_out in 5..3"],
            ["29:29 error: the range is empty | the lower bound comes first"]),
        BrokenScenario(
            "range without dots", ["web.timed_out == 10": "web.timed_out in 3"],
            ["29:33 error: a range is written with .. | write in 3..5"]),
        BrokenScenario(
            "phase that is not earlier",
            ["web.timed_out == 10": "web.timed_out == web.timed_out of recovery"],
            [#"29:49 error: there is no earlier phase "recovery" | known: control"#]),
        BrokenScenario(
            "unknown phase", ["web.timed_out == 10": "web.timed_out == web.timed_out of contrl"],
            [#"29:49 error: there is no earlier phase "contrl" | did you mean "control"?"#]),
        BrokenScenario(
            "flow that did not run then", ["web.timed_out == 10": "feed.sent == feed.sent of control"],
            ["29:41 error: feed does not run in control"]),
        BrokenScenario(
            "about nothing", ["web.timed_out == 10": "3 == 3"],
            ["29:15 error: the expectation is not about the lab"]),
        BrokenScenario(
            "share of nothing", ["web.timed_out == 10": "web.timed_out ~ 30%"],
            ["29:34 error: 30% of what? | write 30% of web.attempted"]),
        BrokenScenario(
            "factor behind", ["web.timed_out == 10": "web.timed_out == web.attempted * 2"],
            ["29:46 error: the factor comes first | write 2 * web.attempted"]),
        BrokenScenario(
            "missing right side", ["web.timed_out == 10": "web.timed_out =="],
            ["29:31 error: something is missing here"]),
        BrokenScenario(
            "open bracket", ["web.timed_out == 10": "web.timed_out == (3 + 4"],
            ["29:38 error: a ) is missing"]),
        BrokenScenario(
            "unknown drop reason", ["web.timed_out == 10": "server drop:NETFILTER_DORP rises"],
            [#"29:27 warning: no drop reason "NETFILTER_DORP" is known | did you mean "NETFILTER_DROP"?"#]),
        BrokenScenario(
            "minus that is a name", ["web.timed_out == 10": "web.timed_out == web.attempted -3"],
            ["29:46 error: a minus stands between blanks | write - 3"]),
        BrokenScenario(
            "flow that does not run", ["expect: [web.succeeded == 10, ": "expect: [feed.sent == 10, "],
            ["25:14 error: feed does not run in this phase | name it under traffic: of the phase"]),
        BrokenScenario(
            "expectation is a list",
            [
                #"""
                - that: web.timed_out == 10
                        because: nothing fits
                """#: "- [web.timed_out == 10]"
            ],
            ["29:9 error: an expectation wants a text, and here is a list"]),
        BrokenScenario(
            "in quotes", ["web.timed_out == 10": #""web.timedout == 10""#],
            [#"29:20 error: a tcp-request flow has no figure "timedout" | did you mean "timed_out"?"#]),
        BrokenScenario(
            "behind a parameter", ["web.timed_out == 10": "web.timed_out == ${count} extra"],
            [#"29:41 error: "extra" is one word too many"#]),
        BrokenScenario(
            "folded over lines",
            [
                "that: web.timed_out == 10": #"""
                that: >
                          web.timedout
                          == 10
                """#
            ],
            [#"29:15 error: a tcp-request flow has no figure "timedout" | did you mean "timed_out"?"#]),
    ]
}
