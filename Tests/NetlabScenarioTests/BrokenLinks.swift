/// Links and what impairs them.
extension BrokenScenario {
    static let brokenLinks: [BrokenScenario] = [
        BrokenScenario(
            "address that shares its subnet with nobody",
            ["eth0: 10.0.0.1/24 }": "eth0: [10.0.0.1/24, 10.7.0.1/24] }"],
            [
                "6:39 warning: 10.7.0.1/24 of client/eth0 shares its subnet with nobody on its link | write /32 if the address shall stand alone"
            ]),
        BrokenScenario(
            "end of no node", ["[client/eth0, router/eth0]": "[cleint/eth0, router/eth0]"],
            [#"17:6 error: there is no node "cleint" | did you mean "client"?"#]),
        BrokenScenario(
            "end is no interface", ["[client/eth0, router/eth0]": "[client, router/eth0]"],
            [#"17:6 error: "client" is not an interface of a node | write it as client/eth0"#]),
        BrokenScenario(
            "missing interface", ["[client/eth0, router/eth0]": "[client/eth0, router/eth2]"],
            [#"17:26 error: router has no interface "eth2" | did you mean "eth0"?"#]),
        BrokenScenario(
            "one end", ["[client/eth0, router/eth0]": "[client/eth0]"],
            ["17:5 error: a link wants two or more ends | write [client/eth0, server/eth0]"]),
        BrokenScenario(
            "interface in two links", ["[client/eth0, router/eth0]": "[client/eth0, router/eth1]"],
            [
                "9:19 warning: router/eth0 is in no link",
                "9:46 error: 10.1.0.254/24 of router/eth1 is in no subnet of its link: client/eth0 has 10.0.0.1/24 | the ends of a link share a subnet",
                "18:28 error: router/eth1 is already an end of client-router | an interface is in one link; give the node a second one",
            ]),
        BrokenScenario(
            "interface in no link", ["eth0: 10.0.0.1/24 }": "eth0: 10.0.0.1/24, eth1: 10.5.0.1/24 }"],
            ["6:38 warning: client/eth1 is in no link"]),
        BrokenScenario(
            "subnets differ", ["address: 10.1.0.2/24": "address: 10.1.1.2/24"],
            [
                "13:36 error: 10.1.1.2/24 of server/eth0 is in no subnet of its link: router/eth1 has 10.1.0.254/24 | the ends of a link share a subnet",
                "14:14 error: the next hop 10.1.0.254 is in no subnet of server | the kernel takes only a next hop on a connected subnet, or onlink",
            ]),
        BrokenScenario(
            "duplicate address", ["address: 10.1.0.2/24": "addresses: [10.1.0.2/24, 10.1.0.254/24]"],
            [
                "13:52 error: 10.1.0.254 is an address of both router/eth1 and server/eth0 | if that is the point, write duplicate-address: true at the top",
                "14:14 error: the next hop 10.1.0.254 is an address of server itself",
            ]),
        BrokenScenario(
            "links is a mapping",
            [
                #"""
                  - [client/eth0, router/eth0]
                  - { name: uplink, 
                """#: "  { name: uplink, "
            ],
            ["17:3 error: links wants a list, and here is a mapping | write - [client/eth0, server/eth0]"]),
        BrokenScenario(
            "loss without a unit", ["loss: 1%": "loss: 0.01"],
            [#"18:94 error: loss: "0.01" has no unit | write a probability with its unit, such as 30%"#]),
        BrokenScenario(
            "loss above all", ["loss: 1%": "loss: 101%"],
            [#"18:94 error: loss: "101%" lies outside 0% to 100% | write a probability such as 30%"#]),
        BrokenScenario(
            "two impairments in one", ["loss: 1%": "loss: 1%, delay: 10 ms"],
            [
                "18:98 error: an impairment does one thing, and here are loss and delay | give each a name of its own"
            ]),
        BrokenScenario(
            "no impairment", ["from: server, loss: 1%": "from: server"],
            [
                "18:72 error: an impairment wants what it does | one of loss, delay, reorder, duplicate, corrupt, rate, limit, slot, drop, hold, emulate"
            ]),
        BrokenScenario(
            "drop with a share", ["loss: 1%": "drop: 1%"],
            [
                #"18:94 error: drop: "1%" does not say which packets | write all, first 3, every 10, or the numbers as [1, 5, 7]; for a share of them write loss: 2%"#
            ]),
        BrokenScenario(
            "from an end elsewhere", ["from: server, loss": "from: client, loss"],
            [#"18:80 error: "client" is not an end of uplink | from is one of router/eth1, server/eth0"#]),
        BrokenScenario(
            "match with a wrong word", ["loss: 1%": "loss: 1%, match: tcp sny"],
            [
                #"18:105 error: "sny" is not a word for packets | the words are ack, arp, data, fin, frag-needed, icmp, ip, ipv6, later-fragment, rst, syn, synack, tcp, udp, sport N, dport N, port N, size A..B"#
            ]),
        BrokenScenario(
            "direct and impaired", ["name: uplink,": "name: uplink, driver: direct,"],
            [
                "18:21 error: a direct link has no middle to impair | leave driver out, or write auto, kernel or wire"
            ]),
        BrokenScenario(
            "delay is bare", ["loss: 1%": "delay: 40"],
            [#"18:95 error: delay: "40" has no unit | write a time with its unit, such as 100 ms"#]),
        BrokenScenario(
            "slot upside down", ["loss: 1%": "slot: { minimum: 20 ms, maximum: 10 ms }"],
            ["18:112 error: maximum is less than minimum"]),
        BrokenScenario(
            "emulates nothing known", ["loss: 1%": "emulate: tw_reuse"],
            [#"18:97 error: emulate: "tw_reuse" is nothing that can be emulated | write tw_recycle"#]),
        BrokenScenario(
            "kernel driver emulates",
            ["loss: 1%": "emulate: tw_recycle", "name: uplink,": "name: uplink, driver: kernel,"],
            [
                "18:104 error: the kernel driver cannot emulate tw_recycle | leave the link's driver out, or write driver: wire"
            ]),
    ]
}
