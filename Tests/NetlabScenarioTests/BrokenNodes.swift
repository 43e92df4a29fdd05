/// Nodes, interfaces, routes, rules.
extension BrokenScenario {
    static let brokenNodes: [BrokenScenario] = [
        BrokenScenario(
            "unknown key of a node", ["    forward: true": "    forwad: true"],
            [#"10:5 error: "forwad" is not a key of a node | did you mean "forward"?"#]),
        BrokenScenario(
            "truth in words", ["    forward: true": "    forward: yes"],
            [#"10:14 error: forward wants true or false, and here is "yes" | write true"#]),
        BrokenScenario(
            "setting without a value",
            ["net.ipv4.tcp_syncookies: 0": "net.ipv4.tcp_syncookies: { kernel: \"< 4\" }"],
            [#"15:40 error: a setting wants value | write { value: 1, kernel: "< 4.12" }"#]),
        BrokenScenario(
            "setting of unknown kernels",
            ["net.ipv4.tcp_syncookies: 0": "net.ipv4.tcp_syncookies: { value: 0, kernel: old }"],
            [
                #"15:60 error: kernel: "old" is not a range of releases | write ">= 5.10", "< 4.12", or ">= 5.10 < 6.12""#
            ]),
        BrokenScenario(
            "setting that is never left out",
            ["net.ipv4.tcp_syncookies: 0": "net.ipv4.tcp_syncookies: { value: 0, otherwise: x }"],
            [
                #"15:52 error: net.ipv4.tcp_syncookies: otherwise is for where the setting is left out, and it never is | add kernel: "< 4.12", or leave it out"#
            ]),
        BrokenScenario(
            "address without length", ["10.0.0.1/24 }": "10.0.0.1 }"],
            [#"6:25 error: "10.0.0.1" has no prefix length | write 10.0.0.1/24"#]),
        BrokenScenario(
            "no address", ["10.0.0.1/24 }": "10.0.0.300/24 }"],
            [
                #"6:25 error: "10.0.0.300/24" is not an address with a prefix length | write 10.0.0.1/24 or fd00::1/64"#
            ]),
        BrokenScenario(
            "octal in an address", ["10.0.0.1/24 }": "10.0.0.01/24 }"],
            [
                #"6:25 error: "10.0.0.01/24" is not an address with a prefix length | write 10.0.0.1/24 or fd00::1/64"#
            ]),
        BrokenScenario(
            "sexagesimal mtu", ["mtu: 1500 }": "mtu: 1:30 }"],
            [#"13:54 error: "1:30" is not a whole number | write plain decimal digits"#]),
        BrokenScenario(
            "octal mtu", ["mtu: 1500 }": "mtu: 0100 }"],
            [#"13:54 error: "0100" is not a whole number | write plain decimal digits"#]),
        BrokenScenario(
            "mtu with a unit", ["mtu: 1500 }": "mtu: 1500 B }"],
            [#"13:54 error: "1500 B" is not a whole number | mtu is a bare number: write 1500"#]),
        BrokenScenario(
            "mtu out of range", ["mtu: 1500 }": "mtu: 67 }"],
            ["13:54 error: mtu is 67, and has to be between 68 and 65535"]),
        BrokenScenario(
            "both address keys", ["address: 10.1.0.2/24": "address: 10.1.0.2/24, addresses: [10.1.0.3/24]"],
            ["13:49 error: an interface has either address or addresses"]),
        BrokenScenario(
            "address twice", ["address: 10.1.0.2/24": "addresses: [10.1.0.2/24, 10.1.0.2/16]"],
            ["13:52 error: 10.1.0.2 stands here twice"]),
        BrokenScenario(
            "interface name too long", ["eth0: 10.0.0.1/24": "ethernet0123456789: 10.0.0.1/24"],
            [
                #"6:19 error: "ethernet0123456789" is not a name for an interface | the kernel takes at most 15 bytes"#,
                #"17:13 error: client has no interface "eth0""#,
            ]),
        BrokenScenario(
            "node name with a dot",
            [
                #"""
                  server:

                """#: #"""
                  web.server:

                """#
            ],
            [
                #"12:3 error: "web.server" is not a name for a node | a name has letters, digits, - and _, and begins with a letter"#,
                #"18:41 error: there is no node "server" | known: client, router, web.server"#,
                #"18:80 error: "server" is not an end of uplink | from is one of router/eth1"#,
                #"20:47 error: there is no node "server" | known: client, router, web.server"#,
                #"25:35 error: there is no node, interface, link or flow "server" | known: client, client-router, client/eth0, feed, router, router/eth0, router/eth1, uplink, web.server, web.server/eth0"#,
                #"27:12 error: there is no node, interface, link or flow "server/eth0" to change | known: client, client-router, client/eth0, feed, host, router, router/eth0, router/eth1, uplink, web, web.server, web.server/eth0"#,
                #"32:12 error: there is no node, interface, link or flow "server/eth0" to change | known: client, client-router, client/eth0, feed, host, router, router/eth0, router/eth1, uplink, web, web.server, web.server/eth0"#,
            ]),
        BrokenScenario(
            "name used twice", ["name: uplink": "name: web"],
            [
                #"20:3 error: "web" is already the name of a link | names of nodes, links and flows stand side by side in set: and expect:"#
            ]),
        BrokenScenario(
            "node called host", ["name: uplink": "name: host"],
            [#"18:13 error: "host" stands for the whole machine, and cannot be the name of a link"#]),
        BrokenScenario(
            "bad mac", ["mtu: 1500 }": "mac: 02:00:00 }"],
            [#"13:54 error: mac: "02:00:00" is not a link-layer address | write 02:00:00:00:00:01"#]),
        BrokenScenario(
            "unknown offload", ["mtu: 1500 }": "offloads: { tsoo: false } }"],
            [#"13:61 error: "tsoo" is not an offload | did you mean "tso"?"#]),
        BrokenScenario(
            "unknown qdisc", ["mtu: 1500 }": "qdisc: { tfb: { rate: 1 mbit } } }"],
            [#"13:58 error: "tfb" is not a kind of qdisc | did you mean "tbf"?"#]),
        BrokenScenario(
            "qdisc without a rate", ["mtu: 1500 }": "qdisc: { tbf: { burst: 2 KiB } } }"],
            ["13:63 error: tbf wants rate"]),
        BrokenScenario(
            "rate without a unit", ["mtu: 1500 }": "qdisc: { tbf: { rate: 1000 } } }"],
            [#"13:71 error: rate: "1000" has no unit | write a rate with its unit, such as 10 mbit"#]),
        BrokenScenario(
            "sysctl of the machine", ["net.ipv4.tcp_syncookies: 0": "net.core.netdev_max_backlog: 10"],
            [
                "15:15 error: net.core.netdev_max_backlog belongs to the whole machine, not to a node | write it under host: (and run with --allow-host-changes)"
            ]),
        BrokenScenario(
            "sysctl is a truth value", ["tcp_syncookies: 0": "tcp_syncookies: true"],
            ["15:40 error: net.ipv4.tcp_syncookies: the kernel knows numbers, not true | write 1"]),
        BrokenScenario(
            "sysctl of a missing interface", ["net.ipv4.tcp_syncookies": "net.ipv4.conf.eth7.rp_filter"],
            [
                #"15:15 error: net.ipv4.conf.eth7.rp_filter: the node has no interface "eth7" | did you mean "eth0"?"#
            ]),
        BrokenScenario(
            "sysctl outside of net", ["net.ipv4.tcp_syncookies": "kernel.panic"],
            [
                "15:15 error: a node has only the sysctls under net., not kernel.panic | settings of the whole machine stand under host:"
            ]),
        BrokenScenario(
            "route without next hop", ["default via 10.1.0.254": "default"],
            [
                "14:14 error: the route to 0.0.0.0/0 says neither via nor dev | write via 10.0.0.254, or dev eth0"
            ]),
        BrokenScenario(
            "address without length beside a route without next hop",
            ["10.0.0.1/24 }": "10.0.0.1 }", "10.1.0.0/24 via 10.0.0.254": "10.1.0.0/24"],
            [
                #"6:25 error: "10.0.0.1" has no prefix length | write 10.0.0.1/24"#,
                "7:14 error: the route to 10.1.0.0/24 says neither via nor dev | write via 10.0.0.254, or dev eth0",
            ]),
        BrokenScenario(
            "route with a wrong word", ["default via 10.1.0.254": "default vai 10.1.0.254"],
            [#"14:22 error: "vai" is not a word of a route | did you mean "via"?"#]),
        BrokenScenario(
            "next hop elsewhere", ["default via 10.1.0.254": "default via 10.2.0.254"],
            [
                "14:14 error: the next hop 10.2.0.254 is in no subnet of server | the kernel takes only a next hop on a connected subnet, or onlink"
            ]),
        BrokenScenario(
            "next hop is itself", ["default via 10.1.0.254": "default via 10.1.0.2"],
            ["14:14 error: the next hop 10.1.0.2 is an address of server itself"]),
        BrokenScenario(
            "destination with host bits", ["10.1.0.0/24 via": "10.1.0.1/24 via"],
            ["7:14 error: 10.1.0.1/24 has bits behind its prefix length | write 10.1.0.0/24"]),
        BrokenScenario(
            "two routes to one place",
            ["[default via 10.1.0.254]": "[default via 10.1.0.254, default via 10.1.0.253]"],
            ["14:38 error: server has a second route to 0.0.0.0/0 | give it another metric"]),
        BrokenScenario(
            "route out of a missing interface", ["default via 10.1.0.254": "{ to: default, dev: eth1 }"],
            [
                "14:14 error: the route to 0.0.0.0/0 says neither via nor dev | write via 10.0.0.254, or dev eth0",
                #"14:34 error: the node has no interface "eth1" | did you mean "eth0"?"#,
            ]),
        BrokenScenario(
            "families mixed in a route", ["default via 10.1.0.254": "10.9.0.0/16 via fd00::1"],
            ["14:14 error: the route to 10.9.0.0/16 and its next hop fd00::1 are of different families"]),
        BrokenScenario(
            "rule without a verdict", ["forward tcp dport 81 drop": "forward tcp dport 81"],
            [
                "11:26 error: the rule does not say what is done | end it with drop, accept, reject, masquerade, … or write { hook:, match:, do: }"
            ]),
        BrokenScenario(
            "rule with a wrong hook", ["forward tcp dport 81 drop": "froward tcp dport 81 drop"],
            [#"11:26 error: "froward" is not a hook | did you mean "forward"?"#]),
        BrokenScenario(
            "rule with a wrong statement", ["forward tcp dport 81 drop": "{ hook: forward, do: dorp }"],
            [#"11:47 error: "dorp" is not a statement of a rule | did you mean "drop"?"#]),
        BrokenScenario(
            "masquerade at the wrong hook", ["forward tcp dport 81 drop": "input masquerade"],
            ["11:26 error: the kernel does not do masquerade at the hook input | the hook is postrouting"]),
        BrokenScenario(
            "ingress without a device", ["forward tcp dport 81 drop": "ingress arp drop"],
            ["11:26 error: an ingress rule wants its device | one of eth0, eth1"]),
        BrokenScenario(
            "iptables with a pipe", ["    forward: true": #"    iptables: ["-A INPUT -j DROP | tee x"]"#],
            [#"10:16 error: "|" means nothing to iptables | no shell reads this line"#]),
        BrokenScenario(
            "iptables of a third kind",
            ["    forward: true": "    iptables: [iptables-old -A INPUT -j DROP]"],
            [
                "10:16 error: there is no iptables-old | the kinds are iptables-legacy and iptables-nft"
            ]),
        BrokenScenario(
            "iptables with its path", ["    forward: true": "    iptables: [sudo iptables -A INPUT -j DROP]"],
            [
                #"10:16 error: not a line for iptables: "sudo iptables -A INPUT -j DROP" | write it from the table or the chain on: -A INPUT -p tcp --dport 80 -j DROP"#
            ]),
        BrokenScenario(
            "masquerade out of nowhere",
            [
                "    forward: true": #"""
                    forward: true
                    nat: { masquerade: wan0 }
                """#
            ],
            [#"11:24 error: the node has no interface "wan0" | known: eth0, eth1"#]),
        BrokenScenario(
            "neighbour in no subnet",
            [
                "    forward: true": #"""
                    forward: true
                    neighbours: { 10.7.0.1: 02:00:00:00:00:01 }
                """#
            ],
            [
                "11:29 error: the neighbour 10.7.0.1 is in no subnet of router | write - { address: 10.7.0.1, mac: 02:00:00:00:00:01, dev: eth0 }"
            ]),
    ]
}
