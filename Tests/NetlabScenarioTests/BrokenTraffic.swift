/// Flows.
extension BrokenScenario {
    static let brokenTraffic: [BrokenScenario] = [
        BrokenScenario(
            "unknown kind", ["kind: tcp-request": "kind: tcp-requst"],
            [#"20:16 error: "tcp-requst" is not a kind of traffic | did you mean "tcp-request"?"#]),
        BrokenScenario(
            "what a kind has no use for",
            [
                #""server:80""#:
                    #""server:80", client: { no-checksum: true, ttl: 3 }, server: { backlog: 3, connects: true }"#
            ],
            [
                "20:70 error: a tcp-request flow has no use for no-checksum",
                "20:121 error: a tcp-request flow has no use for connects",
            ]),
        BrokenScenario(
            "kind is missing", ["kind: tcp-request, ": ""],
            ["20:8 error: a flow wants kind"]),
        BrokenScenario(
            "from nowhere",
            ["web: { kind: tcp-request, from: client": "web: { kind: tcp-request, from: clinet"],
            [#"20:35 error: there is no node "clinet" | did you mean "client"?"#]),
        BrokenScenario(
            "to nowhere", [#""server:80""#: #""sever:80""#],
            [#"20:47 error: there is no node "sever" | did you mean "server"?"#]),
        BrokenScenario(
            "to without a port", [#""server:80""#: "server"],
            [#"20:47 error: "server" has no port | write "server:80""#]),
        BrokenScenario(
            "to a wrong port", [#""server:80""#: #""server:http""#],
            [#"20:47 error: "http" is not a port | a port is between 1 and 65535"#]),
        BrokenScenario(
            "to an address outside", [#""10.1.0.2:53""#: #""192.0.2.1:53""#],
            [
                "21:47 error: 192.0.2.1 is an address of no node, and in no subnet of the lab | traffic stays in the lab; if nobody shall answer, write nobody: true"
            ]),
        BrokenScenario(
            "time without a unit", ["timeout: 1 s": "timeout: 1"],
            [#"20:88 error: timeout: "1" has no unit | write a time with its unit, such as 100 ms"#]),
        BrokenScenario(
            "time with a wrong unit", ["timeout: 1 s": "timeout: 1 sec"],
            [#"20:88 error: timeout: "sec" is not a unit of time | the units are ns, us, µs, ms, s, min, h"#]),
        BrokenScenario(
            "count in words", [#"count: "${count}""#: "count: ten"],
            [
                "3:11 warning: nothing uses the parameter count",
                #"20:67 error: "ten" is not a whole number | write plain decimal digits"#,
            ]),
        BrokenScenario(
            "key of another kind", ["timeout: 1 s": "timeout: 1 s, interval: 1 s"],
            [
                #"20:93 error: "interval" is not a key of a tcp-request flow | known: after, client, concurrency, count, family, from, http, kind, nobody, pause, rate, request, requests-per-connection, response, samples, server, start, timeout, to, write-size"#
            ]),
        BrokenScenario(
            "sizes too small to be numbered",
            [
                "timeout: 1 s }":
                    "timeout: 1 s }\n  flood: { kind: udp-stream, from: client, to: \"server:9\", size: [8 B, 64 B] }"
            ],
            [
                "21:60 error: of several sizes each has to be at least 24 B, and one is 8 B | so much is taken by number, time and check"
            ]),
        BrokenScenario(
            "a range of sizes that runs backwards",
            [
                "timeout: 1 s }":
                    "timeout: 1 s }\n  flood: { kind: udp-stream, from: client, to: \"server:9\", size: 1 KiB..64 B }"
            ],
            [
                "21:66 error: size: 1 KiB..64 B is no range of sizes | write the smaller one first; a datagram holds 65507 B"
            ]),
        BrokenScenario(
            "a ping that dies",
            [
                "timeout: 1 s }":
                    "timeout: 1 s }\n  echo: { kind: ping, from: client, to: server, client: { dies: 1 s } }"
            ],
            [
                "21:65 error: the client of a ping flow cannot die | dies is for both ends of TCP, and for the server of udp-request"
            ]),
        BrokenScenario(
            "a known word that is not ours", ["timeout: 1 s": "timeout: 1 s, client: { nodelay: true }"],
            [#"20:103 error: "nodelay" is not a key of client | did you mean "no-delay"?"#]),
        BrokenScenario(
            "backlog in the wrong place", ["timeout: 1 s": "timeout: 1 s, backlog: 4"],
            [
                #"20:93 error: "backlog" is not a key of a tcp-request flow | did you mean "server: { backlog }"?"#
            ]),
        BrokenScenario(
            "accept in a wrong word", ["timeout: 1 s": "timeout: 1 s, server: { accept: slowly }"],
            [
                #"20:111 error: accept: "slowly" is not a way to accept | write at-once, never, every 100 ms, or after 1 s"#
            ]),
        BrokenScenario(
            "after an unknown flow", ["timeout: 1 s": "timeout: 1 s, after: fed"],
            [#"20:100 error: there is no flow "fed" | did you mean "feed"?"#]),
        BrokenScenario(
            "flows wait for each other",
            [
                "timeout: 1 s": "timeout: 1 s, after: feed", #""10.1.0.2:53""#: #""10.1.0.2:53", after: web"#,
                #"""
                    traffic: [web]

                """#: "",
            ],
            ["20:100 error: web waits for itself"]),
        BrokenScenario(
            "family that is not there", ["timeout: 1 s": "timeout: 1 s, family: ipv6"],
            ["20:47 error: server has no IPv6 address to go to"]),
        BrokenScenario(
            "router does not forward",
            [
                #"""
                    forward: true

                """#: ""
            ],
            [
                "19:47 error: web cannot reach 10.1.0.2: router does not forward | write forward: true at router"
            ]),
        BrokenScenario(
            "no route",
            [
                #"""
                    routes: [10.1.0.0/24 via 10.0.0.254]

                """#: ""
            ],
            [
                "19:47 error: web cannot reach 10.1.0.2: client has no route to it | write routes: [default via …] at client"
            ]),
    ]
}
